"""Find the survey's files: family files of the Interview Survey, plain or packed, or a Parquet of them."""

import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ravelin.core.bounded import UnfitFileError, open_file
from ravelin.learning.errors import ZIP_FAULTS, SurveyError
from ravelin.learning.files.tables import GZIP, PARQUET, PARQUET_MAX, RawTable, parquet_names, read_parquet, read_text

_FAMILY_FILE = re.compile(r"^fmli(\d\d)([1-4])(x?)\.(csv|txt|tsv|parquet|pq)(\.gz)?$", re.IGNORECASE)
_UNREAD_FAMILY = re.compile(
    r"^fmli\d\d[1-4]x?\.(dta|sas7bdat|sav|xpt|rda|rdata|xlsx?|7z|rar|tar)(\.gz)?$", re.IGNORECASE
)
_ALMOST = re.compile(r"^(?!\.).*fmli.*\.(csv|txt|tsv|parquet|pq)(\.gz)?$", re.IGNORECASE)
_DIARY_FILE = re.compile(r"^(fmld|memd|expd|dtbd|dtid)\d\d[1-4]x?\.", re.IGNORECASE)
_SURVEY_ARCHIVE = re.compile(r"^(intrvw|fmli)", re.IGNORECASE)
FIRST_YEAR = 80
"""The survey is continuous since 1980, so two digits, as files of before 1996 write years, name one year."""

_CONVERTED = {
    ".dta": "pandas.read_stata",
    ".sas7bdat": "pandas.read_sas",
    ".xpt": "pandas.read_sas",
    ".sav": "pandas.read_spss",
    ".xlsx": "pandas.read_excel",
    ".xls": "pandas.read_excel",
}
"""Kinds of files that are not read, and what reads them."""

_ASKED = "name the folder that holds the Interview Survey's fmli*.csv files, or their zip"


class Source(NamedTuple):
    """A file to read, or a member of an archive."""

    path: Path
    member: str

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.path.name}:{self.member}" if self.member else self.path.name

    @property
    def place(self) -> str:
        """Its whole path, where the name is not enough to tell it from another."""
        return f"{self.path}:{self.member}" if self.member else str(self.path)

    @property
    def own_name(self) -> str:
        """Its own name, without archive and folders."""
        return Path(self.member or self.path.name).name


class Found(NamedTuple):
    """The sources under a path, in order, and what was passed over."""

    sources: list[Source]
    notes: list[str]
    twins: list[tuple[Source, Source]]
    """A source and another of the same quarter, which is not read if it says the same."""


def read_source(source: Source, wanted: Iterable[str]) -> RawTable:
    """Read the wanted columns of a source."""
    names = frozenset(wanted)
    if source.path.suffix.lower() in PARQUET:
        return read_parquet(source.path, source.name, names)
    return read_text(source.path, source.member, source.name, names)


def file_quarter(name: str) -> str:
    """Turn fmli151x.csv into 2015Q1x: the release's repeated first quarter keeps its x."""
    match = _FAMILY_FILE.match(Path(name).name)
    if match is None:
        return ""
    year, quarter, revised = match.group(1, 2, 3)
    century = 1900 if int(year) >= FIRST_YEAR else 2000
    return f"{century + int(year)}Q{quarter}{revised.lower()}"


def find_sources(path: Path) -> Found:
    """List the survey files under a path; a quarter found twice, as plain and packed, is taken once.

    Raises
    ------
    SurveyError
        If there are none, saying what was found instead.
    """
    try:
        there, single = path.exists(), path.is_file()
    except (OSError, ValueError) as problem:
        raise SurveyError(f"{str(path)[:200]!r} cannot be looked at ({problem})") from None
    if not there:
        raise SurveyError(f"{path} does not exist; {_ASKED}")
    return _single(path) if single or not path.is_dir() else _folder(path)


def _single(path: Path) -> Found:
    if path.suffix.lower() == ".zip":
        members = _members(path)
        family = [Source(path, member) for member in members if file_quarter(member)]
        if not family:
            raise SurveyError(_nothing(path, [Path(member).name for member in members]))
        return _by_quarter(family, _alike(Source(path, member) for member in members))
    reason = _unread(path.name)
    if reason:
        raise SurveyError(f"{path} {reason}")
    return Found([Source(path, "")], [], [])


def _by_quarter(family: Iterable[Source], notes: list[str]) -> Found:
    """Take each quarter once, and name the twins."""
    chosen: dict[str, Source] = {}
    twins = []
    for source in family:
        kept = chosen.setdefault(file_quarter(source.own_name), source)
        if kept is not source:
            twins.append((kept, source))
    return Found([chosen[quarter] for quarter in sorted(chosen)], notes, twins)


def _alike(sources: Iterable[Source]) -> list[str]:
    """Say of files whose names are almost those of the survey's that they are not read."""
    return [
        f"{source.name} was not read: the survey's files are called like fmli141.csv; rename it, or name it alone"
        for source in sources
        if _ALMOST.search(source.own_name) and not file_quarter(source.own_name)
    ]


def _folder(path: Path) -> Found:
    candidates = sorted(file for depth in ("*", "*/*", "*/*/*") for file in path.glob(depth) if os.path.isfile(file))
    notes: list[str] = []
    family = list(_family_sources(candidates, notes))
    names = [file.name for file in candidates]
    if family:
        read = {file_quarter(source.own_name) for source in family}
        unread = [name for name in names if _UNREAD_FAMILY.match(name) and _as_csv(name) not in read]
        notes += [f"{name} was not read: it {_unread(name)}" for name in unread]
        return _by_quarter(family, [*notes, *_alike(Source(file, "") for file in candidates)])
    chosen = [Source(file, "") for file in candidates if _is_extract(file, notes)]
    if not chosen:
        raise SurveyError(" ".join([_nothing(path, names), *(f"({note})" for note in notes[:3])]))
    return Found(chosen, notes, [])


def _family_sources(candidates: Iterable[Path], notes: list[str]) -> Iterator[Source]:
    for file in candidates:
        if file_quarter(file.name):
            yield Source(file, "")
        elif file.suffix.lower() == ".zip":
            try:
                members = _members(file)
            except SurveyError as problem:
                if _SURVEY_ARCHIVE.match(file.name):
                    raise
                notes.append(f"passed over: {problem}")
                continue
            yield from (Source(file, member) for member in members if file_quarter(member))
            notes += _alike(Source(file, member) for member in members)


def _members(path: Path) -> list[str]:
    try:
        with open_file(path, PARQUET_MAX, "an archive of the survey") as stream, zipfile.ZipFile(stream) as archive:
            return archive.namelist()
    except UnfitFileError as problem:
        raise SurveyError.of(problem) from None
    except ZIP_FAULTS as problem:
        raise SurveyError(f"{path} cannot be opened as a zip archive ({problem}); download it again") from problem


def _is_extract(file: Path, notes: list[str]) -> bool:
    if file.suffix.lower() not in PARQUET:
        return False
    try:
        return "TOTEXPCQ" in {name.upper() for name in parquet_names(file, file.name)}
    except SurveyError as problem:
        notes.append(f"passed over: {problem}")
        return False


def _as_csv(name: str) -> str:
    return file_quarter(f"{name.split('.')[0]}.csv")


def _unread(name: str) -> str:
    """Say why a file of this name is not read, or nothing."""
    if _DIARY_FILE.match(name):
        return f"is of the Diary Survey, which asks for two weeks of small purchases; {_ASKED}"
    suffix = Path(name.lower().removesuffix(GZIP)).suffix
    if suffix in _CONVERTED:
        stem = name.split(".")[0]
        return (
            "is none of the kinds that are read (CSV, gzipped or zipped CSV, Parquet); convert it with "
            f'{_CONVERTED[suffix]}("{name}").to_parquet("{stem}.parquet")'
        )
    if suffix in (".rda", ".rdata", ".7z", ".rar", ".tar"):
        return "is none of the kinds that are read (CSV, gzipped or zipped CSV, Parquet)"
    return ""


def _nothing(path: Path, names: list[str]) -> str:
    found = ", ".join(sorted(set(names))[:5]) or "nothing"
    sentence = (
        f"{path} holds no Interview Survey family files (fmli*.csv, plain or zipped) "
        f"and no Parquet of them; found {found}"
    )
    known = next((name for name in sorted(names) if _unread(name)), None)
    return f"{sentence}; {known} {_unread(known)}" if known else sentence
