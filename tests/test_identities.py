"""Standing bar 1: the books close to exactly zero after every tick, and a lost cent stops the run."""

import numpy as np
import pytest

from ravelin import TICK, Scenario, Simulation
from ravelin.core.system import Cents, Indices, System, adds, clears, host_system, moves, reads
from ravelin.economy.accounts.identities import AuditError
from ravelin.economy.banks import payments
from ravelin.economy.banks.acts import post_receipt
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Books, Firms
from ravelin.economy.government.tables import Government
from ravelin.economy.people import incomes
from ravelin.economy.people.tables import Consumers
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
