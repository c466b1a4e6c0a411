"""Every edit of the tick page that the documentation shows opens and runs, or is refused in one sentence."""

import re
import warnings
from pathlib import Path

import pytest

import ravelin
from ravelin import Scenario, Simulation
from ravelin.core.parameter import Parameters
from ravelin.core.schedule import Schedule
from ravelin.core.sentence import UnknownNameError
from ravelin.core.system import System, host_system, reads
from ravelin.core.table import Table
from ravelin.economy.accounts.identities import AuditError
from ravelin.report.column_page import column_page
from ravelin.tick.needs import OPENING
from ravelin.tick.page import TICK

SMALL = Scenario.load("default", consumers=500)
RULES = list(dict.fromkeys(TICK))
BY_NAME = {rule.name: rule for rule in RULES}


def stand_in(rule: System) -> System:
    """Return a rule that looks at a column of another one and does nothing."""
    declared = next(iter(rule.accesses.values())).column

    def haggle(column: object = reads(declared)) -> None:
        """Leave all as it is."""

    return host_system(haggle)


def opens_and_runs(page: Schedule) -> bool:
    """Say whether a page runs for two months; if it does not, it is the audit that says so, in one sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        with Simulation(SMALL, tick=page, threads=1) as economy:
            try:
                economy.run(2)
            except AuditError as error:
                refused = str(error)
            else:
                return True
    assert refused.strip().count("\n") == 0 < len(refused)
    return False


def test_the_page_keeps_what_the_opening_asks_for() -> None:
    folder = Path(ravelin.__file__).parent / "opening"
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    groups = set(re.findall(r'"([A-Z]\w+)\.[a-z_]+"', text))
    tables = set(re.findall(r"world\[([A-Z]\w+)\]", text))
    assert len(groups) > 5
    assert len(tables) > 5
    assert groups <= {one.__name__ for one in OPENING if issubclass(one, Parameters)}
    assert tables <= {one.__name__ for one in OPENING if issubclass(one, Table)}
    bare = TICK.without(*RULES)
    assert set(bare.tables()) >= {one for one in OPENING if issubclass(one, Table)}
    assert bare.parameter_groups() == [one for one in OPENING if issubclass(one, Parameters)]


@pytest.mark.parametrize("name", ["prices.post_prices", "lives.turn_a_year_older"])
def test_a_rule_may_be_replaced_though_the_opening_takes_its_parameters(name: str) -> None:
    assert opens_and_runs(TICK.replace(BY_NAME[name], stand_in(BY_NAME[name])))


def test_rules_may_be_added_before_and_after_and_taken_off() -> None:
    rule = BY_NAME["prices.post_prices"]
    added = stand_in(rule)
    for page, place in ((TICK.before(rule, added), -1), (TICK.after(rule, added), 1)):
        order = list(page)
        assert order.index(added) == order.index(rule) + place
        assert opens_and_runs(page)
    page = TICK.without(rule, BY_NAME["pay.raise_pay"])
    assert len(list(page)) == len(list(TICK)) - 2
    assert opens_and_runs(page)


def test_what_is_not_on_the_page_cannot_be_edited() -> None:
    alien = stand_in(RULES[0])
    for edit in (lambda: TICK.replace(alien, RULES[0]), lambda: TICK.without(alien), lambda: TICK.after(alien, alien)):
        with pytest.raises(ValueError, match=r"^.*haggle is not on the tick page$"):
            edit()


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_every_rule_may_be_replaced_or_taken_off(name: str) -> None:
    rule = BY_NAME[name]
    replaced = opens_and_runs(TICK.replace(rule, stand_in(rule))) if rule.accesses else True
    without = opens_and_runs(TICK.without(rule))
    assert replaced == without or not rule.accesses


def test_every_column_is_told_with_who_writes_and_reads_it() -> None:
    page = column_page(TICK, "Firms.price")
    assert "prices.post_prices (ravelin/economy/goods/prices.py)" in page
    assert "4. Firms plan output, prices, staff and capital" in page
    for table in TICK.tables():
        told = column_page(TICK, table.__name__)
        for declared in table.columns.values():
            assert declared.meaning.split()[0] in told
            assert f"{declared!r}: " in told
    for rule in RULES:
        for declared in rule.writes()[:1]:
            written = column_page(TICK, repr(declared)).partition("  read ")[0]
            assert f": {rule.name} (" in written


@pytest.mark.parametrize(
    ("name", "nearest"), [("Firms.prise", "Firms.price"), ("Frims", "Firms"), ("X.q", "lists them")]
)
def test_a_wrong_name_is_told_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError, match=f"{re.escape(name)} is neither .*{re.escape(nearest)}"):
        column_page(TICK, name)
