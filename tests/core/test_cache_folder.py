"""Machine code is unpickled and run, so it lies where nobody but the user can put any."""

import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ravelin.core import cache_folder as module
from ravelin.core.cache_folder import CacheError, cache_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="who owns a file is asked as Unix does")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
STRANGER = 12345


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=["RAVELIN_CACHE", "XDG_CACHE_HOME", "HOME"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder `kernels`, not made yet, as each of the three ways to choose it has it."""
    monkeypatch.delenv("RAVELIN_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    if request.param != "HOME":
        monkeypatch.setenv(request.param, str(tmp_path / "chosen"))
    return tmp_path / {"RAVELIN_CACHE": "chosen", "XDG_CACHE_HOME": "chosen/ravelin", "HOME": ".cache/ravelin"}[
        request.param
    ] / "kernels"  # fmt: skip


def test_the_folder_is_the_users_alone(place: Path) -> None:
    before = os.umask(0)
    try:
        assert cache_folder() == place
    finally:
        os.umask(before)
    assert [mode(path) for path in (place, place.parent)] == [0o700, 0o700]


@pytest.mark.parametrize("loose", [0o755, 0o750, 0o711])
def test_a_folder_that_others_only_read_is_closed(place: Path, loose: int) -> None:
    place.mkdir(parents=True)
    place.chmod(loose)
    assert cache_folder() == place
    assert mode(place) == 0o700


@pytest.mark.parametrize("loose", [0o777, 0o770, 0o707, 0o1777, 0o722])
def test_a_folder_that_others_write_to_is_refused(place: Path, loose: int) -> None:
    place.mkdir(parents=True)
    place.chmod(loose)
    with pytest.raises(CacheError, match=rf"{place}.*may be written to by others \(mode {loose:o}\).*RAVELIN_CACHE"):
        cache_folder()


@pytest.mark.parametrize("loose", [0o777, 0o702, 0o733])
def test_a_folder_on_the_way_that_others_write_to_is_refused(place: Path, loose: int) -> None:
    place.parent.mkdir(parents=True)
    place.parent.chmod(loose)
    with pytest.raises(CacheError, match=f"lies in {place.parent}, which may be written to by others"):
        cache_folder()


def test_in_a_folder_for_everybody_where_nobody_renames_it_the_users_own_is_used(place: Path) -> None:
    place.parent.mkdir(parents=True)
    place.parent.chmod(0o1777)
    assert cache_folder() == place


@as_root
def test_a_folder_of_somebody_else_is_refused(place: Path) -> None:
    place.mkdir(parents=True, mode=0o700)
    os.chown(place, STRANGER, STRANGER)
    with pytest.raises(CacheError, match=f"{place}, since it belongs to user {STRANGER}"):
        cache_folder()


@as_root
def test_a_folder_in_somebody_elses_is_refused(place: Path) -> None:
    place.mkdir(parents=True, mode=0o700)
    os.chown(place.parent, STRANGER, STRANGER)
    with pytest.raises(CacheError, match=f"lies in {place.parent}, which belongs to user {STRANGER}"):
        cache_folder()


@as_root
def test_a_link_into_somebody_elses_folder_is_refused(place: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (theirs / "kernels").mkdir(parents=True, mode=0o700)
    os.chown(theirs, STRANGER, STRANGER)
    place.parent.mkdir(parents=True)
    place.symlink_to(theirs / "kernels")
    with pytest.raises(CacheError, match=f"belongs to user {STRANGER}"):
        cache_folder()


@as_root
def test_a_link_that_somebody_else_can_turn_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder for everybody a stranger's link leads to a folder of ours, until it leads elsewhere."""
    common, ours = tmp_path / "common", tmp_path / "ours"
    common.mkdir()
    common.chmod(0o1777)
    ours.mkdir(0o700)
    (common / "link").symlink_to(ours)
    os.lchown(common / "link", STRANGER, STRANGER)
    monkeypatch.setenv("RAVELIN_CACHE", str(common / "link"))
    with pytest.raises(CacheError, match=f"link, which belongs to user {STRANGER}"):
        cache_folder()


def test_whoever_owns_the_root_folder_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a namespace of users the system's own folders belong to nobody in particular."""

    def seen_from_within(look: Any) -> Any:
        def told(path: Any, **how: Any) -> os.stat_result:
            found = list(look(path, **how))
            found[4] = STRANGER if Path(path) == Path("/") else found[4]
            return os.stat_result(found)

        return told

    monkeypatch.setenv("RAVELIN_CACHE", str(tmp_path / "own"))
    monkeypatch.setattr(os, "lstat", seen_from_within(os.lstat))
    with pytest.raises(CacheError, match=f"lies in /, which belongs to user {STRANGER}"):
        cache_folder()
    monkeypatch.setattr(os, "stat", seen_from_within(os.stat))
    assert cache_folder() == tmp_path / "own" / "kernels"


def test_links_of_ones_own_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to(tmp_path / "disk" / ".." / "disk")
    monkeypatch.setenv("RAVELIN_CACHE", str(tmp_path / "one"))
    assert cache_folder() == tmp_path / "one" / "kernels"
    assert mode(tmp_path / "disk" / "kernels") == 0o700


def test_a_place_that_cannot_be_written_to_is_refused_if_it_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RAVELIN_CACHE", str(tmp_path / "file"))
    with pytest.raises(CacheError, match=r"RAVELIN_CACHE is .*file, which cannot keep machine code"):
        cache_folder()


@pytest.mark.parametrize("home", ["/proc/nowhere", "file"])
def test_without_a_home_the_folder_passes_with_the_process(home: str, tmp_path: Path) -> None:
    """It is not where anybody could have prepared it, is there for the processes begun meanwhile, and then is gone."""
    (tmp_path / "file").write_text("")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for prepared in (f"ravelin-{os.getuid()}", "ravelin"):
        (temporary / prepared / "kernels").mkdir(parents=True)
    code = (
        "import os, subprocess, sys\n"
        "from ravelin.core.cache_folder import cache_folder\n"
        "own = cache_folder()\n"
        "print(own, oct(own.stat().st_mode & 0o777), flush=True)\n"
        "ask = 'from ravelin.core.cache_folder import cache_folder; print(cache_folder())'\n"
        "subprocess.run([sys.executable, '-c', ask], check=True)\n"
    )
    env = {key: value for key, value in os.environ.items() if key not in ("RAVELIN_CACHE", "XDG_CACHE_HOME")}
    env |= {"HOME": str(tmp_path / home), "TMPDIR": str(temporary)}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    own, permission, of_child = run.stdout.split()
    assert permission == "0o700"
    assert own == of_child
    assert Path(own).parent.parent == temporary
    assert not Path(own).exists()
    assert sorted(path.name for path in temporary.iterdir()) == ["ravelin", f"ravelin-{os.getuid()}"]


def test_a_temporary_folder_that_others_rule_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.delenv("RAVELIN_CACHE", raising=False)
    monkeypatch.setattr(module.tempfile, "tempdir", str(tmp_path))
    assert module._passing() is None
    assert "RAVELIN_CACHE" not in os.environ


def test_a_private_group_is_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each user has a group of the same name, new folders are often open to it."""
    user = module.pwd.getpwuid(os.geteuid())
    named = {"gr_name": user.pw_name, "gr_gid": user.pw_gid}
    for members, private in (([], True), ([user.pw_name], True), ([user.pw_name, "mallory"], False)):
        group = type("Group", (), {**named, "gr_mem": members})
        monkeypatch.setattr(module.grp, "getgrgid", lambda _, group=group: group)
        assert module._is_private_group(user.pw_gid) is private
    assert not module._is_private_group(user.pw_gid + 1)


class Planted:
    """What an attacker leaves in a cache: unpickling it makes a file."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.proof),)


@as_root
@pytest.mark.parametrize("how", ["somebody else's", "open to all"])
def test_the_command_line_refuses_a_prepared_folder_in_one_sentence(how: str, tmp_path: Path) -> None:
    prepared = tmp_path / "kernels"
    prepared.mkdir()
    (prepared / "anything").write_bytes(pickle.dumps(Planted(tmp_path / "proof")))
    if how == "open to all":
        prepared.chmod(0o777)
    else:
        os.chown(prepared, STRANGER, STRANGER)
    command = [sys.executable, "-m", "ravelin", "run", "--consumers", "500", "--ticks", "1", "--out", "run", "--quiet"]
    env = {**os.environ, "RAVELIN_CACHE": str(tmp_path)}
    run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr.startswith("Error: machine code is not read from")
    assert "set RAVELIN_CACHE to a folder that only you can write to" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "proof").exists()
    assert not (tmp_path / "run").exists()
