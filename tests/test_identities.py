"""Standing bar 1: the books close to exactly zero after every tick, and a lost cent stops the run."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from ravelin import TICK, Scenario, Simulation
from ravelin.core.system import (
    Cents,
    Indices,
    System,
    adds,
    clears,
    everything,
    host_system,
    moves,
    reads,
    this_tick,
)
from ravelin.core.table import Table, World
from ravelin.economy.accounts import audit
from ravelin.economy.accounts.identities import AuditError
from ravelin.economy.banks import payments
from ravelin.economy.banks.acts import post_receipt
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Books, Firms, Inputs, Workforce
from ravelin.economy.goods.tables import Markets
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.identities import AGREEING
from ravelin.economy.people import incomes
from ravelin.economy.people.tables import UNEMPLOYED, Consumers, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities import ownership
from ravelin.economy.securities.tables import Fund, OwnersClearing
from ravelin.ledger.accounts import FIRMS, GOVERNMENT, SALES_TAX, Accounts, Flows
from ravelin.ledger.transfers import book, credit, debit, lend, pay_out, transfer

SMALL = Scenario.load("default", consumers=2_000, ticks=24)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_identity_is_zero_on_every_tick(seed: int) -> None:
    with Simulation(SMALL, seed=seed) as economy:
        for _ in range(24):
            economy.step()
            gaps = economy.audit()
            assert {name: cents for name, cents in gaps.items() if cents} == {}
        assert len(gaps) >= 20
        assert economy.history().column("audit_gap_cents").to_pylist() == [0.0] * 24


@pytest.mark.parametrize("seed", [1, 2])
def test_the_matrices_close(seed: int) -> None:
    with Simulation(SMALL, seed=seed) as economy:
        economy.run(3)
        sheet, flows = economy.balance_sheet(), economy.flow_matrix()
        claims = sheet.columns.index("equity") + 1
        assert np.all(sheet.cents[:, :claims].sum(axis=0) == 0)
        assert np.all(flows.cents.sum(axis=1) == 0)
        whole = economy.balance_sheet(sparse=True)
        assert np.all(np.asarray(whole.sum(axis=0)).ravel() == 0)
        people = economy.world[Consumers].count
        mine = np.asarray(whole[:people].sum(axis=0)).ravel()[:2]
        fund = np.array([0, economy.world[Accounts].deposits[-1]])
        assert np.array_equal(mine + fund, sheet.cents[0, :2])


@host_system
def too_much(deposits: Cents = moves(Accounts.deposits)) -> None:
    """Credit one cent that nobody pays."""
    credit(deposits, 0, 1)


@host_system
def too_little(deposits: Cents = moves(Accounts.deposits)) -> None:
    """Take one cent that nobody receives."""
    debit(deposits, 0, 1)


@host_system
def unbooked(deposits: Cents = moves(Accounts.deposits)) -> None:
    """Move a cent between sectors without recording the flow."""
    debit(deposits, 0, 1)
    credit(deposits, deposits.size - 2, 1)


@host_system
def booked_only(paid: Cents = adds(Flows.paid)) -> None:
    """Record a flow of a cent that moves no money."""
    book(paid, SALES_TAX, FIRMS, GOVERNMENT, 1)


@host_system
def forgiven(loan: Cents = moves(Books.loan)) -> None:
    """Cancel a cent of debt at nobody's loss."""
    debit(loan, int(np.argmax(loan)), 1)


@host_system
def printed(reserves: Cents = moves(Banks.reserves)) -> None:
    """Give a bank a cent of reserves that the central bank has not issued."""
    credit(reserves, 0, 1)


@host_system
def hidden_treasury(treasury: Cents = moves(Government.treasury)) -> None:
    """Give the government a cent that no account of the central bank shows."""
    credit(treasury, 0, 1)


@pytest.mark.parametrize(
    ("cheat", "before"),
    [
        (too_much, incomes.pay_wages),
        (too_little, incomes.pay_wages),
        (unbooked, incomes.pay_wages),
        (booked_only, incomes.pay_wages),
        (forgiven, incomes.pay_wages),
        (printed, None),
        (hidden_treasury, None),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_cent_too_much_stops_the_run(cheat: System, before: System | None) -> None:
    page = TICK.after(payments.settle, cheat) if before is None else TICK.before(before, cheat)
    with Simulation(SMALL, tick=page) as economy, pytest.raises(AuditError, match=r"gap -?[1-9]"):
        economy.run(1)


@host_system
def collect_a_cent_more(
    deposits: Cents = moves(Accounts.deposits),
    dividend_pot: Cents = moves(Fund.dividend_pot),
    rent_pot: Cents = moves(Fund.rent_pot),
    posted: Cents = adds(Banks.posted),
    payouts: Cents = clears(OwnersClearing.payouts),
    dividends: Cents = reads(Fund.dividends_paid),
    rents: Cents = reads(Fund.rents_paid),
) -> None:
    """Put what firms paid out into the owners' fund, and one cent more."""
    pay_out(payouts, deposits, deposits.size - 1, dividends[0] + rents[0] + 1)
    post_receipt(posted, 0, dividends[0] + rents[0])
    credit(dividend_pot, 0, dividends[0] + 1)
    credit(rent_pot, 0, rents[0])


def test_a_rule_that_pays_a_cent_too_much_stops_the_run() -> None:
    page = TICK.replace(ownership.collect_payouts, collect_a_cent_more)
    with Simulation(SMALL, tick=page) as economy, pytest.raises(AuditError, match=r"payouts do not clear: gap -1 cent"):
        economy.run(1)


@host_system
def paid_past_the_banks(deposits: Cents = moves(Accounts.deposits), bank: Indices = reads(Accounts.bank)) -> None:
    """Let a customer of one bank pay a customer of another, and tell neither bank."""
    payee = int(np.argmax(np.asarray(bank) != bank[0]))
    transfer(deposits, 0, payee, min(1, max(0, int(deposits[0]))))


@host_system
def lent_past_the_bank(loan: Cents = moves(Books.loan), deposits: Cents = moves(Accounts.deposits, of=Firms)) -> None:
    """Lend a firm a cent that its bank has not posted."""
    lend(deposits, loan, 0, 1)


def gaps_after(cheat: System) -> set[str]:
    """Run a month with a rule that cheats, which must stop it, and name the identities that do not hold."""
    with Simulation(SMALL, tick=TICK.before(incomes.pay_wages, cheat)) as economy:
        with pytest.raises(AuditError):
            economy.run(1)
        return {name for name, gap in economy.audit().items() if gap}


def test_a_payment_that_no_bank_posted_is_told() -> None:
    """Every sum over all banks closes; only what each bank posted and what is counted of its customers differ."""
    assert gaps_after(paid_past_the_banks) == {"deposits of each bank as posted = as counted"}
    assert "firm_loans of each bank as posted = as counted" in gaps_after(lent_past_the_bank)


@pytest.mark.parametrize("seed", [1, 2])
def test_reserves_follow_payments_between_banks(seed: int) -> None:
    """Banks' books follow from postings, and close by themselves: nothing is left over to make them."""
    with Simulation(SMALL, seed=seed) as economy:
        before = {name: getattr(economy.world[Banks], name).copy() for name in ("deposits", "reserves", "advances")}
        economy.step()
        banks = economy.world[Banks]
        assert np.array_equal(banks.deposits - before["deposits"], banks.posted[:, 0])
        moved = banks.reserves - banks.advances - before["reserves"] + before["advances"]
        assert np.abs(moved).max() > 0
        assets = banks.reserves + banks.cash + banks.bonds.sum(axis=1)
        assets = assets + banks.firm_loans + banks.consumer_loans + banks.mortgages
        assert np.array_equal(assets, banks.deposits + banks.advances + banks.equity)


Damage = Callable[[World], None]


def first_with(status: int, world: World) -> int:
    return int(np.flatnonzero(world[Consumers].status == status)[0])


def moved(table: type[Table], name: str, place: int | tuple[int, int]) -> Damage:
    """Add one to one number of a column."""

    def damage(world: World) -> None:
        getattr(world[table], name)[place] += 1

    return damage


def stray(world: World) -> None:
    world[Consumers].employer[first_with(UNEMPLOYED, world)] = 0


def in_another_market(world: World) -> None:
    world[Consumers].sellers[:, 0] = world[Markets].sellers.max()


def orders_in_too_many_parts(world: World) -> None:
    world[Inputs].part[:, 0] += 1


def pay_on_another_payroll(world: World) -> None:
    """A firm's, which is looked at at the quarter's end; the sum is what it was."""
    world[Localities].public_payroll[0] -= 1
    world[Workforce].payroll[0] += 1


BROKEN: dict[str, Damage] = {
    AGREEING[0]: stray,
    **{AGREEING[1 + k]: moved(Workforce, "staff", (0, k)) for k in range(3)},
    **{AGREEING[4 + k]: moved(Localities, "public_staff", (0, k)) for k in range(3)},
    AGREEING[7]: moved(Workforce, "payroll", 0),
    AGREEING[8]: pay_on_another_payroll,
    AGREEING[9]: orders_in_too_many_parts,
    AGREEING[10]: in_another_market,
    AGREEING[11]: moved(Wealth, "equity_share", 0),
    AGREEING[12]: moved(Wealth, "bond_share", 0),
    AGREEING[13]: moved(Wealth, "dwelling_share", 0),
}


@pytest.mark.parametrize("identity", AGREEING)
def test_each_identity_of_heads_and_shares_tells_of_itself(identity: str) -> None:
    """Something is out by one before the books are audited, in the quarter's last month, when all are matched.

    The government's payroll is looked at once a year, in the first month where there is one locality.
    """
    when, place = (0, audit.add_up_people) if identity == AGREEING[8] else (2, audit.match_books_on_staff)

    @host_system
    def damage(world: World = everything(), tick: int = this_tick()) -> None:
        """Put something out by one."""
        if tick == when:
            BROKEN[identity](world)

    with Simulation(SMALL, tick=TICK.before(place, damage), threads=1) as economy:
        if when:
            economy.step(when)
        with pytest.raises(AuditError, match=re.escape(identity)):
            economy.step()
