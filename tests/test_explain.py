"""Pages about the model follow from its declarations."""

from dataclasses import replace

import numpy as np
import toy

from ravelin.core.parameter import Settings
from ravelin.core.schedule import Schedule, phase
from ravelin.core.system import adds, host_system
from ravelin.core.table import Table, column
from ravelin.report.reference import (
    align,
    bytes_per_consumer,
    columns_page,
    lags_page,
    matrix_page,
    money_scale,
    parameters_page,
    tick_page,
)


class Accounts(Table):
    """Money."""

    deposits = column("i8", "cent", "deposits")


@host_system
def close_books(deposits: object = adds(Accounts.deposits)) -> None:
    """Close the books."""


QUARTERLY: Schedule = replace(
    toy.TICK, phases=(*toy.TICK.phases, phase("Books are closed", close_books, every=3, rounds=2))
)


def test_tick_page_reads_aloud() -> None:
    page = tick_page(QUARTERLY, 80)
    assert page.splitlines()[0] == " 1. Moods change"
    assert "    toy.spend: Spend a part of the purse." in page
    assert "reads Firms.sales; writes Firms.till, Consumers.purse; uses" in page
    assert " 4. Books are closed (every 3 months, 2 rounds)" in page
    assert "writes Accounts.deposits; in Python" in page
    assert max(map(len, page.splitlines())) <= 80


def test_lags_are_told() -> None:
    assert "toy.pay_back sees Firms.till of the previous tick" in lags_page(toy.TICK)


def test_columns_add_up() -> None:
    page = columns_page(QUARTERLY, {toy.Consumers: 10, toy.Firms: 2, Accounts: 12})
    assert "A consumer with her account takes 27 bytes." in page
    assert "The whole state takes 336 bytes." in page
    assert "three habits" in page
    assert "u1 x 3" in page
    assert "sales of the month, flow" in page
    assert bytes_per_consumer(QUARTERLY.tables()) == 19 + 8


def test_parameters_tell_departures() -> None:
    settings = Settings(toy.TICK.parameter_groups())
    settings.set("Spending.generous", True)
    page = parameters_page(settings)
    assert "[Spending] How savers spend." in page
    assert "    swing = 0.2\n" in page
    assert "  * generous = true\n        default false; whether shops give presents" in page
    assert "(0 to 1; source: assumption)" in page
    assert "weights = [1, 2]" in page


def test_balance_sheets_look_like_godley_and_lavoie() -> None:
    cents = np.array([[123456789012, -123456789012], [5, -5], [0, 0]])
    lines = matrix_page(
        "Balance sheet", ["deposits", "firm_loans", "bonds"], ["consumers", "banks"], cents
    ).splitlines()
    assert lines[0] == "Balance sheet, million dollars"
    assert lines[2].split() == ["consumers", "banks", "sum"]
    assert lines[4].split() == ["deposits", "1,234.6", "-1,234.6", "."]
    assert lines[5].split() == ["firm", "loans", "0.0", "0.0", "."]
    assert "bonds" not in "".join(lines)
    assert lines[-1].startswith("sum")


def test_money_is_shown_in_a_readable_unit() -> None:
    assert money_scale(np.array([[10**4]])) == (100.0, "dollars")
    assert money_scale(np.array([[10**9]])) == (1e8, "million dollars")
    assert money_scale(np.array([[-(10**15)]])) == (1e14, "trillion dollars")


def test_tables_are_set_in_columns() -> None:
    assert align([("a", "10"), ("longer", "2")]) == ["a       10", "longer   2"]
