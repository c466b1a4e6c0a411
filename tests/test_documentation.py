"""The documentation tells the truth: every block of code in README and docs is run, or held to what is declared.

`python tests/test_documentation.py` writes the README's month anew after the tick page has changed.
"""

import importlib
import json
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import click
import pytest

from ravelin import TICK

ROOT = Path(__file__).resolve().parents[1]
README, DOCS = ROOT / "README.md", ROOT / "docs"
sys.path.insert(0, str(DOCS))

PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]
BEGIN, END = "<!-- month -->\n", "<!-- end of month -->\n"
CHECKED = {"python", "toml", "sh", "text"}
"""Languages of blocks of code, each with a test below; braces mark what Sphinx fills in."""


class Block(NamedTuple):
    page: str
    language: str
    code: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    found = re.findall(r"^( *)```(\S*).*\n((?:.*\n)*?)\1```$", page.read_text(), re.M)
    return [Block(name_of(page), language, textwrap.dedent(code)) for _, language, code in found]


BLOCKS = [block for page in PAGES for block in blocks(page)]


def of(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language]


def test_every_block_of_code_is_of_a_kind_that_is_checked() -> None:
    assert {(b.page, b.language) for b in BLOCKS if b.language not in CHECKED and b.language[:1] != "{"} == set()
    assert {block.language for block in BLOCKS} >= CHECKED
    fences = sum(len(re.findall(r"^ *```", page.read_text(), re.M)) for page in PAGES)
    assert fences == 2 * len(BLOCKS)


def month() -> str:
    """Write the phases of the tick page as a paragraph."""
    told = " · ".join(f"**{place}** {phase.title}" for place, phase in enumerate(TICK.phases, 1))
    return textwrap.fill(told, 120, break_long_words=False, break_on_hyphens=False) + "\n"


def split() -> tuple[str, str, str]:
    before, _, rest = README.read_text().partition(BEGIN)
    told, _, after = rest.partition(END)
    return before, told, after


def test_the_month_is_the_models() -> None:
    assert split()[1] == month(), "run `python tests/test_documentation.py`"


def test_the_readme_is_a_front_door() -> None:
    assert len(README.read_text().splitlines()) <= 130


@pytest.mark.parametrize("page", sorted({block.page for block in of("python")}))
def test_python_examples_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a page in order, in one space; one that begins with a file's name is that file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    space: dict[str, Any] = {}
    for _, _, example in (block for block in of("python") if block.page == page):
        named = re.match(r"# (\w+)\.py\n", example)
        if named:
            (tmp_path / f"{named[1]}.py").write_text(example)
            importlib.invalidate_caches()
            sys.modules.pop(named[1], None)
        else:
            exec(compile(example, page, "exec"), space)
    economies = [value for value in space.values() if type(value).__name__ == "Simulation"]
    for economy in economies:
        assert set(economy.history().column("audit_gap_cents").to_pylist()) == {0.0}
    assert economies or space.keys() > {"__builtins__"}


@pytest.mark.parametrize("block", [b for b in of("toml") if "[good." not in b.code], ids=lambda block: block.page)
def test_scenarios_are_read(block: Block, tmp_path: Path) -> None:
    from ravelin import Scenario, Simulation

    (tmp_path / "mine.toml").write_text(block.code)
    scenario = Scenario.load(tmp_path / "mine.toml")
    assert scenario.shocks
    Simulation.check(scenario)


@pytest.mark.parametrize("block", [b for b in of("toml") if "[good." in b.code], ids=lambda block: block.page)
def test_goods_are_of_the_catalog(block: Block) -> None:
    from ravelin.core.shipped import data_folder

    (good,) = tomllib.loads(block.code)["good"]
    told = tomllib.loads(block.code)["good"][good]
    shipped = tomllib.loads((data_folder() / "goods" / "united-states.toml").read_text())["good"][good]
    for key, value in told.items():
        expected = shipped.get(key, 0.0)
        if isinstance(value, dict):
            expected = {name: expected[name] for name in value}
        close = value if isinstance(value, (str, bool)) else pytest.approx(value, abs=0.05, rel=0.05)
        assert expected == close, key


def lines_of_shell() -> list[tuple[str, str]]:
    """List the commands of all pages: those of blocks, and those of ravelin within a line."""
    lines = [
        (block.page, part.strip())
        for block in of("sh")
        for line in block.code.splitlines()
        for part in re.split(r"&&|\|(?=\s*jq)", line)
        if part.strip() and not part.startswith("#")
    ]
    for page in PAGES:
        prose = re.sub(r"^( *)```(?:.*\n)*?\1```$", "", page.read_text(), flags=re.M)
        lines += [(name_of(page), " ".join(code.split())) for code in re.findall(r"`(ravelin [^`]+)`", prose)]
    return lines


def wrong_command(line: str) -> str | None:
    """Say what is wrong with a command, if anything."""
    program, *arguments = shlex.split(line)
    program = program.rpartition("/")[2]
    if program == "ravelin":
        return wrong_use(arguments)
    if program in ("curl", "openapi-python-client"):
        return wrong_request(arguments)
    if program in ("python", "python3"):
        scripts = [name for name in arguments if name.endswith(".py")]
        return next((f"there is no {name}" for name in scripts if not (ROOT / name).exists()), None)
    if program == "pip":
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        wanted = re.findall(r"\[([\w,]+)\]", " ".join(arguments))
        return next((f"no extra {one}" for each in wanted for one in each.split(",") if one not in extras), None)
    return None if program in ("pytest", "ruff", "mypy", "jq", "sphinx-build") else f"{program} is not known"


def wrong_use(arguments: list[str]) -> str | None:
    from reference_pages.commands import inside

    from ravelin.cli import cli

    command: click.Command = cli
    while isinstance(command, click.Group):
        if not arguments or arguments[0].startswith("-"):
            return None
        name = arguments.pop(0)
        if command.get_command(click.Context(command), name) is None:
            return f"{name} is no command"
        command = inside(command, name)
    arguments = [part.strip("[]") for part in arguments]
    context = click.Context(command, info_name="ravelin")
    try:
        given, rest, _ = command.make_parser(context).parse_args(list(arguments))
    except click.UsageError as error:
        return error.format_message()
    if rest:
        return f"{rest} is too much"
    known = {f"{group.__name__}.{name}" for group in TICK.parameter_groups() for name in group.declared}
    departures = [part.partition("=")[0] for part in given.get("departures", given.get("set", ())) or ()]
    return next((f"{name} is no parameter" for name in departures if "." in name and name not in known), None)


def described() -> dict[str, dict[str, Any]]:
    from reference_pages.requests import openapi

    return {re.sub(r"\{\w+\}", "{}", path): methods for path, methods in openapi()["paths"].items()}


def wrong_request(arguments: list[str]) -> str | None:
    (address,) = (part for part in arguments if "localhost" in part)
    parts = urlsplit(address if "//" in address else f"http://{address}")
    body = arguments[arguments.index("-d") + 1] if "-d" in arguments else None
    method = arguments[arguments.index("-X") + 1] if "-X" in arguments else "POST" if body else "GET"
    paths = described()
    matching = [path for path in paths if re.fullmatch(path.replace("{}", "[^/]+"), parts.path)]
    if not matching or method.lower() not in paths[matching[0]]:
        return f"{method} {parts.path} is not served"
    known = {each["name"] for each in paths[matching[0]][method.lower()]["parameters"]}
    if body is not None:
        json.loads(body)
    asked = [name for name, _ in parse_qsl(parts.query)]
    return next((f"{name} is no parameter of {parts.path}" for name in asked if name not in known), None)


def test_commands_are_understood() -> None:
    lines = lines_of_shell()
    assert len(lines) > 60
    assert [(page, line, wrong) for page, line in lines if (wrong := wrong_command(line))] == []


@pytest.mark.parametrize(
    "line",
    ["ravelin fly", "ravelin run --sail 3", "ravelin explain tides", "ravelin report a b", "python lost.py",
     "curl localhost:8070/stat", "curl -X POST localhost:8070/state", "curl 'localhost:8070/state?field=gdp'",
     "pip install -e '.[docs,wings]'", "rm -r runs", "ravelin run --set Anchors.inflation=0.03"],
)  # fmt: skip
def test_a_wrong_command_is_found(line: str) -> None:
    assert wrong_command(line) is not None


def test_addresses_of_the_server_are_served() -> None:
    told = re.findall(r"`(?:[A-Z]+ )?(/[a-z-][^`\s?]*)", (DOCS / "how-to" / "server.md").read_text())
    paths = {re.sub(r"\{\w+\}", "{}", path) for path in told}
    served = re.compile("|".join(path.replace("{}", "(?:{}|[^/]+)") for path in described()))
    assert len(paths) > 20
    assert {path for path in paths if not served.fullmatch(path)} == set()


def test_what_a_run_prints_is_named_as_it_prints() -> None:
    """And the drawing of the floors names the floors on which folders lie."""
    from test_layers import FLOORS, PACKAGE

    from ravelin.report import key_figures

    source = Path(key_figures.__file__).read_text()
    printed, floors = 0, 0
    for _, _, text in of("text"):
        for label in re.findall(r"^(\S.*?) {2,}-?[\d.]+(?: %)? {2,}-?[\d.]+(?: %)?$", text, re.M):
            assert f'"{label}"' in source, label
            printed += 1
        for floor, names in re.findall(r"^(\d)  (.*)$", text, re.M):
            for folder in filter(re.compile("[a-z]+$").match, re.split(r"\s{2,}", names)):
                assert FLOORS[folder] == int(floor), folder
                assert (PACKAGE / folder).is_dir(), folder
                floors += 1
    assert printed > 9
    assert floors > 8


LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "data" / "README.md"], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^( *)```(?:.*\n)*?\1```$", "", page.read_text(), flags=re.M)
    lost = [target for target, _ in LINK.findall(prose) if not (page.parent / target).exists()]
    for target, anchor in LINK.findall(prose):
        heads = re.findall(r"^#+ (.*)$", (page.parent / target).read_text(), re.M) if anchor else []
        known = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
        lost += [target + anchor] if anchor and anchor[1:] not in known else []
    assert lost == []


def test_every_decision_is_listed_and_dated() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "decisions" / "README.md").read_text()))
    pages = {page.name: page.read_text().splitlines() for page in (DOCS / "decisions").glob("*.md")}
    pages.pop("README.md")
    assert listed == pages.keys()
    assert [name for name, lines in pages.items() if not re.match(r"20\d\d-\d\d-\d\d", lines[2])] == []


def test_pages_that_are_read_off_the_code_can_be_told() -> None:
    """Every rule has its equations, and nothing of a rule is left untranslated but in those written in plain Python."""
    from reference_pages import MARK, rules, tellers

    marks = [mark for page in DOCS.rglob("*.md") for mark in MARK.findall(page.read_text())]
    told = {" ".join(mark).strip(): tellers()[mark[0]](*filter(None, mark[1:])) for mark in marks}
    assert {name for name, text in told.items() if len(text) < 300} == set()
    assert {f"rules {name}" for name in rules.domains()} <= told.keys()
    model = "".join(text for name, text in told.items() if name.startswith("rules "))
    for member in TICK:
        assert f"(rule-{member.name})=" in model
    for phase in TICK.phases:
        assert phase.title in told["month"]
    compiled = [member for member in TICK if not member.host]
    untold = [member.name for member in compiled if "<code>" in rules.equations_of(member)]
    assert untold == []


EQUATIONS = {
    "x = a / (b + 1)": "<mi class='other'>x</mi><mo>←</mo><mfrac>",
    "x -= a - (b - c)": "<mi class='other'>a</mi><mo>−</mo><mrow><mo>(</mo>",
    "x = a * b + c": "</mi><mo>·</mo><mi class='other'>b</mi><mo>+</mo>",
    "x = (a + b) ** 2": "<msup><mrow><mrow><mo>(</mo>",
    "x = -(a + b)": "<mo>−</mo><mrow><mo>(</mo>",
    "x = a if b > 0 else c": "<mtext>otherwise</mtext>",
    "if not (a and b):\n    x = 1\nelse:\n    x = 2": "otherwise:",
    "x[i, 2] = a[i:j]": "<mo>:</mo>",
    "import this": "<code>import this</code>",
}


@pytest.mark.parametrize("code", EQUATIONS)
def test_an_equation_says_what_the_code_does(code: str) -> None:
    from reference_pages.equations import equations

    told, _ = equations(print, "def rule():\n" + textwrap.indent(code, "    "), {})
    assert EQUATIONS[code] in told


BUNDLED = {
    "x = jobs.status[i]": "<mi class='column'>jobs.status</mi>",
    "x = table.mean[0] + 1": "<mo>←</mo><mi class='single'>table.mean</mi><mo>+</mo>",
    "x = rates.speed * y": "<mi class='parameter'>rates.speed</mi><mo>·</mo>",
    "x = uniform(rates.key, i)": "<msub><mi class='function'>uniform</mi><mtext>luck</mtext></msub>",
    "for i in range(jobs.status.size):\n    x = 1": "for each <math><mrow><mi class='other'>i</mi></mrow></math>:",
    "x = other.status": "<mi class='other'>other</mi><mo>.</mo><mi class='other'>status</mi>",
}


@pytest.mark.parametrize("code", BUNDLED)
def test_a_field_of_a_bundle_is_written_as_what_it_is(code: str) -> None:
    from reference_pages.equations import equations

    kinds = {
        "jobs.status": ("column", "jobs.status"), "table.mean": ("single", "table.mean"),
        "rates.speed": ("parameter", "rates.speed"), "rates.key": ("draws", "luck"),
    }  # fmt: skip
    told, _ = equations(print, "def rule():\n" + textwrap.indent(code, "    "), kinds)
    assert BUNDLED[code] in told


def test_bundles_of_rules_and_of_acts_are_written_alike() -> None:
    """No field of a bundle is left as an unknown name with a dot, neither in a rule nor in what it calls."""
    from reference_pages import rules

    from ravelin.economy.labor.acts import sign_on

    untold = re.compile(r"<mi class='other'>(\w+)</mi><mo>\.</mo>")
    bundles = {member: {name.partition(".")[0] for name in member.bindings if "." in name} for member in TICK}
    assert sum(map(bool, bundles.values())) > 20
    found = {member.name: set(untold.findall(rules.equations_of(member))) & bundles[member] for member in bundles}
    assert {name: left for name, left in found.items() if left} == {}
    assert rules.bundled(sign_on.py_func).keys() >= {"jobs.status", "jobs.wage"}
    text = rules.functions()
    assert "<mi class='column'>jobs.wage</mi>" in text[text.index("(function-sign_on)=") :].partition("</div>\n\n")[0]


def test_every_kind_of_binding_has_a_row_among_the_symbols() -> None:
    from typing import get_args

    from reference_pages.rules import symbol

    from ravelin.core import system
    from ravelin.economy.firms.tables import Firms
    from ravelin.economy.goods.parameters import Shopping

    given = [
        system.reads(Firms.price), system.uses(Shopping.leaving), system.draws("luck"), system.first(Firms),
        system.claims_of(Firms), system.this_tick(), system.this_session(), system.pool_of(Firms), system.everything(),
    ]  # fmt: skip
    assert {type(bound) for bound in given} == set(get_args(system.Binding))
    assert all(symbol(bound)[0] for bound in given)
    with pytest.raises(TypeError, match="no binding that the pages know"):
        symbol(5)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """And it opens without a network: nothing is fetched from elsewhere."""
    command = [sys.executable, "-m", "sphinx", "-W", "-q", str(DOCS), str(tmp_path)]
    made = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (made.returncode, made.stderr) == (0, "")
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 80
    fetched = re.compile(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=["'](?:https?:)?//""")
    assert [page.name for page in pages if fetched.search(page.read_text())] == []


def write() -> None:
    before, _, after = split()
    README.write_text(before + BEGIN + month() + END + after)


if __name__ == "__main__":
    write()
