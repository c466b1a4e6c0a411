"""An edit compiles all that depends on it and nothing else, wherever it is made.

A rule of a few files is imported, as by a first process; imported anew, as by the next one, when its machine code is
read from the folder; and imported after an edit, when it must give the other answer.
"""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ravelin.core import kernel
from ravelin.core.kernel import machine_code

HEAD = "from ravelin.core.kernel import compiled\n"
SHARE = "SHARE = 0.05\n"
KEPT = HEAD + "@compiled\ndef kept(x):\n    return x * SHARE\n"
RULE = "from helper import kept\n" + HEAD + "@compiled\ndef rule(x):\n    return kept(x)\n"
NUMBAS = "import numba\nfrom consts import SHARE\n@numba.njit(cache=True)\ndef kept(x):\n    return x * SHARE\n"
OTHER = "@compiled\ndef other(x):\n    return x + 1\n"

# Name of the kind: files by name. In the file of each that has 0.05, it becomes 0.5.
KINDS: dict[str, dict[str, str]] = {
    "its own source": {"rule": HEAD + "@compiled\ndef rule(x):\n    return x * 0.05\n"},
    "a constant beside it": {"rule": HEAD + SHARE + "@compiled\ndef rule(x):\n    return x * SHARE\n"},
    "a constant below it": {"rule": HEAD + "@compiled\ndef rule(x):\n    return x * SHARE\n" + SHARE},
    "a helper in another file": {"helper": KEPT.replace("SHARE", "0.05"), "rule": RULE},
    "a helper below its caller": {
        "rule": HEAD + "@compiled\ndef rule(x):\n    return kept(x)\n@compiled\ndef kept(x):\n    return x * 0.05\n"
    },
    "a helper's helper, two files away": {
        "far": HEAD + "@compiled\ndef share(x):\n    return x * 0.05\n",
        "helper": HEAD + "from far import share\n@compiled\ndef kept(x):\n    return share(x)\n",
        "rule": RULE,
    },
    "a helper of a module": {
        "helper": KEPT.replace("SHARE", "0.05"),
        "rule": "import helper\n" + HEAD + "@compiled\ndef rule(x):\n    return helper.kept(x)\n",
    },
    "a constant in the helper's module": {"helper": SHARE + KEPT, "rule": RULE},
    "a constant imported from another module": {
        "consts": SHARE,
        "helper": "from consts import SHARE\n" + KEPT,
        "rule": RULE,
    },
    "an attribute of a module": {
        "consts": SHARE,
        "rule": HEAD + "import consts\n@compiled\ndef rule(x):\n    return x * consts.SHARE\n",
    },
    "an attribute of a module under another name": {
        "consts": SHARE,
        "rule": HEAD + "import consts\n@compiled\ndef rule(x):\n    here = consts\n    return x * here.SHARE\n",
    },
    "an attribute of a module of a module": {
        "consts": SHARE,
        "outer": "import consts\n",
        "rule": HEAD + "import outer\n@compiled\ndef rule(x):\n    return x * outer.consts.SHARE\n",
    },
    "what a factory has put in": {
        "rule": HEAD
        + "def make(share):\n    @compiled\n    def kept(x):\n        return x * share\n    return kept\n"
        + "kept = make(0.05)\n@compiled\ndef rule(x):\n    return kept(x)\n"
    },
    "a default argument": {
        "helper": HEAD + "@compiled\ndef kept(x, share=0.05):\n    return x * share\n",
        "rule": RULE,
    },
    "its own default argument": {"rule": HEAD + "@compiled\ndef rule(x, share=0.05):\n    return x * share\n"},
    "a tuple": {"rule": HEAD + "SHARES = (0.05, 1.0)\n@compiled\ndef rule(x):\n    return x * SHARES[0]\n"},
    "an array": {
        "rule": HEAD + "import numpy as np\nSHARES = np.array([0.05, 1.0])\n"
        "@compiled\ndef rule(x):\n    return x * SHARES[0]\n"
    },
    "a tuple with a name": {
        "consts": "from typing import NamedTuple\nclass Shares(NamedTuple):\n    kept: float\nSHARES = Shares(0.05)\n",
        "rule": HEAD + "from consts import SHARES\n@compiled\ndef rule(x):\n    return x * SHARES.kept\n",
    },
    "a member of an enumeration": {
        "consts": "from enum import Enum\nclass Share(Enum):\n    KEPT = 0.05\n",
        "rule": HEAD + "from consts import Share\n@compiled\ndef rule(x):\n    return x * Share.KEPT.value\n",
    },
    "a function inside": {
        "rule": HEAD + SHARE + "@compiled\ndef rule(x):\n"
        "    def kept(y):\n        return y * SHARE\n    return kept(x)\n"
    },
    "a helper that numba keeps itself": {"consts": SHARE, "helper": NUMBAS, "rule": RULE},
    "a helper of numba's decorator": {"consts": SHARE, "helper": NUMBAS.replace("cache=True", ""), "rule": RULE},
    "a helper that passes for NumPy's": {
        "helper": HEAD + "def kept(x):\n    return x * 0.05\nkept.__module__ = 'numpy'\nkept = compiled(kept)\n",
        "rule": RULE,
    },
    "a helper that calls back": {
        "rule": HEAD + "@compiled\ndef rule(x):\n    return x if x < 10.0 else kept(x)\n"
        "@compiled\ndef kept(x):\n    return rule(x * 0.05)\n"
    },
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files to import from, with a folder of its own for machine code."""
    kept = tmp_path / "kept"
    kept.mkdir(0o700)
    monkeypatch.setattr(kernel, "FOLDER", kept)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)


def imported(folder: Path, name: str = "rule") -> Any:
    """A rule's module as a new process sees it."""
    for file in folder.glob("*.py"):
        sys.modules.pop(file.stem, None)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def was_kept(function: Any) -> bool:
    """Whether machine code of a function came from the folder."""
    hits, misses = sum(function.stats.cache_hits.values()), sum(function.stats.cache_misses.values())
    assert hits + misses == 1
    return bool(hits)


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_is_seen(folder: Path, kind: str) -> None:
    files = {name: text + (OTHER if name == "rule" else "") for name, text in KINDS[kind].items()}
    answers, kept = [], []
    for edited in (
        files,
        files,
        {name: text.replace("0.05", "0.5") for name, text in files.items()},
        {name: text.replace("x + 1", "x + 2") for name, text in files.items()},
    ):
        write(folder, edited)
        rule = imported(folder).rule
        answers.append(float(rule(100.0)))
        kept.append(was_kept(rule))
    assert answers == pytest.approx([5.0, 5.0, 50.0 if "calls back" not in kind else 6.25, 5.0])
    # Compiled, read, compiled for the edit; and read again, for the edit of another rule is none of its own.
    assert kept == [False, True, False, True]


def test_an_edit_after_the_import_is_not_taken_for_what_runs(folder: Path) -> None:
    """The file on disk is newer than the code in memory: machine code is kept for what was compiled."""
    write(folder, KINDS["its own source"])
    module = imported(folder)
    write(folder, {"rule": KINDS["its own source"]["rule"].replace("0.05", "0.5")})
    assert module.rule(100.0) == 5.0
    assert imported(folder).rule(100.0) == 50.0


@pytest.mark.parametrize("change", ["constant", "array in place", "helper"])
def test_a_change_in_the_process_is_seen_by_the_next_simulation(folder: Path, change: str) -> None:
    """Who has begun goes on with the rule as it was; who begins takes the rule as it is."""
    write(folder, {"consts": "import numpy as np\nSHARES = np.array([0.05])\n" + SHARE,
                   "helper": HEAD + "import consts\n@compiled\ndef kept(x):\n    return x * consts.SHARE\n"
                   "@compiled\ndef array(x):\n    return x * consts.SHARES[0]\n",
                   "rule": HEAD + "import helper\n@compiled\ndef rule(x):\n    return helper.kept(x)\n"
                   "@compiled\ndef by_array(x):\n    return helper.array(x)\n"})  # fmt: skip
    module = imported(folder)
    rule = module.by_array if change == "array in place" else module.rule
    begun = machine_code(rule, [1.0])
    assert begun(100.0) == 5.0
    consts, helper = sys.modules["consts"], sys.modules["helper"]
    if change == "constant":
        consts.SHARE = 0.5  # type: ignore[attr-defined]
    elif change == "array in place":
        consts.SHARES[0] = 0.5  # type: ignore[attr-defined]
    else:
        space = dict(vars(helper))
        exec(HEAD + "@compiled\ndef kept(x):\n    return x * 0.5\n", space)
        helper.kept = space["kept"]  # type: ignore[attr-defined]
    assert machine_code(rule, [1.0])(100.0) == 50.0
    assert begun(100.0) == 5.0
    assert machine_code(rule, [1.0])(100.0) == 50.0


def test_a_change_after_machine_code_was_read_is_seen(folder: Path) -> None:
    """Symbols of the code that was read must not stand in for those of the code compiled afterwards."""
    helper = HEAD + "import consts\n@compiled\ndef kept(x):\n    return x * consts.SHARE\n"
    write(folder, {"consts": SHARE, "helper": helper, "rule": RULE})
    assert imported(folder).rule(100.0) == 5.0
    module = imported(folder)
    begun = machine_code(module.rule, [1.0])
    assert was_kept(module.rule)
    for share in (0.5, 0.25, 0.05):
        sys.modules["consts"].SHARE = share  # type: ignore[attr-defined]
        assert machine_code(module.rule, [1.0])(100.0) == pytest.approx(100 * share)
        assert begun(100.0) == 5.0


def test_code_for_other_types_made_after_a_change_does_not_hide_that_the_first_is_old(folder: Path) -> None:
    write(folder, KINDS["an attribute of a module"])
    rule = imported(folder).rule
    assert machine_code(rule, [1.0])(100.0) == 5.0
    sys.modules["consts"].SHARE = 0.5  # type: ignore[attr-defined]
    assert rule(100) == 50.0
    assert machine_code(rule, [1.0])(100.0) == 50.0


CELLS = {
    "share": SHARE,
    "helper": HEAD + "@compiled\ndef kept(x):\n    return x * SHARE\n",
    "rule": HEAD + "@compiled\ndef rule(x):\n    return kept(x)\n",
}


@pytest.mark.parametrize("again", [(), ("helper",), ("rule",), ("helper", "rule")], ids=str)
@pytest.mark.parametrize("call", [lambda rule: rule(100.0), lambda rule: machine_code(rule, [100.0])(100.0)])
def test_a_cell_is_compiled_as_it_is(folder: Path, again: tuple[str, ...], call: Callable[[Any], float]) -> None:
    """A constant is typed anew, and after it all cells that depend on it, some, or none."""
    space: dict[str, Any] = {"__name__": "__main__"}

    def run(cell: str, text: str) -> None:
        exec(compile(text, f"<ipython-input-{cell}>", "exec"), space)

    for cell, text in CELLS.items():
        run(cell, text)
    assert call(space["rule"]) == 5.0
    run("share", "SHARE = 0.5")
    for cell in again:
        run(cell, CELLS[cell])
    assert call(space["rule"]) == 50.0
    run("helper", CELLS["helper"].replace("SHARE", "0.25"))
    assert call(space["rule"]) == 25.0
    assert list((folder / "kept").iterdir()) == []


def test_what_cannot_be_told_apart_is_not_kept(folder: Path) -> None:
    write(folder, {"rule": HEAD + "import ctypes\nroot = ctypes.CDLL(None).labs\n"
                   "root.argtypes, root.restype = [ctypes.c_long], ctypes.c_long\n"
                   "@compiled\ndef rule(x):\n    return root(x)\n"})  # fmt: skip
    for _ in range(2):
        rule = imported(folder).rule
        assert rule(-3) == 3
        assert not was_kept(rule)
    assert list((folder / "kept").iterdir()) == []


def test_a_function_given_as_an_argument_is_part_of_the_key(folder: Path) -> None:
    files = {
        "rule": HEAD + "@compiled\ndef kept(x):\n    return x * 0.05\n@compiled\ndef rule(x, how):\n    return how(x)\n"
    }
    for share, expected in (("0.05", False), ("0.05", True), ("0.5", False)):
        write(folder, {"rule": files["rule"].replace("0.05", share)})
        module = imported(folder)
        assert module.rule(100.0, module.kept) == pytest.approx(100 * float(share))
        assert was_kept(module.rule) is expected


def test_a_setting_of_numba_is_part_of_the_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, KINDS["its own source"])
    imported(folder).rule(1.0)
    monkeypatch.setattr(kernel.config, "BOUNDSCHECK", 1)
    rule = imported(folder).rule
    rule(1.0)
    assert not was_kept(rule)


@pytest.mark.parametrize("damage", [lambda old: b"", lambda old: old[:-9], lambda old: old[:50] + b"?" + old[51:]])
def test_damaged_machine_code_is_compiled_anew(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    write(folder, KINDS["its own source"])
    imported(folder).rule(1.0)
    (file,) = (folder / "kept").iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    rule = imported(folder).rule
    assert rule(100.0) == 5.0
    assert not was_kept(rule)
    assert file.stat().st_size == len(whole)


def test_a_folder_that_is_gone_or_full_costs_only_time(folder: Path) -> None:
    write(folder, KINDS["its own source"])
    (folder / "kept").rmdir()
    (folder / "kept").write_text("")
    assert imported(folder).rule(100.0) == 5.0


def test_the_folder_does_not_grow_without_bound(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_FILES_MAX", 8)
    kept = folder / "kept"
    for number in range(12):
        (kept / f"old-{number}").write_bytes(b"")
        os.utime(kept / f"old-{number}", (number, number))
    write(folder, KINDS["its own source"])
    imported(folder).rule(1.0)
    names = {path.name for path in kept.iterdir()}
    assert len(names) <= 8
    assert "old-11" in names
    assert any(name.startswith("rule.rule") for name in names)


@pytest.mark.skipif(not hasattr(kernel.os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_machine_code_of_somebody_else_is_not_run(folder: Path) -> None:
    write(folder, KINDS["its own source"])
    imported(folder).rule(1.0)
    (file,) = (folder / "kept").iterdir()
    os.chown(file, 12345, -1)
    rule = imported(folder).rule
    assert rule(100.0) == 5.0
    assert not was_kept(rule)


def test_arrays_of_two_layouts_have_machine_code_of_their_own(folder: Path) -> None:
    write(folder, {"rule": HEAD + "@compiled\ndef rule(x):\n    return x[0, 1]\n"})
    for expected in (False, True):
        for array in (np.array([[1.0, 2.0]]), np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]), np.array([[1, 2]])):
            rule = imported(folder).rule
            assert rule(array) == 2
            assert was_kept(rule) is expected
