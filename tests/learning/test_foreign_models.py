"""A model file may come from anybody: whatever is wrong with it is said in a sentence before it is used."""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_settings import random_cells

from ravelin.learning import model_file
from ravelin.learning.errors import SurveyError
from ravelin.learning.inference import SpendingModel

FUZZED = 150
Members = dict[str, bytes]


@pytest.fixture(scope="module")
def members(small_model: SpendingModel, tmp_path_factory: pytest.TempPathFactory) -> Members:
    path = tmp_path_factory.mktemp("model") / "model.zip"
    small_model.save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: Members, *, sealed: bool = False) -> Path:
    """Write members as they are, or with a card whose seal fits: whoever means harm can compute one."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    if sealed:
        try:
            contents = model_file.read(path)
            seal = model_file.seal(contents)
        except (SurveyError, ValueError, TypeError):
            return path  # It is refused before its seal is looked at.
        packed(path, members | {"card.json": json.dumps(contents.card | {"seal": seal}).encode()})
    return path


def refused(path: Path) -> str:
    with pytest.raises(SurveyError) as told:
        SpendingModel.load(path)
    sentence = str(told.value)
    assert "\n" not in sentence
    assert len(sentence) < 1_000
    assert path.name in sentence
    return sentence


def with_json(members: Members, name: str, change: Callable[[Any], object]) -> Members:
    told = json.loads(members[name])
    change(told)
    return members | {name: json.dumps(told).encode()}


def tree_of(told: Any, place: int = 3) -> Any:
    return told["learner"]["gradient_booster"]["model"]["trees"][place]


def _set(*path: Any) -> Callable[[Any], None]:
    """Set the entry under all but the last name of a path to the last."""

    def change(told: Any) -> None:
        for name in path[:-2]:
            told = told[name]
        told[path[-2]] = path[-1]

    return change


def _tree(name: str, node: int, value: Any) -> Callable[[Any], None]:
    return lambda told: _set(name, node, value)(tree_of(told))


TREES = ("learner", "gradient_booster", "model")
BOOSTERS: dict[str, tuple[Callable[[Any], object], str]] = {
    "a child far outside": (_tree("left_children", 0, 10**6), "a child outside of them"),
    "a child beyond 32 bits": (_tree("left_children", 0, 2**40), "a child outside of them"),
    "a negative child": (_tree("right_children", 0, -7), "tree 3"),
    "a cycle": (_tree("left_children", 1, 0), "tree 3"),
    "a node of itself": (_tree("left_children", 1, 1), "every node but the first"),
    "two parents": (_tree("left_children", 0, 2), "every node but the first"),
    "half a leaf": (lambda told: _set("right_children", -1, 1)(tree_of(told)), "tree 3"),
    "a threshold of nothing": (_tree("split_conditions", 0, None), "split_conditions must be"),
    "an endless threshold": (_tree("split_conditions", 0, 1e300), "split_conditions must be finite"),
    "a feature too many": (_tree("split_indices", 0, 11), "a feature that is none of the 11"),
    "a feature below zero": (_tree("split_indices", 0, -1), "a feature that is none of the 11"),
    "a word for a child": (_tree("left_children", 0, "1"), "left_children must be a list of whole numbers"),
    "truth for a child": (lambda told: tree_of(told).update(left_children=[True]), "left_children must be a list"),
    "a fraction of a child": (_tree("left_children", 0, 1.0), "left_children must be a list of whole numbers"),
    "short columns": (lambda told: tree_of(told)["split_indices"].pop(), "one for each of its"),
    "no nodes": (lambda told: tree_of(told).update(left_children=[]), "tree 3"),
    "categories": (_tree("split_type", 0, 1), "splits by category"),
    "leaves without measure": (lambda told: _leaves(told, 1e6), "the logarithm of spending lies between"),
    "spending that falls": (lambda told: _falling(told), "as income rises"),
    "no trees": (_set(*TREES, "trees", []), "1 to 4000 trees"),
    "trees that are no list": (_set(*TREES, "trees", {"0": 1}), "1 to 4000 trees"),
    "another kind of booster": (_set(*TREES[:2], "name", "dart"), "not gbtree"),
    "another objective": (_set("learner", "objective", "name", "reg:gamma"), "not reg:squarederror"),
    "swapped features": (lambda told: told["learner"]["feature_names"].reverse(), "it was trained on the features"),
    "no names": (_set("learner", "feature_names", []), "it was trained on the features"),
    "a base of words": (_set("learner", "learner_model_param", "base_score", "[much]"), "which is no number"),
    "an endless base": (_set("learner", "learner_model_param", "base_score", "[1E999]"), "which is no number"),
    "several classes": (_set("learner", "learner_model_param", "num_class", "3"), "number of classes"),
    "a list of nothing": (lambda told: told.clear(), "it has no learner"),
}


def _leaves(told: Any, value: float) -> None:
    tree = tree_of(told)
    for node, child in enumerate(tree["left_children"]):
        if child == -1:
            tree["split_conditions"][node] = value


def _falling(told: Any) -> None:
    for tree in told["learner"]["gradient_booster"]["model"]["trees"]:
        for node, child in enumerate(tree["left_children"]):
            if child != -1 and tree["split_indices"][node] == 0:
                tree["left_children"][node], tree["right_children"][node] = tree["right_children"][node], child
                return


@pytest.mark.parametrize("case", BOOSTERS)
@pytest.mark.parametrize("name", ["lower.json", "upper.json"])
def test_trees_that_are_none(tmp_path: Path, members: Members, name: str, case: str) -> None:
    change, said = BOOSTERS[case]
    sentence = refused(packed(tmp_path / "m.zip", with_json(members, name, change), sealed=True))
    assert f"{name}: " in sentence
    assert said in sentence


CARDS: dict[str, tuple[Callable[[Any], object], str]] = {
    "no mean income": (lambda card: card.pop("mean_income"), "card lacks mean_income"),
    "a mean income of words": (_set("mean_income", "much"), "card.mean_income is much; it must be a number from 1"),
    "a mean income of truth": (_set("mean_income", True), "card.mean_income is True"),
    "no income at all": (_set("mean_income", 0), "card.mean_income is 0"),
    "an endless income": (_set("mean_income", 1e400), "is no number"),
    "a share above one": (_set("persistence", "persistent_share", 1.2), "persistent_share is 1.2; it must be a number"),
    "half months": (_set("persistence", "transitory_months", 3.5), "transitory_months is 3.5"),
    "a width of zero": (_set("settings", "width", 0), "card.settings.width is 0"),
    "a scale below zero": (_set("shape", "scale_step", -0.1), "card.shape.scale_step is -0.1"),
    "features swapped": (lambda card: card["features"].insert(1, card["features"].pop(2)), "in this order"),
    "features twice": (lambda card: card["features"].append(card["features"][1]), "none may come twice"),
    "features too few": (lambda card: card["features"].pop(), "they must begin with income"),
    "levels of its own": (lambda card: card["features"][1]["levels"].reverse(), "levels of age are not those"),
    "another entry": (_set("surprise", 1), "an entry surprise that this version"),
    "no year": (lambda card: card["dollars"].pop("year"), "card.dollars lacks year"),
    "a year of nobody": (_set("dollars", "year", 20_150), "card.dollars.year is 20150"),
    "a report without deciles": (lambda card: card["scores"]["cross_validation"].pop("deciles"), "lacks deciles"),
    "a line of what nobody carries": (
        lambda card: card["baselines"]["log-linear OLS"]["terms"].update(shoes=1), "a term shoes"),
    "another order of categories": (lambda card: card["shares"]["categories"].reverse(), "budget categories are not"),
    "a letter of escape": (_set("title", "\x1b[2J"), "card.title must be a line"),
    "no seal": (lambda card: card.pop("seal"), "its seal does not fit"),
    "another's seal": (_set("seal", "0" * 32), "its seal does not fit"),
    "a number that fits": (lambda card: card.update(mean_income=card["mean_income"] * 1.1), "its seal does not fit"),
}  # fmt: skip


@pytest.mark.parametrize("case", CARDS)
def test_cards_that_are_none(tmp_path: Path, members: Members, case: str) -> None:
    change, said = CARDS[case]
    sealed = "seal" not in said
    assert said in refused(packed(tmp_path / "m.zip", with_json(members, "card.json", change), sealed=sealed))


def npy(array: Any, *, pickled: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=pickled)
    return stream.getvalue()


ARRAYS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "not a number": ("shape", lambda a: np.where(a == a.max(), np.nan, a), "not finite"),
    "endless": ("shares", lambda a: np.where(a == a.max(), np.inf, a), "not finite"),
    "a share above one": ("shares", lambda a: a * 1.5, "between 0 and 1 and add up to one"),
    "a share below zero": ("shares", lambda a: a - 2 * np.eye(8, dtype=a.dtype)[0] * a[..., :1], "between 0 and 1"),
    "shares that do not add up": ("shares", lambda a: a * np.float32(0.99), "add up to one"),
    "another shape": ("shape", lambda a: a[:-1], "it must be float32 of shape (33, 65)"),
    "turned": ("shape", lambda a: a.T.copy(), "it must be float32 of shape (33, 65)"),
    "stored by column": ("shape", np.asfortranarray, "which is not what a model holds"),
    "other digits": ("shape", lambda a: a.astype(np.float64), "it must be float32 of shape"),
    "whole numbers": ("shares", lambda a: a.astype(np.int64), "which is not what a model holds"),
    "quantiles that fall": ("shape", lambda a: a[:, ::-1].copy(), "quantiles must rise with the rank"),
    "a jump of scale": (
        "shape",
        lambda a: a + np.arange(33, dtype=a.dtype)[:, None] * np.float32(0.5),
        "faster along the",
    ),
    "deviations without measure": ("shape", lambda a: a * np.float32(100), "within 20 of zero"),
    "incomes that fall": ("class_edges", lambda a: a[::-1].copy(), "positive and rise"),
    "incomes below zero": ("class_edges", lambda a: a - 1e9, "positive and rise"),
    "marks that fall": ("trained_units", lambda a: a[::-1].copy(), "must rise"),
    "no marks": ("trained_units", lambda a: a[:0], "must hold 1 to"),
    "words": ("trained_units", lambda a: a.astype("U9"), "which is not what a model holds"),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_arrays_that_are_none(tmp_path: Path, members: Members, case: str) -> None:
    name, change, said = ARRAYS[case]
    array = np.load(io.BytesIO(members[f"arrays/{name}.npy"]))
    changed = members | {f"arrays/{name}.npy": npy(change(array))}
    sentence = refused(packed(tmp_path / "m.zip", changed, sealed=True))
    assert f"arrays/{name}.npy" in sentence
    assert said in sentence


class _Harm:
    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("run by whoever loads it",))


def test_objects_are_never_unpickled(tmp_path: Path, members: Members, capfd: pytest.CaptureFixture[str]) -> None:
    harm = npy(np.array([_Harm()], dtype=object), pickled=True)
    assert "object" in refused(packed(tmp_path / "m.zip", members | {"arrays/shape.npy": harm}))
    assert capfd.readouterr().out == ""


def test_a_header_that_claims_more_than_there_is(tmp_path: Path, members: Members) -> None:
    data = members["arrays/shape.npy"]
    assert b"(33, 65)" in data
    for claim in (b"(99, 99)", b"(-3,-65)", b"(9**9, )", b"(33, 6j)"):
        changed = members | {"arrays/shape.npy": data.replace(b"(33, 65)", claim)}
        assert "arrays/shape.npy" in refused(packed(tmp_path / "m.zip", changed))


def test_what_belongs_to_other_models(tmp_path: Path, members: Members) -> None:
    swapped = members | {"lower.json": members["upper.json"], "upper.json": members["lower.json"]}
    assert "not below the upper one" in refused(packed(tmp_path / "m.zip", swapped, sealed=True))
    twice = members | {"upper.json": members["lower.json"]}
    assert "not below the upper one" in refused(packed(tmp_path / "m.zip", twice, sealed=True))


@pytest.mark.parametrize("name", ["../escape.py", "/etc/passwd", "arrays/extra.npy", "arrays\\shape.npy", "notes.txt"])
def test_members_that_no_model_has(tmp_path: Path, members: Members, name: str) -> None:
    assert "which no model has" in refused(packed(tmp_path / "m.zip", members | {name: b"1"}))
    assert [path.name for path in tmp_path.iterdir()] == ["m.zip"]


@pytest.mark.parametrize(
    "name", ["lower.json", "arrays/shape.npy", "arrays/class_edges.npy", "arrays/trained_units.npy"]
)
def test_members_that_lack(tmp_path: Path, members: Members, name: str) -> None:
    rest = {other: data for other, data in members.items() if other != name}
    assert f"it lacks {name}" in refused(packed(tmp_path / "m.zip", rest))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_come_twice(tmp_path: Path, members: Members) -> None:
    with zipfile.ZipFile(packed(tmp_path / "m.zip", members), "a") as archive:
        archive.writestr("lower.json", b"{}")
    assert "it holds lower.json twice" in refused(tmp_path / "m.zip")


def test_bombs_are_not_unpacked(tmp_path: Path, members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "BYTES_MAX", 4 << 20)
    bomb = packed(tmp_path / "m.zip", members | {"lower.json": b" " * (5 << 20)})
    assert bomb.stat().st_size < 1 << 20
    assert "m.zip: lower.json has 5,242,880 bytes; a part of a model has at most 4,194,304" in refused(bomb)
    data = bomb.read_bytes().replace((5 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    bomb.write_bytes(data)  # It claims to be small.
    assert "m.zip" in refused(bomb)
    (tmp_path / "long.zip").write_bytes(b"0" * (5 << 20))
    assert "has 5,242,880 bytes; a model file has at most 4,194,304" in refused(tmp_path / "long.zip")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for place in range(1_000):
            archive.writestr(f"{place}", b"")
    assert "hundreds of members" in refused(tmp_path / "many.zip")


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="/dev/zero is a device, not a file"):
        SpendingModel.load(Path("/dev/zero"))
    with pytest.raises(SurveyError, match="has a character that no path may have"):
        SpendingModel.load(Path("a\0b"))
    with pytest.raises(SurveyError, match="Is a directory"):
        SpendingModel.load(tmp_path)


def test_nested_and_doubled_json(tmp_path: Path, members: Members) -> None:
    deep = members | {"lower.json": b"[" * 200_000}
    assert "lower.json: it is no JSON" in refused(packed(tmp_path / "m.zip", deep, sealed=True))
    card = members["card.json"].replace(b'"title"', b'"title": "one", "title"', 1)
    assert "an entry comes twice" in refused(packed(tmp_path / "m.zip", members | {"card.json": card}))


def same(found: SpendingModel, wanted: SpendingModel) -> bool:
    return model_file.seal(found.contents) == model_file.seal(wanted.contents)


def loaded_or_refused(path: Path) -> SpendingModel | None:
    """Load a file, or nothing if it is refused in a sentence of a few lines; any other end is a failure."""
    try:
        return SpendingModel.load(path)
    except SurveyError as told:
        sentence = str(told)
    assert len(sentence) < 1_000
    assert "\n" not in sentence
    return None


def test_flipped_bits_are_seen(tmp_path: Path, members: Members, small_model: SpendingModel) -> None:
    """One bit of a file is changed: it is refused, or it was one that says nothing (the date of a member)."""
    data = packed(tmp_path / "m.zip", members).read_bytes()
    rng, loaded = random.Random(11), 0
    for _ in range(FUZZED):
        place = rng.randrange(len(data))
        flipped = bytearray(data)
        flipped[place] ^= 1 << rng.randrange(8)
        (tmp_path / "f.zip").write_bytes(flipped)
        model = loaded_or_refused(tmp_path / "f.zip")
        if model is not None:
            loaded += 1
            assert same(model, small_model)
    assert loaded < FUZZED / 4


def _mutated(rng: random.Random, told: Any) -> None:
    """Change one value anywhere in a tree of JSON."""
    while True:
        keys = list(told) if isinstance(told, dict) else range(len(told))
        if not keys:
            return
        key = rng.choice(list(keys))
        if isinstance(told[key], dict | list) and told[key] and rng.random() < 0.95:
            told = told[key]
            continue
        value = told[key]
        choices = [None, -1, 0, 1, 2**31, 1e300, -1e-9, "", "9" * 50, [], {}, True]
        if isinstance(value, int | float):
            choices += [value + 1, value - 1, -value, value * 2, value * 1_000]
        told[key] = rng.choice(choices)
        return


def test_changed_fields_never_reach_the_kernels_wrong(tmp_path: Path, members: Members) -> None:
    """Sealed anew by whoever changed it, a file is refused or answers as a model must: finite, rising with income."""
    rng, loaded = random.Random(7), 0
    cells = None
    for _ in range(FUZZED):
        name = rng.choice(("card.json", "lower.json", "upper.json"))
        changed = with_json(members, name, lambda told: _mutated(rng, told))
        path = packed(tmp_path / "f.zip", changed, sealed=True)
        model = loaded_or_refused(path)
        if model is None:
            continue
        loaded += 1
        cells = random_cells(model, 200) if cells is None else cells
        table = model.compile(cells)
        assert np.isfinite(table.answer).all()
        assert (table.scale >= model.scale_floor * (1 - 1e-6)).all()
        rows = np.column_stack([np.full(200, 50_000, np.float32), cells])
        place = np.searchsorted(table.income_edges, np.float32(50_000), side="right")
        np.testing.assert_array_equal(table.location[:, place], model.location_and_scale(rows)[0])
        assert (np.diff(table.location, axis=1) > -1e-5).all()
    assert loaded < FUZZED * 0.9


def test_the_process_lives_on(tmp_path: Path, members: Members) -> None:
    case = "a child far outside"
    path = packed(tmp_path / "m.zip", with_json(members, "upper.json", BOOSTERS[case][0]), sealed=True)
    command = [sys.executable, "-m", "ravelin", "run", "--consumers", "1000", "--ticks", "1", "--model", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "not a complete consumption model" in done.stderr
    assert "Traceback" not in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["m.zip"]
