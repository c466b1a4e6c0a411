"""What is declared is used, said in words, and within the budget of bytes."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import ClassVar

import pytest

import ravelin
from ravelin.core.parameter import Parameter, Parameters
from ravelin.core.system import Draws, System
from ravelin.core.table import Column, Table
from ravelin.core.units import is_unit
from ravelin.economy.accounts.indicators import indicators
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.opening.world import row_counts
from ravelin.report.reference import bytes_beside, bytes_per_consumer, bytes_per_row, ledger_of_bytes
from ravelin.scenarios.catalog import load_catalog
from ravelin.tick.page import TICK

PACKAGE = Path(ravelin.__file__).parent
SYSTEMS = list(dict.fromkeys(TICK))
TABLES = TICK.tables()
COLUMNS = [declared for table in TABLES for declared in table.columns.values()]
GROUPS = TICK.parameter_groups()

OUTSIDE_THE_TICK = (
    "opening", "ledger", "economy/labor/identities.py",
    *(f"economy/accounts/{name}.py" for name in ("balance_sheet", "holdings", "identities", "indicators", "soundness")),
)
"""Where a column may be read beside the tick: the opening, the audit and balance sheet, history."""


@pytest.mark.parametrize("member", SYSTEMS, ids=repr)
def test_every_system_begins_with_a_sentence(member: System) -> None:
    summary = member.summary
    assert summary, f"{member} has no docstring"
    assert re.match(r"[A-Z]", summary), f"{member}: {summary!r} does not begin a sentence"
    assert summary.endswith("."), f"{member}: {summary!r} does not end on its first line"


def test_names_are_sentences_of_the_page() -> None:
    names = [member.name for member in SYSTEMS]
    assert len(names) == len(set(names))
    assert all(phase.title and not phase.title.endswith(".") for phase in TICK.phases)


def test_units_are_known() -> None:
    declared: list[Column | Parameter] = [*COLUMNS, *(one for group in GROUPS for one in group.declared.values())]
    assert [one for one in declared if not is_unit(one.unit)] == []


def test_references_name_a_table() -> None:
    names = {table.__name__ for table in TABLES}
    broken = [
        declared
        for declared in COLUMNS
        if declared.unit.startswith("row of ") and declared.unit.removeprefix("row of ") not in names
    ]
    assert broken == []


def test_every_declaration_has_a_meaning() -> None:
    assert [one for one in COLUMNS if not one.meaning.strip() or one.meaning.endswith(".")] == []
    parameters = [one for group in GROUPS for one in group.declared.values()]
    assert [one for one in parameters if not one.meaning.strip() or not one.source.strip()] == []
    assert [table for table in TABLES if not (table.__doc__ or "").strip()] == []
    assert [group for group in GROUPS if not (group.__doc__ or "").strip()] == []


def test_money_is_whole_cents() -> None:
    """A stock or flow of cents is i8, unless it is an average, a plan, a mean or a value at market prices."""
    balances = [one for one in COLUMNS if one.table.__name__ == "Accounts" and one.unit == "cent"]
    assert balances
    assert {one.dtype.str for one in balances} == {"<i8"}


def names_used_outside() -> set[str]:
    """Names of attributes that the opening, the ledger and the indicators look at."""
    found = set()
    for place in OUTSIDE_THE_TICK:
        root = PACKAGE / place
        for path in [root] if root.is_file() else sorted(root.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def test_no_column_is_unused() -> None:
    bound = {column for member in SYSTEMS for column in [*member.reads(), *member.writes()]}
    outside = names_used_outside()
    idle = [one for one in COLUMNS if one not in bound and not (one.fixed and one.name in outside)]
    assert idle == []


def test_every_column_is_read_by_somebody() -> None:
    """A column that is only written is kept for nobody, unless history or the audit looks at it."""
    read = {column for member in SYSTEMS for column in member.reads()}
    outside = names_used_outside()
    unread = [repr(one) for one in COLUMNS if one not in read and one.name not in outside]
    assert sorted(unread) == sorted(FIGURES)


FIGURES = ["NationalAccounts.inventory_change", "Banks.profit", "Government.grants"]
"""Steps of a rule's own sum that people, and levers in percent of GDP, look up in its table."""


def test_what_no_system_writes_is_fixed() -> None:
    written = {column for member in SYSTEMS for column in member.writes()}
    assert [one for one in COLUMNS if one not in written and not one.fixed] == []


def test_no_parameter_is_unused() -> None:
    used = {parameter for member in SYSTEMS for parameter in member.parameters()}
    declared = {one for group in all_groups() for one in group.declared.values()}
    assert declared - used == set()


def all_groups() -> list[type[Parameters]]:
    """Give every group declared for the default economy, whether or not a system uses it."""
    homes = "ravelin.economy."
    return [group for group in Parameters.__subclasses__() if group.__module__.startswith(homes)]


def test_group_names_are_unique() -> None:
    names = [group.__name__ for group in all_groups()]
    assert len(names) == len(set(names))


def test_every_argument_is_used() -> None:
    """A binding that the body ignores is a wrong declaration, and shifts the derived lags."""
    idle = []
    for member in SYSTEMS:
        function = definition(member)
        names = {node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name)}
        arguments = dict.fromkeys(binding.partition(".")[0] for binding in member.bindings)
        idle += [f"{member}: {argument}" for argument in arguments if argument not in names]
    assert idle == []


def definition(member: System) -> ast.FunctionDef:
    tree = ast.parse(Path(member.function.__code__.co_filename).read_text())
    return next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == member.function.__name__
    )


def test_streams_of_draws_are_one_systems_own() -> None:
    """Two systems share a stream only if they mean to share its luck, which is said here."""
    shared = {
        "second seller": {"shopping.try_elsewhere", "shopping.refund"},
        "spending rank": {"consumption.plan_spending", "consumption.reconsider_habits"},
        "need": {
            "lives.turn_a_year_older", "lives.join_or_leave_the_labor_force", "education.enroll", "education.study",
        },
        "benefit recipient": {
            "incomes.pay_consumers", "search.match", "search.match_far", "participation.give_up_and_return",
        },
    }  # fmt: skip
    users: dict[str, set[str]] = {}
    for member in SYSTEMS:
        for bound in member.bindings.values():
            if isinstance(bound, Draws):
                users.setdefault(bound.stream, set()).add(member.name)
    assert {stream: names for stream, names in users.items() if len(names) > 1} == shared


def test_a_consumer_takes_a_hundred_bytes() -> None:
    assert bytes_per_consumer(TABLES) <= 100
    assert bytes_beside(TABLES) <= 60


def test_a_firm_takes_some_four_hundred_bytes() -> None:
    assert sum(bytes_per_row(table) for table in TABLES if table.rows_of is Firms) <= 404


def test_the_united_states_fit() -> None:
    """At full size, 131 million consumers, the whole state lies within a memory of 24 GiB, which is 25.77e9 bytes."""
    counts = row_counts(TICK, 131_000_000, None, None)
    assert sum(bytes_per_row(table) * counts[table.rows_of] for table in TABLES) < 25.7e9


def test_no_part_of_the_state_grows_beyond_what_it_takes() -> None:
    """At full size; what is above its ceiling may only shrink."""
    today = {"consumers with accounts": 106, "firms, inputs, sellers": 54}
    ledger = {line.part: line for line in ledger_of_bytes(TABLES, row_counts(TICK, 131_000_000, None, None))}
    over = {part: line.now for part, line in ledger.items() if line.now > line.ceiling and part != "all"}
    assert over.keys() == today.keys()
    assert all(now <= today[part] for part, now in over.items()), over
    assert ledger["all"].now <= 197
    assert ledger["all"].now == pytest.approx(sum(line.now for part, line in ledger.items() if part != "all"))


GOODS = load_catalog().names


class AnyWorld:
    """A world in which every good has firms."""

    names: ClassVar = {Goods: GOODS}
    firm_share: ClassVar = defaultdict[int, float](lambda: 1.0)

    def __getitem__(self, table: type[Table]) -> "AnyWorld":
        return self


def test_indicators_are_declared_whole() -> None:
    listed = indicators(AnyWorld())  # type: ignore[arg-type]
    names = [one.name for one in listed]
    assert len(names) == len(set(names)) > 100
    assert {one.kind for one in listed} <= {"stock", "flow", "rate", "index"}
    assert [one.name for one in listed if not (one.title and one.unit and one.definition)] == []


PROMISED = """
    gdp gdp_real consumption_real investment_real government_real inventory_change_real wages profits taxes transfers
    deficit price_index inflation wage_index employed unemployment_rate vacancy_rate hires separations quits layoffs
    participation_rate unemployment_rate_unskilled unemployment_rate_skilled unemployment_rate_highly_skilled
    wage_unskilled wage_skilled wage_highly_skilled vacancies tightness unemployment_duration unemployed_month_1
    unemployed_months_2_to_3 unemployed_months_4_to_6 unemployed_months_7_on marginally_attached job_creation
    job_destruction labor_share mean_wage_unskilled mean_wage_skilled mean_wage_highly_skilled minimum_wage
    deposits cash reserves loans_firms loans_consumers new_loans
    nonperforming_ratio loan_rate deposit_rate bank_capital_ratio government_debt central_bank_bonds policy_rate
    expected_inflation firm_failures bank_failures gini_income gini_wealth
    audit_gap_cents
"""
"""Names of history that people script against; bond, stock and interbank markets will bring more of them."""


def test_history_keeps_the_promised_names() -> None:
    names = {one.name for one in indicators(AnyWorld())}  # type: ignore[arg-type]
    goods = {f"{what}_{good}" for what in ("price", "output", "inventory", "sales") for good in GOODS}
    assert ({*PROMISED.split()} | goods) - names == set()
