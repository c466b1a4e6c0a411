"""Estimate the table of household traits that the calibration's population table lacks.

usage: python data/people/build.py FOLDER_OF_THE_EXTRACT

Writes household_traits.csv: the joint distribution of marital state, persons over 64 and earners given
age band, family size (1, 2, 3+) and whether the head earns; weighted, cells shrunk toward coarser ones
with the weight of 40 rows, so that no row of the survey can be read from it.
"""

import sys
from pathlib import Path

import pandas as pd

KAPPA = 40.0
BANDS = ["15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"]


def main(folder: str) -> None:
    """Write the table from the extract in a folder."""
    rows = pd.read_parquet(Path(folder) / "ce_rpms_2015.parquet")
    rows = rows[rows.file_quarter != "2015Q1x"].copy()
    rows["age_band"] = pd.cut(rows.AGE.astype(float), [0, 24, 34, 44, 54, 64, 74, 200], labels=BANDS).astype(str)
    rows["size3"] = rows.FAM_SIZE.clip(upper=3).astype(int)
    rows["head_earns"] = rows.EARNER.fillna("N").eq("Y").astype(int)
    married = rows.MARITAL.fillna(5).astype(int)
    rows["marital"] = married.map({1: 1, 2: 2, 3: 2, 4: 2, 5: 3}).fillna(3).astype(int)
    rows["persons_over_64"] = rows.PERSOT64.clip(upper=2).astype(int)
    rows["earners"] = rows.NO_EARNR.clip(upper=3).astype(int)
    traits = ["marital", "persons_over_64", "earners"]
    levels = [["head_earns"], ["head_earns", "size3"], ["head_earns", "size3", "age_band"]]
    prior = (rows.groupby(traits).FINLWT21.sum() / rows.FINLWT21.sum()).rename("p").reset_index()
    before: list[str] = []
    for keys in levels:
        count = rows.groupby(keys).size().rename("n").reset_index()
        total = rows.groupby(keys).FINLWT21.sum().rename("t").reset_index()
        cell = rows.groupby(keys + traits).FINLWT21.sum().rename("c").reset_index()
        grid = count.merge(prior, on=before) if before else count.merge(prior, how="cross")
        grid = grid.merge(total, on=keys).merge(cell, on=keys + traits, how="left").fillna({"c": 0.0})
        grid["p"] = (grid.n * grid.c / grid.t + KAPPA * grid.p) / (grid.n + KAPPA)
        prior, before = grid[[*keys, *traits, "p"]], keys
    # What cannot be: two over 64 in a household of one, more earners than people.
    prior = prior[(prior.persons_over_64 <= prior.size3) & (prior.earners <= prior.size3)]
    prior = prior[~((prior.size3 == 1) & (prior.marital == 1))]
    prior = prior[~((prior.head_earns == 1) & (prior.earners == 0))]
    prior = prior[~((prior.size3 == 1) & (prior.earners != prior.head_earns))]
    young = ~prior.age_band.isin(["65-74", "75+"])
    prior = prior[young | (prior.persons_over_64 >= 1)]
    prior = prior[~(young & (prior.size3 == 1) & (prior.persons_over_64 > 0))]
    prior = prior[prior.p > 0.001].copy()
    prior["p"] /= prior.groupby(before).p.transform("sum")
    prior.to_csv(Path(__file__).with_name("household_traits.csv"), index=False, float_format="%.6f")


main(sys.argv[1])
