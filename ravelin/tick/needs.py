"""What the opening asks of any page, whatever rules that has: tables to fill, parameters to start from."""

from ravelin.economy.accounts.national_accounts import Trends
from ravelin.economy.accounts.tables import Economy, Inequality, NationalAccounts
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.investment import Investment
from ravelin.economy.firms.parameters import Capital
from ravelin.economy.firms.production import Planning
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Inputs, Plant, Purchasing, Technology, Workforce
from ravelin.economy.goods.prices import Pricing
from ravelin.economy.goods.supply import Ordering
from ravelin.economy.goods.tables import Aisles, Goods, Markets, Sellers
from ravelin.economy.government.budget import FiscalPolicy
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.parameters import Skills
from ravelin.economy.labor.participation import Participation
from ravelin.economy.labor.tables import Wages
from ravelin.economy.outlook.parameters import Anchors
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.education import Education
from ravelin.economy.people.expected import Income
from ravelin.economy.people.incomes import IncomeTax
from ravelin.economy.people.lives import LifeCycle
from ravelin.economy.people.parameters import Benefits
from ravelin.economy.people.tables import Ages, Careers, CellGroups, Consumers, Lives, Population, Society, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.ownership import Payout
from ravelin.economy.securities.tables import Fund
from ravelin.economy.spending.consumption import Spending
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
from ravelin.ledger.accounts import Accounts, Stocks

OPENING = (
    Accounts,
    Ages,
    Aisles,
    Banks,
    Books,
    BudgetShares,
    Careers,
    CellGroups,
    CentralBank,
    Consumers,
    CreditMarket,
    DwellingStock,
    Economy,
    Firms,
    Fund,
    Goods,
    Government,
    IncomeBuckets,
    IncomeEdges,
    Inequality,
    Inputs,
    Lives,
    Localities,
    Markets,
    NationalAccounts,
    Outlook,
    Plant,
    Population,
    Purchasing,
    ResidualShape,
    Sellers,
    Society,
    SpendingCells,
    SpendingGrid,
    SpendingScale,
    Stocks,
    Technology,
    Wages,
    Wealth,
    Workforce,
    Anchors,
    Benefits,
    Capital,
    Education,
    FiscalPolicy,
    Income,
    IncomeTax,
    Investment,
    LifeCycle,
    Need,
    Ordering,
    Participation,
    Payout,
    Planning,
    Pricing,
    Skills,
    Spending,
    Taxes,
    Trends,
)
