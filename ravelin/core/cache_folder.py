"""Where machine code is kept between processes, and who else could put code there.

What lies in the folder is unpickled and run, so whoever may write to it runs programs in our name. It is therefore the
user's own, with mode 700, and nobody else may rename anything on the way to it; else it is refused. Without a place of
the user's own, machine code lasts as long as the process and those that it starts.
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ravelin.core.sentence import Kind, RavelinError

if sys.platform != "win32":
    import grp
    import pwd

_PRIVATE = 0o700
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_LINKS_MAX = 40


class CacheError(RavelinError, RuntimeError):
    """The folder for machine code could be written to by others."""

    kind = Kind.INVALID


def cache_folder() -> Path | None:
    """Return the folder for machine code: in `RAVELIN_CACHE`, in the user's cache, or one that passes with the process.

    None if there is no private place at all.

    Raises
    ------
    CacheError
        If others could write to the folder, or the one that `RAVELIN_CACHE` names cannot be written to.
    """
    stated = os.environ.get("RAVELIN_CACHE")
    if stated:
        try:
            return _own(Path(stated) / "kernels")
        except OSError as error:
            raise CacheError(
                f"RAVELIN_CACHE is {stated}, which cannot keep machine code ({error.strerror}); "
                "name a folder of your own, or unset it"
            ) from None
    try:
        return _own(_users_cache() / "ravelin" / "kernels")
    except (OSError, RuntimeError) as error:
        if isinstance(error, CacheError):
            raise
        return _passing()


def is_own(entry: os.stat_result) -> bool:
    """Whether a file is the user's, and nobody else may write to it."""
    return not hasattr(os, "geteuid") or (entry.st_uid == os.geteuid() and not entry.st_mode & _OTHERS_WRITE)


def _users_cache() -> Path:
    stated = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return stated if stated.is_absolute() else Path.home() / ".cache"


def _own(folder: Path) -> Path:
    """Make a folder for the user alone, or see that it is one."""
    folder = folder.absolute()
    for parent in reversed(folder.parents):
        if not parent.exists():
            parent.mkdir(_PRIVATE, exist_ok=True)
    folder.mkdir(_PRIVATE, exist_ok=True)
    if hasattr(os, "geteuid"):
        _check_way(folder)
        found = os.stat(folder)
        if found.st_uid != os.geteuid():
            raise CacheError(_refusal(folder, f"belongs to {_name(found.st_uid)}"))
        if found.st_mode & _OTHERS_WRITE:
            raise CacheError(_refusal(folder, f"may be written to by others (mode {stat.S_IMODE(found.st_mode):o})"))
        if found.st_mode & 0o077:
            folder.chmod(_PRIVATE)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "Permission denied", str(folder))
    return folder


def _check_way(folder: Path) -> None:
    """Refuse a folder if somebody else could put another in its place."""
    # Whoever owns the root folder rules all there is: not always user 0, as seen from within a namespace of users.
    rulers = {0, os.geteuid(), os.stat(folder.anchor).st_uid}
    for step in _way(folder):
        found = os.lstat(step)
        if found.st_uid not in rulers:
            raise CacheError(_refusal(folder, f"lies in {step}, which belongs to {_name(found.st_uid)}"))
        if stat.S_ISDIR(found.st_mode) and _others_rename(found):
            mode = f"{stat.S_IMODE(found.st_mode):o}"
            raise CacheError(_refusal(folder, f"lies in {step}, which may be written to by others (mode {mode})"))


def _way(folder: Path) -> Iterator[Path]:
    """Give every folder and every link on the way to a folder, itself left out unless it is a link."""
    here, ahead = Path(folder.anchor), list(folder.parts[1:])
    for _ in range(_LINKS_MAX * len(ahead) + _LINKS_MAX):
        if not ahead:
            return
        yield here
        step = here / ahead.pop(0)
        if step.is_symlink():
            yield step
            target = step.readlink()
            here = Path(target.anchor) if target.is_absolute() else here
            ahead = [part for part in target.parts if part != target.anchor] + ahead
        else:
            here = here.parent if step.name == ".." else step


def _others_rename(found: os.stat_result) -> bool:
    """Whether others than the owner may rename what lies in a folder."""
    if found.st_mode & stat.S_ISVTX:
        return False
    by_group = bool(found.st_mode & stat.S_IWGRP) and not _is_private_group(found.st_gid)
    return by_group or bool(found.st_mode & stat.S_IWOTH)


def _is_private_group(group: int) -> bool:
    """Whether a group is the user's alone, as where each user has one of the same name."""
    try:
        user, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_name == user.pw_name and group == user.pw_gid and set(found.gr_mem) <= {user.pw_name}


def _name(user: int) -> str:
    try:
        return f"user {pwd.getpwuid(user).pw_name}"
    except KeyError:
        return f"user {user}"


def _refusal(folder: Path, why: str) -> str:
    return (
        f"machine code is not read from {folder}, since it {why} and what lies there is run; "
        "set RAVELIN_CACHE to a folder that only you can write to"
    )


def _passing() -> Path | None:
    """Make a folder for this process and those that it starts, removed at its end."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="ravelin-"))
        kernels = _own(folder / "kernels")
    except (OSError, CacheError):
        return None
    maker = os.getpid()
    os.environ["RAVELIN_CACHE"] = str(folder)

    def remove() -> None:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return kernels
