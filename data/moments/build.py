"""Measure the facts of `ravelin/validation/facts.py` on the United States.

usage: python data/moments/build.py FOLDER_OF_THE_REFERENCE_DATA

Writes united_states.csv: the facts on quarterly series of 1959-2019 (FRED-QD), measured by the code that measures
them on the model, with standard errors by the jackknife over blocks of five years; job flows from JOLTS of 2013-2019;
firm sizes from the classes of SUSB 2002; growth, births and deaths of firms from the literature.
"""

import csv
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from ravelin.validation.facts import FACTS, Fact
from ravelin.validation.moments import slope
from ravelin.validation.sample import Sample, inventory_size, series_of

BLOCK = 20
FRED = "FRED-QD 1959-2019"
LITERATURE = {
    "firm growth": (3.0, "Laplace: Stanley et al. (1996), Bottazzi and Secchi (2006)"),
    "firm births": (10.0, "BDS"),
    "firm deaths": (9.0, "BDS"),
    "concentration drift": (0.0, "stable shares"),
    "top hundredth drift": (0.0, "stable shares"),
}


def united_states(folder: Path) -> Sample:
    """Make the sample of 1959Q1 to 2019Q4."""
    rows = pd.read_csv(folder / "fred_qd_1959q1_2023q3.csv")
    rows = rows[rows.quarter.str[:4].astype(int) <= 2019]
    take = {name: rows[name].to_numpy(float) for name in rows.columns if name != "quarter"}
    share = take["A014RE1Q156NBEA"] / 100.0
    levels = {
        "gdp": take["GDPC1"], "consumption": take["PCECC96"], "investment": take["FPIx"], "hours": take["HOANBS"],
        "employment": take["CE16OV"], "vacancies": take["HWIx"], "prices": take["GDPCTPI"],
        "wage": take["AHETPIx"] * take["PCECTPI"], "unemployment": take["UNRATE"] / 100.0,
        "policy_rate": take["FEDFUNDS"] / 100.0, "inventory_share": share, "durables": take["PCDGx"],
        "nondurables": take["PCNDx"], "services": take["PCESVx"], "residential": take["PRFIx"],
    }  # fmt: skip
    return Sample(series_of(levels), {"inventory_size": inventory_size(share)})


def job_flows(folder: Path) -> dict[str, float]:
    """Take the mean rates of 2013 to 2019, and the Beveridge elasticity of those years, from JOLTS."""
    months = pd.read_csv(folder / "jolts_2013_2023.csv")
    months = months[months.month < "2020"]
    names = ("hires", "quits", "layoffs", "openings")
    found = {name: float(months[f"{name}_rate"].mean()) for name in names}
    fred = pd.read_csv(folder / "fred_qd_1959q1_2023q3.csv").set_index("quarter").UNRATE
    year, month = months.month.str[:4], months.month.str[5:].astype(int)
    openings = months.groupby(year + "Q" + ((month + 2) // 3).astype(str)).openings_rate.mean()
    joblessness = fred.loc[openings.index].to_numpy(float)
    found["beveridge elasticity"] = slope(np.log(openings.to_numpy(float)), np.log(joblessness))
    return found


def tail_of_classes(folder: Path) -> float:
    """Return the slope of log firms at least so large on log size, from 20 employees on."""
    classes = pd.read_csv(folder / "susb_firm_size_2002.csv").set_index("size_class").firms
    counts = classes.loc[["20-99", "100-499", "500+"]].to_numpy(float)[::-1].cumsum()[::-1]
    return -slope(np.log(counts), np.log(np.array([20.0, 100.0, 500.0])))


def standard_error(fact: Fact, sample: Sample, quarters: int) -> float:
    """Estimate a fact's standard error by leaving out one block of five years after another."""
    starts = range(0, quarters - BLOCK + 1, BLOCK)
    left = np.array([fact.measure(sample.without(slice(start, start + BLOCK))) for start in starts])
    blocks = len(left)
    return math.sqrt((blocks - 1) / blocks * float(((left - left.mean()) ** 2).sum()))


def main(folder: Path) -> None:
    """Write the table from the data in a folder."""
    sample = united_states(folder)
    quarters = sample["gdp"].size
    flows = job_flows(folder)
    rows = []
    for fact in FACTS:
        error = float("nan")
        if fact.name in flows:
            value, source = flows[fact.name], "JOLTS 2013-2019"
        elif fact.name in LITERATURE:
            value, source = LITERATURE[fact.name]
        elif fact.name == "firm sizes":
            value, source = tail_of_classes(folder), "SUSB 2002, classes from 20 employees on"
        else:
            value, source = fact.measure(sample), FRED
            error = standard_error(fact, sample, quarters)
        rows.append((fact.name, f"{value:.4f}", "" if math.isnan(error) else f"{error:.4f}", source))
    with (Path(__file__).parent / "united_states.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("fact", "value", "standard_error", "source"))
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
