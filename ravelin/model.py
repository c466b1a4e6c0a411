"""Everything that an author of rules needs, from one place.

from ravelin.model import UNEMPLOYED, Cents, Consumers, Smalls, local_system, reads, rules, writes

@local_system
def tighten(budget: Cents = writes(Consumers.budget), status: Smalls = reads(Consumers.status)) -> None: ...

page = TICK.after(rules.consumption.plan_spending, tighten)

`Consumers.education` is found whichever table of consumers declares it. Groups of parameters and tables that belong to
rules, such as `Spending`, are here under their names, too. Where things lie inside Ravelin may change; their names here
stay.
"""

from typing import TYPE_CHECKING, Any

from ravelin.core.draws import below, happens, limit, normal, uniform
from ravelin.core.kernel import compiled, machine_code, pure_python, whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.pool import Pool, give_back, take, used
from ravelin.core.schedule import Phase, Schedule, phase, schedule
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    System,
    adds,
    bundle,
    clears,
    draws,
    everything,
    first,
    host_system,
    local_system,
    moves,
    pool_of,
    reads,
    renews,
    sets,
    system,
    this_session,
    this_tick,
    uses,
    writes,
)
from ravelin.core.table import Column, Table, World, clearing, column, holds, owes, sets_aside
from ravelin.economy.accounts.tables import Economy, FinancialAccounts, Inequality, NationalAccounts
from ravelin.economy.banks.acts import pay_at_bank, post_loan, post_payment, post_receipt, receive_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.acts import pay_or_borrow, pay_through_bank
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.parameters import Capital
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Inputs, Plant, Purchasing, Technology, Workforce
from ravelin.economy.goods.parameters import Shopping
from ravelin.economy.goods.tables import SKILLS, Aisles, Goods, Markets, Seats, Sellers
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.parameters import LaborMarket, MinimumWage, Skills, WorkingTime
from ravelin.economy.labor.tables import LaborStatistics, Wages
from ravelin.economy.outlook.parameters import Anchors
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.tables import (
    EMPLOYED,
    INACTIVE,
    NO_EMPLOYER,
    PUBLIC_EMPLOYER,
    RETIRED,
    UNEMPLOYED,
    Ages,
    Careers,
    CellGroups,
    Consumers,
    Lives,
    Population,
    Society,
    Wealth,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import MATURITIES, Fund
from ravelin.economy.spending.parameters import Need
from ravelin.economy.spending.tables import (
    BudgetShares,
    IncomeBuckets,
    IncomeEdges,
    ResidualShape,
    SpendingCells,
    SpendingGrid,
    SpendingScale,
)
from ravelin.ledger.accounts import (
    BANKS,
    CENTRAL_BANK,
    CONSUMERS,
    FIRMS,
    FLOWS,
    GOVERNMENT,
    INSTRUMENTS,
    SECTORS,
    Accounts,
    Clearing,
    Flows,
    Stocks,
)
from ravelin.ledger.transfers import (
    book,
    credit,
    debit,
    lend,
    pass_on,
    pay_in,
    pay_out,
    repay,
    round_cents,
    transfer,
    write_off,
)

if TYPE_CHECKING:
    from ravelin.tick.page import TICK

__all__ = [  # noqa: RUF022 (What is used together stands together.)
    # How a rule is written.
    "system", "local_system", "host_system", "compiled", "reads", "writes", "sets", "renews", "adds", "moves", "clears",
    "uses", "draws", "bundle", "first", "this_tick", "this_session", "pool_of", "everything", "Table", "column",
    "holds", "owes", "sets_aside", "clearing", "Parameters", "parameter", "whole", "machine_code", "pure_python",
    # How a page is written.
    "TICK", "rules", "Schedule", "Phase", "schedule", "phase", "System", "World", "Column",
    # What a kernel receives, and what it may call.
    "Cents", "Doubles", "Floats", "Indices", "Smalls", "Pool", "take", "give_back", "used",
    "uniform", "normal", "below", "happens", "limit", "transfer",
    "credit", "debit", "lend", "repay", "pay_or_borrow", "write_off", "book", "round_cents",
    "pay_in", "pay_out", "pass_on", "pay_through_bank", "pay_at_bank", "receive_at_bank",
    "post_payment", "post_receipt", "post_loan",
    # Tables.
    "Consumers", "Lives", "Wealth", "Firms", "Plant", "Workforce", "Books", "Purchasing", "Inputs", "Markets", "Seats",
    "Sellers", "Banks", "Government", "CentralBank", "Economy", "Outlook", "Wages", "Technology", "DwellingStock",
    "SpendingScale", "CreditMarket", "Fund", "NationalAccounts", "Population", "LaborStatistics", "FinancialAccounts",
    "Inequality", "Accounts", "Clearing", "Flows", "Stocks", "Goods", "Aisles", "BudgetShares", "Localities", "Ages",
    "Careers", "CellGroups", "Society", "IncomeBuckets", "IncomeEdges", "ResidualShape", "SpendingCells",
    "SpendingGrid",
    # Codes and names of codes.
    "EMPLOYED", "UNEMPLOYED", "RETIRED", "INACTIVE", "NO_EMPLOYER", "PUBLIC_EMPLOYER", "SKILLS", "MATURITIES",
    "SECTORS", "CONSUMERS", "FIRMS", "BANKS", "GOVERNMENT", "CENTRAL_BANK", "INSTRUMENTS", "FLOWS",
    # Parameters that several rules share.
    "Anchors", "Capital", "LaborMarket", "Lending", "MinimumWage", "Need", "Shopping", "Skills", "Taxes", "WorkingTime",
]  # fmt: skip


class Rules:
    """The rules of the tick page by file or by domain: `rules.prices.post_prices`, `rules.goods.post_prices`."""

    def __init__(self, part: str | None = None) -> None:
        self._part = part

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = _by_name()
        if self._part is not None and f"{self._part}.{name}" in found:
            return found[f"{self._part}.{name}"]
        if self._part is None and any(known.startswith(f"{name}.") for known in found):
            return Rules(name)
        asked = name if self._part is None else f"{self._part}.{name}"
        raise AttributeError(f"there is no rule {asked} on the tick page; `ravelin explain tick` lists them")

    def __dir__(self) -> list[str]:
        pairs = [name.split(".") for name in _by_name()]
        return sorted({part if self._part is None else name for part, name in pairs if self._part in (None, part)})

    def __repr__(self) -> str:
        return "rules" if self._part is None else f"rules.{self._part}"


rules = Rules()


def _by_name() -> dict[str, System]:
    """Return the rules of the page by file and name, and by domain and name."""
    home = "ravelin.economy."
    domains = {
        f"{member.function.__module__.removeprefix(home).partition('.')[0]}.{member.function.__name__}": member
        for member in _page()
        if member.function.__module__.startswith(home)
    }
    return domains | {member.name: member for member in _page()}


def _page() -> Schedule:
    # The rules are imported when one of them is asked for, so that they may be written with this module, too.
    from ravelin.tick.page import TICK

    return TICK


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        if name == "TICK":
            return _page()
        for declared in (*_page().parameter_groups(), *_page().tables()):
            if declared.__name__ == name:
                return declared
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
