"""`ravelin.model` is all that an author of rules imports."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import pytest

from ravelin import TICK, Scenario, Simulation, model
from ravelin.core.table import Table, columns_of_rows
from ravelin.scenarios.scenario import ScenarioError


def test_every_name_is_there() -> None:
    assert len(set(model.__all__)) == len(model.__all__)
    for name in model.__all__:
        assert getattr(model, name) is not None


def test_every_table_of_the_page_is_there_and_every_group_of_parameters() -> None:
    for declared in (*TICK.tables(), *TICK.parameter_groups()):
        assert getattr(model, declared.__name__) is declared


def test_every_table_of_the_state_is_there() -> None:
    for found in pkgutil.walk_packages(importlib.import_module("ravelin.economy").__path__, "ravelin.economy."):
        for value in vars(importlib.import_module(found.name)).values():
            if isinstance(value, type) and issubclass(value, Table) and value is not Table:
                assert getattr(model, value.__name__) is value


def test_every_rule_of_the_page_is_there_by_its_name() -> None:
    for member in TICK:
        part, name = member.name.split(".")
        assert getattr(getattr(model.rules, part), name) is member
        assert part in dir(model.rules)
        assert name in dir(getattr(model.rules, part))
    assert len({member.name for member in TICK}) == len(list(TICK))


@pytest.mark.parametrize("asked", ["consumption.plan_spendings", "consumptions", "plan_spending"])
def test_a_misspelled_rule_is_told(asked: str) -> None:
    with pytest.raises(AttributeError, match=f"there is no rule {asked} on the tick page"):
        attrgetter(asked)(model.rules)


def test_a_misspelled_name_is_told() -> None:
    with pytest.raises(ImportError, match="Consumer"):
        from ravelin.model import Consumer  # noqa: F401


def test_names_are_unique_among_the_columns_of_one_kind_of_row() -> None:
    tables = TICK.tables()
    for table in tables:
        sharers = [other for other in tables if other.rows_of is table.rows_of]
        assert sum(len(other.columns) for other in sharers) == len(columns_of_rows(table, tables))
        for name, declared in columns_of_rows(table, tables).items():
            assert getattr(table, name) is getattr(table.rows_of, name) is declared


def test_rules_are_imported_when_they_are_asked_for() -> None:
    """A built-in rule may be written with `ravelin.model`, and what does not need the rules does not wait for them."""
    code = "import sys, ravelin.model; print([name for name in sys.modules if name.startswith('ravelin.tick')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_the_examples_for_authors_import_nothing_else() -> None:
    root = Path(__file__).parents[1]
    pages = [page.read_text() for page in (root / "README.md", *(root / "docs").rglob("*.md"))]
    examples = [example.partition("```")[0] for page in pages for example in page.split("```python\n")[1:]]
    assert len(examples) > 5
    for example in examples:
        for node in ast.walk(ast.parse(example)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ravelin."):
                assert node.module in ("ravelin.model", "ravelin.experiments")


def test_a_shock_may_name_a_column_by_any_table_of_the_rows() -> None:
    text = '[size]\nconsumers = 500\n[[shock]]\ntick = 1\nscale = "{}"\nby = 1.1\n'
    for named in ("Lives.thrift", "Consumers.thrift", "Wealth.thrift"):
        Simulation.check(Scenario.read(text.format(named)))
    with pytest.raises(ScenarioError, match=r"Firms\.thrift is neither a parameter nor a column"):
        Simulation.check(Scenario.read(text.format("Firms.thrift")))
