"""Failure and entry: a firm that cannot pay is restructured, at its owners' and its bank's loss."""

from typing import NamedTuple

from ravelin.core.kernel import compiled, whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    bundle,
    first,
    local_system,
    moves,
    reads,
    sets,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.banks.acts import FIRM_LOANS, post_loan
from ravelin.economy.banks.tables import Banks
from ravelin.economy.credit.acts import RealAssets
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.acts import InputLists, span_of
from ravelin.economy.firms.tables import STORED, Books, Firms, Inputs, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import BANKS, FIRMS, WRITE_OFFS, Accounts, Flows
from ravelin.ledger.transfers import book, repay, write_off


class Failure(Parameters):
    """When a firm fails and how it starts again."""

    misses_max = parameter(3, "month", "months beyond the credit line before it fails", low=1, high=120,
                           source="MODEL 3.7")  # fmt: skip
    distress_value = parameter(0.85, "fraction", "value of capital in distress", low=0, high=1, source="MODEL 3.7")
    debt_kept = parameter(0.5, "fraction", "debt that new owners take over, of the normal debt for the plant", low=0,
                          high=1, source="assumption: half of normal")  # fmt: skip


@local_system
def value_inputs(
    input_value: Doubles = sets(Books.input_value),
    stock: Floats = reads(Inputs.stock),
    transit: Floats = reads(Inputs.transit),
    inputs: InputLists = bundle(InputLists),
    market_price: Doubles = reads(Goods.price),
) -> None:
    """Value inputs in store and under way at the month's mean prices."""
    for firm in range(input_value.size):
        begin, end = span_of(inputs, firm)
        value = 0.0
        for row in range(begin, end):
            if inputs.kind[row] == STORED:
                value += (stock[row] + transit[row]) * market_price[inputs.good[row]]
        input_value[firm] = value


class BadLoans(NamedTuple):
    """Loans that firms cannot carry: what they have to repay of them, and what their banks lose."""

    deposits: Cents = moves(Accounts.deposits, of=Firms)
    loan: Cents = moves(Books.loan)
    returned: Cents = adds(CreditMarket.loans_repaid)
    lost: Cents = adds(Banks.write_offs)
    posted: Cents = adds(Banks.posted)
    bank: Indices = reads(Accounts.bank, of=Firms)


class FreshStart(NamedTuple):
    """What begins anew with new owners: the enterprise, its age, and its terms for buyers and workers."""

    enterprise: Indices = writes(Firms.enterprise)
    age: Indices = writes(Firms.age)
    markup: Doubles = writes(Firms.markup)
    visibility: Doubles = writes(Firms.visibility)
    offer: Doubles = writes(Workforce.offer)
    normal_markup: Doubles = reads(Goods.markup)
    market_offer: Doubles = reads(Localities.offer_mean)


@compiled
def start_anew(start: FreshStart, firm: int, good: int, enterprise: int) -> None:
    """Let a firm begin as an enterprise of its own, with the sector's markup and the market's wage offers."""
    start.enterprise[firm] = enterprise
    start.age[firm] = 0
    start.markup[firm] = start.normal_markup[good]
    start.visibility[firm] = 0.0
    for skill in range(3):
        start.offer[firm, skill] = start.market_offer[0, skill]


@compiled
def plant_and_stocks(assets: RealAssets, firm: int, leased: bool) -> tuple[float, float]:
    """Value what a firm has in capital of its own, and in stocks."""
    plant = 0.0 if leased else assets.capital[firm] * assets.basket_price[0]
    return plant, assets.inventory_value[firm] + assets.input_value[firm]


@local_system
def count_misses(
    misses: Smalls = writes(Books.misses),
    loan: Cents = reads(Books.loan),
    deposits: Cents = reads(Accounts.deposits, of=Firms),
    assets: RealAssets = bundle(RealAssets),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    leverage_max: float = uses(Lending.leverage_max),
) -> None:
    """Count the months that firms are beyond their credit line, net of months within."""
    for firm in range(misses.size):
        plant, stocks = plant_and_stocks(assets, firm, leased[good[firm]])
        line = leverage_max * (plant + stocks + max(0, deposits[firm]))
        if loan[firm] > line:
            misses[firm] += 1
        elif misses[firm] > 0:
            misses[firm] -= 1


@local_system
def resolve_firms(
    failed: Smalls = writes(Books.failed),
    misses: Smalls = writes(Books.misses),
    call: Cents = writes(Books.call),
    debts: BadLoans = bundle(BadLoans),
    start: FreshStart = bundle(FreshStart),
    paid: Cents = adds(Flows.paid),
    outlays: Doubles = reads(Books.outlays),
    assets: RealAssets = bundle(RealAssets),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    debt_ratio: Doubles = reads(Goods.debt_ratio),
    liquidity_months: Doubles = reads(Goods.liquidity_months),
    misses_max: int = uses(Failure.misses_max),
    distress: float = uses(Failure.distress_value),
    debt_kept: float = uses(Failure.debt_kept),
    first_firm: int = first(Firms),
) -> None:
    """Restructure firms whose debts exceed their worth or that stay beyond their credit line.

    The bank takes the deposits, keeps the debt that the plant can carry and writes off the rest against
    its equity; the old owners lose everything; new owners put in working capital next month. The row
    starts again, as an enterprise of its own, with the sector's markup and the market's wage offers. The floor
    under pull that keeps small sellers visible is what lets it grow again. The other establishments of its
    enterprise stand: owners are not liable for a company's debts.
    """
    written_off = 0
    for firm in range(failed.size):
        g = good[firm]
        plant, stocks = plant_and_stocks(assets, firm, leased[g])
        worth = debts.deposits[firm] + distress * plant + stocks - debts.loan[firm]
        if misses[firm] < misses_max and worth >= 0.0:
            continue
        failed[firm] = 1
        misses[firm] = 0
        returns = repay(debts.deposits, debts.loan, firm, debts.loan[firm])
        post_loan(debts.posted, debts.bank[firm], FIRM_LOANS, -returns)
        debts.returned[0, 0] += returns
        carried = whole(debt_kept * debt_ratio[g] * (plant + stocks))
        gone = write_off(debts.loan, firm, max(0, debts.loan[firm] - carried))
        debts.posted[debts.bank[firm], FIRM_LOANS] -= gone
        debts.lost[debts.bank[firm]] += gone
        written_off += gone
        call[firm] = max(0, whole(liquidity_months[g] * outlays[firm]) - debts.deposits[firm])
        start_anew(start, firm, g, first_firm + firm)
    book(paid, WRITE_OFFS, BANKS, FIRMS, written_off)
