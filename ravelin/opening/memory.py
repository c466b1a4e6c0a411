"""Room for an economy: what it will take, said before anything is allocated."""

import ctypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from ravelin.core.table import Table
from ravelin.scenarios.scenario import ScenarioError
from ravelin.storage.files import say_bytes

# What the opening holds beside the columns while it draws people and firms, over the bytes of the columns: measured
# .30 and .36 (1 and 2 threads) with 1 million consumers and .26 with 3. And what the program takes by itself.
OPENING_OVERHEAD = 0.4
PROGRAM_BYTES = 250_000_000
_ROWS_MAX = np.iinfo(np.int32).max


# glibc's names for what `mallopt` sets, and the values that it comes to by itself in a program with large arrays.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_USUAL_TRIM, _USUAL_MMAP = 1 << 26, 1 << 25
_COLUMN = 1 << 20


@contextmanager
def freed_at_once() -> Iterator[None]:
    """Let columns that are freed inside the block go back to the system at once.

    Otherwise the C library keeps those below 32 MB for later, in holes that the next columns may not fit into: with a
    few million consumers that is more than the state. Where it takes no such wish, nothing changes.
    """
    wish = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if wish is None:
        yield
        return
    wish(_MMAP_THRESHOLD, _COLUMN)
    try:
        yield
    finally:
        wish(_MMAP_THRESHOLD, _USUAL_MMAP)
        wish(_TRIM_THRESHOLD, _USUAL_TRIM)


def needed_bytes(counts: Mapping[type[Table], int], tables: list[type[Table]]) -> int:
    """Bytes of all columns at given numbers of rows."""
    return sum(declared.bytes * counts[table.rows_of] for table in tables for declared in table.columns.values())


def available_bytes() -> int | None:
    """Bytes of memory that this process may still take; None where the system does not say."""
    limits = []
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                limits.append(int(line.split()[1]) * 1024)
    except OSError:
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    limits += [*_left_in_groups(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))]
    return min(limits) if limits else None


def _left_in_groups(own: Path, groups: Path) -> Iterator[int]:
    """Bytes left in each control group that this process lies in: a container, or a job of a cluster, may have less.

    Parameters
    ----------
    own : the file that names the process's group, as a line `0::/outer/inner`
    groups : the folder of all groups
    """
    try:
        named = next(line[3:] for line in own.read_text().splitlines() if line.startswith("0::"))
    except (OSError, StopIteration):
        named = "/"
    group = groups / named.strip("/")
    # Within a container the name may be one that only its machine knows: then the outermost is its own.
    for each in (group, *group.parents):
        if each.is_relative_to(groups):
            with suppress(OSError, ValueError):
                yield int((each / "memory.max").read_text()) - int((each / "memory.current").read_text())


def check_memory(consumers: int, counts: Mapping[type[Table], int], tables: list[type[Table]]) -> None:
    """Refuse an economy whose rows no reference can number or no memory can hold.

    Parameters
    ----------
    counts : table -> rows
        For every table that does not share another's rows.

    Raises
    ------
    ScenarioError
        With the bytes needed and available.
    """
    by_name = {table.__name__: count for table, count in counts.items()}
    for table, count in counts.items():
        if count > _ROWS_MAX:
            raise ScenarioError(
                f"size.consumers is {consumers:,}, which makes {count:,} rows of {table.__name__}; "
                f"rows are numbered up to {_ROWS_MAX:,}"
            )
    for table in tables:
        for declared in table.columns.values():
            referred = declared.unit.removeprefix("row of ")
            if referred == declared.unit or referred not in by_name:
                continue
            # The largest number of an unsigned type, and -1 of a signed one, mean "none".
            most = int(np.iinfo(declared.dtype).max)
            if by_name[referred] > most:
                raise ScenarioError(
                    f"the scenario makes {by_name[referred]:,} rows of {referred}, "
                    f"and {declared!r} ({declared.dtype.name}) can number {most:,}; "
                    "lower the sizes in [size]"
                )
    growing = int(needed_bytes(counts, tables) * (1 + OPENING_OVERHEAD))
    needed = growing + PROGRAM_BYTES
    available = available_bytes()
    if available is not None and needed > available:
        fitting = int(consumers * max(available - PROGRAM_BYTES, 0) / growing)
        hint = f"; about {_rounded(fitting):,} consumers would fit" if fitting else ""
        raise ScenarioError(
            f"size.consumers is {consumers:,}, which needs {say_bytes(needed)} of memory and "
            f"{say_bytes(available)} are available{hint}"
        )


def _rounded(number: int) -> int:
    """Round down to two digits."""
    step = int("1" + "0" * max(len(str(number)) - 2, 0))
    return int(number // step * step)
