"""Take the consumer price index from FRED-QD.

usage: python data/prices/build.py FOLDER_OF_THE_REFERENCE_DATA

Writes consumer_prices.csv: CPI-U, all items, US city average, 1982-84 = 100, seasonally adjusted, means of the three
months of each quarter (BLS series CUSR0000SA0, as FRED's CPIAUCSL carried in FRED-QD). Without seasons, because a year
of the survey's spending is four quarters of any season.
"""

import csv
import sys
from pathlib import Path

SOURCE = "fred_qd_1959q1_2023q3.csv"


def main(folder: str) -> None:
    """Write the table from the series in a folder."""
    with (Path(folder) / SOURCE).open(newline="") as stream:
        rows = [(row["quarter"], row["CPIAUCSL"]) for row in csv.DictReader(stream) if row["CPIAUCSL"]]
    with Path(__file__).with_name("consumer_prices.csv").open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("quarter", "consumer_prices"))
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
