"""Write made-up survey files with the real names, codes, flags and weights.

Every number is invented. The files say so: a column SYNTHETIC, and a note beside them.
"""

import csv
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

ITEM_SHARES = {
    "FOOD": 0.14, "ALCBEV": 0.01, "HOUS": 0.34, "TRANS": 0.16, "HEALTH": 0.08, "APPAR": 0.03,
    "ENTERT": 0.05, "READ": 0.002, "EDUCA": 0.02, "PERSCA": 0.01, "TOBACC": 0.008, "MISC": 0.015,
    "CASHCO": 0.03, "PERINS": 0.105,
}  # fmt: skip
FLAGS = {"AGE_REF": "AGE_REF_", "EDUC_REF": "EDUC0REF", "FINCBTXM": "FINCB_XM", "CUTENURE": "CUTE_URE"}
PERSISTENT_SHARE = 0.5
QUARTERS = ("141", "142", "143", "144", "151x")

Rows = list[dict[str, Any]]


def households(units: int, seed: int = 0) -> list[Rows]:
    """Invent households and their interviews, one list of rows per quarter of `QUARTERS`."""
    rng = np.random.default_rng(seed)
    quarters: list[Rows] = [[] for _ in QUARTERS]
    for unit in range(units):
        traits = _traits(rng)
        lasting = rng.normal()
        first = int(rng.integers(0, len(QUARTERS)))
        for interview in range(1, 5):
            place = first + interview - 1
            if place >= len(QUARTERS):
                break
            score = np.sqrt(PERSISTENT_SHARE) * lasting + np.sqrt(1 - PERSISTENT_SHARE) * rng.normal()
            quarters[place].append(_interview(unit, interview, place, traits, score))
    return quarters


def _traits(rng: np.random.Generator) -> dict[str, Any]:
    age, size = int(rng.integers(18, 88)), int(rng.integers(1, 7))
    income = float(np.exp(rng.normal(10.6, 0.9)))
    return {
        "FINLWT21": round(float(rng.uniform(5_000, 40_000)), 3),
        "FINCBTXM": round(income, 2), "AGE_REF": age,
        "EDUC_REF": f"{int(rng.choice([0, 10, 11, 12, 13, 14, 15, 16, 17])):02d}",
        "FAM_SIZE": size, "PERSLT18": int(rng.integers(0, size)), "PERSOT64": int(age > 64),
        "NO_EARNR": int(rng.integers(0, 3)), "CUTENURE": int(rng.choice([1, 2, 3, 4, 5, 6])),
        "REGION": int(rng.integers(1, 5)), "BLS_URBN": int(rng.integers(1, 3)),
        "MARITAL1": int(rng.integers(1, 6)), "VEHQ": int(rng.integers(0, 4)),
        "SEX_REF": int(rng.integers(1, 3)),
    }  # fmt: skip


def _interview(unit: int, number: int, place: int, traits: dict[str, Any], score: float) -> dict[str, Any]:
    location = 5.0 + 0.5 * np.log(traits["FINCBTXM"]) + 0.08 * traits["FAM_SIZE"]
    quarter = float(np.exp(location + 0.4 * score)) / 4
    row = {"NEWID": unit * 10 + number, "SYNTHETIC": 1, "QINTRVMO": 1 + 3 * (place % 4) + unit % 3, **traits}
    within = 0.25 * (1 + unit % 3)
    for stem, share in {"TOTEXP": 1.0, **ITEM_SHARES}.items():
        row[f"{stem}PQ"] = round(quarter * share * (1 - within), 4)
        row[f"{stem}CQ"] = round(quarter * share * within, 4)
    row |= dict.fromkeys(FLAGS.values(), "D")
    return row


def write_family_files(
    folder: Path, units: int = 400, *, seed: int = 0, lower: bool = False, zipped: bool = False,
    quarters: list[Rows] | None = None,
) -> Path:  # fmt: skip
    """Write fmli*.csv files as the Bureau of Labor Statistics does, plain or in a zip archive."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SYNTHETIC.txt").write_text("These files are made up for tests; they are no survey.\n")
    made = quarters or households(units, seed)
    for name, rows in zip(QUARTERS, made, strict=True):
        write_csv(folder / f"fmli{name}.csv", rows, lower=lower)
    if zipped:
        with zipfile.ZipFile(folder / "intrvw14.zip", "w") as archive:
            for file in sorted(folder.glob("fmli*.csv")):
                archive.write(file, f"intrvw14/{file.name}")
                file.unlink()
    return folder


def write_csv(path: Path, rows: Rows, *, lower: bool = False) -> None:
    """Write rows under upper-case names, or lower-case ones as some releases have."""
    with path.open("w", newline="") as stream:
        names = [name.lower() if lower else name for name in rows[0]]
        writer = csv.writer(stream)
        writer.writerow(names)
        writer.writerows(row.values() for row in rows)


def write_extract(folder: Path, units: int = 400, seed: int = 0) -> Path:
    """Write the same households in the shape of the Parquet extract."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_extract_row(row, place) for place, quarter in enumerate(households(units, seed)) for row in quarter]
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({name: [row[name] for row in rows] for name in rows[0]}), folder / "extract.parquet")
    return folder


def _extract_row(row: dict[str, Any], place: int) -> dict[str, Any]:
    months = (row["QINTRVMO"] - 1) % 3
    degree = {0: 1, 10: 2, 11: 3, 12: 4, 13: 5, 14: 6, 15: 7, 16: 8, 17: 8}[int(row["EDUC_REF"])]
    quarter = {stem: row[f"{stem}PQ"] + row[f"{stem}CQ"] for stem in ("TOTEXP", "FOOD", "HOUS", "HEALTH")}
    within = {stem: value * months / 3 for stem, value in quarter.items()}
    return {
        "NEWID": row["NEWID"], "FINLWT21": row["FINLWT21"], "FINCBTAX": int(row["FINCBTXM"]),
        "AGE": row["AGE_REF"], "EDUCA": degree, "FAM_SIZE": row["FAM_SIZE"],
        "PERSLT18": row["PERSLT18"], "PERSOT64": row["PERSOT64"], "NO_EARNR": row["NO_EARNR"],
        "CUTENURE": row["CUTENURE"], "REGION": row["REGION"] if row["NEWID"] % 50 != 1 else None,
        "BLS_URBN": row["BLS_URBN"], "MARITAL": row["MARITAL1"], "QINTRVMO": row["QINTRVMO"],
        "SEX": "M" if row["SEX_REF"] == 1 else "F", "VEHQ": row["VEHQ"],
        "TOTEXPCQ": within["TOTEXP"], "FOODCQ": within["FOOD"], "EHOUSNGC": within["HOUS"],
        "HEALTHCQ": within["HEALTH"], "cq_months": months,
        "file_quarter": f"20{QUARTERS[place][:2]}Q{QUARTERS[place][2:]}",
    }  # fmt: skip


def write_published(path: Path) -> Path:
    """Write published means in the shape of the reference file, the same for every age."""
    from ravelin.learning.shares import AGES, PUBLISHED_ITEMS

    levels = {"food": 7500, "housing": 18000, "transport": 9500, "health": 4300, "apparel": 1800,
              "entertainment": 2900, "education": 1300, "other": 3900}  # fmt: skip
    lines = ["year,age_group,item_code,series_id,value"]
    for age in (*AGES, "all"):
        for category, items in PUBLISHED_ITEMS.items():
            lines += [f"2014,{age},{item},CXU,{levels[category] / len(items)}" for item in items]
    path.write_text("\n".join(lines) + "\n")
    return path
