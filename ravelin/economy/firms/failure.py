"""Failure and entry: a firm that cannot pay is restructured, at its owners' and its bank's loss."""

from ravelin.core.kernel import whole
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
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.acts import FIRM_LOANS, post_loan
from ravelin.economy.banks.tables import Banks
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.acts import InputLists, span_of
from ravelin.economy.firms.tables import STORED, Books, Firms, Inputs, Plant, Workforce
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


@local_system
def resolve_firms(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Books.loan),
    call: Cents = writes(Books.call),
    misses: Smalls = writes(Books.misses),
    failed: Smalls = writes(Books.failed),
    enterprise: Indices = writes(Firms.enterprise),
    age: Indices = writes(Firms.age),
    markup: Doubles = writes(Firms.markup),
    visibility: Doubles = writes(Firms.visibility),
    offer: Doubles = writes(Workforce.offer),
    lost: Cents = adds(Banks.write_offs),
    returned: Cents = adds(CreditMarket.loans_repaid),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    outlays: Doubles = reads(Books.outlays),
    capital: Doubles = reads(Plant.capital),
    inventory_value: Doubles = reads(Books.inventory_value),
    input_value: Doubles = reads(Books.input_value),
    good: Smalls = reads(Firms.good),
    bank: Indices = reads(Accounts.bank, of=Firms),
    leased: Smalls = reads(Goods.leased),
    normal_markup: Doubles = reads(Goods.markup),
    debt_ratio: Doubles = reads(Goods.debt_ratio),
    liquidity_months: Doubles = reads(Goods.liquidity_months),
    basket_price: Doubles = reads(Economy.basket_price),
    market_offer: Doubles = reads(Localities.offer_mean),
    leverage_max: float = uses(Lending.leverage_max),
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
    written_off, repaid = 0, 0
    for firm in range(loan.size):
        g = good[firm]
        plant = 0.0 if leased[g] else capital[firm] * basket_price[0]
        stocks = inventory_value[firm] + input_value[firm]
        line = leverage_max * (plant + stocks + max(0, deposits[firm]))
        if loan[firm] > line:
            misses[firm] += 1
        elif misses[firm] > 0:
            misses[firm] -= 1
        worth = deposits[firm] + distress * plant + stocks - loan[firm]
        if misses[firm] < misses_max and worth >= 0.0:
            continue
        failed[firm] = 1
        enterprise[firm] = first_firm + firm
        age[firm] = 0
        misses[firm] = 0
        returns = repay(deposits, loan, firm, loan[firm])
        post_loan(posted, bank[firm], FIRM_LOANS, -returns)
        repaid += returns
        carried = whole(debt_kept * debt_ratio[g] * (plant + stocks))
        gone = write_off(loan, firm, max(0, loan[firm] - carried))
        posted[bank[firm], FIRM_LOANS] -= gone
        lost[bank[firm]] += gone
        written_off += gone
        call[firm] = max(0, whole(liquidity_months[g] * outlays[firm]) - deposits[firm])
        markup[firm] = normal_markup[g]
        visibility[firm] = 0.0
        for skill in range(3):
            offer[firm, skill] = market_offer[0, skill]
    returned[0, 0] += repaid
    book(paid, WRITE_OFFS, BANKS, FIRMS, written_off)
