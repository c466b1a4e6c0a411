"""What the book's economies have: parameters, what consumers own, sums of the year, and their letters."""

from ravelin.core.parameter import Parameter, Parameters, parameter
from ravelin.core.table import Column, Table, World, column, sets_aside
from ravelin.economy.accounts.indicators import Indicator
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import Consumers

CENTS = 10**8
"""Cents in a unit of the book."""


class Textbook(Parameters):
    """The book's parameters; `SYMBOLS` gives their letters."""

    purchases = parameter(20e6, "dollar/year", "government purchases", low=0, source="Godley and Lavoie, table 3.4")
    tax_rate = parameter(0.2, "fraction", "tax on all income", low=0, high=1, source="Godley and Lavoie, table 3.4")
    from_income = parameter(0.6, "fraction", "spending out of disposable income", low=0, high=1,
                            source="Godley and Lavoie, table 3.4")  # fmt: skip
    from_wealth = parameter(0.4, "fraction", "spending out of wealth", low=0, high=1,
                            source="Godley and Lavoie, table 3.4")  # fmt: skip
    rate_effect = parameter(0.0, "1", "fall of spending out of income per unit of the rate on bills", low=0, high=10,
                            source="Godley and Lavoie, section 4.5")  # fmt: skip
    wage = parameter(1.0, "1", "wage of a unit of labor, which makes a unit of output", low=0,
                     source="Godley and Lavoie, table 3.4")  # fmt: skip
    bill_rate = parameter(0.025, "1/year", "rate on bills", low=0, high=1, source="Godley and Lavoie, chapter 4")
    bill_share = parameter(0.635, "fraction", "part of wealth held as bills", low=-10, high=10,
                           source="Godley and Lavoie, chapter 4")  # fmt: skip
    bill_response = parameter(5.0, "1", "rise of that part per unit of the rate", low=0, high=100,
                              source="Godley and Lavoie, chapter 4")  # fmt: skip
    transactions = parameter(0.01, "fraction", "disposable income held as money rather than bills", low=0, high=10,
                             source="Godley and Lavoie, chapter 4")  # fmt: skip


class Households(Table, rows=Consumers):
    """What a consumer of the book holds, earns and means to spend."""

    bills = column("i8", "cent", "government bills held", claim=sets_aside("bonds_2y", signed=True))
    wealth = column("i8", "cent", "deposits and bills when the year began", off_books="what it was")
    untaxed = column("i8", "cent", "income received and not yet taxed", flow=True)
    net = column("i8", "cent", "income after tax of the last round", flow=True)
    disposable = column("i8", "cent", "income after tax of the year", flow=True)
    expected = column("i8", "cent", "disposable income that is expected", off_books="nobody owes what is expected")
    plan = column("i8", "cent", "what is still to be spent this year", flow=True)


class Fractions(Table):
    """Parts of a cent that rounding has left unpaid, one row.

    Every rule counts them as if they had been paid: else the multiplier would make several cents of them.
    """

    purchases = column("f8", "cent", "government purchases not yet paid")
    interest = column("f8", "cent", "interest on bills not yet paid")
    tax = column("f8", "cent", "tax not yet paid")
    spending = column("f8", "cent", "consumption not yet paid")
    counted = column("f8", "cent", "unpaid income that has been taxed")
    net = column("f8", "cent", "unpaid part of the income after tax of the last round")
    disposable = column("f8", "cent", "unpaid part of disposable income", flow=True)
    expected = column("f8", "cent", "the same of expected disposable income")
    wealth = column("f8", "cent", "unpaid part of what consumers own when the year begins")


class Aggregates(Table):
    """Sums of the year, one row."""

    disposable = column("i8", "cent", "disposable income")
    money = column("i8", "cent", "deposits of consumers")
    bills = column("i8", "cent", "bills of consumers")
    wealth = column("i8", "cent", "deposits and bills of consumers")
    reserves = column("i8", "cent", "money issued by the central bank")
    undistributed = column("i8", "cent", "takings that firms have not paid out: zero")
    employment = column("f8", "worker", "labor employed, millions")


SYMBOLS: dict[str, tuple[Parameter, float]] = {
    "G": (Textbook.purchases, 1e6), "theta": (Textbook.tax_rate, 1.0), "alpha1": (Textbook.from_income, 1.0),
    "alpha10": (Textbook.from_income, 1.0), "alpha2": (Textbook.from_wealth, 1.0), "iota": (Textbook.rate_effect, 1.0),
    "W": (Textbook.wage, 1.0), "R": (Textbook.bill_rate, 1.0), "lambda0": (Textbook.bill_share, 1.0),
    "lambda1": (Textbook.bill_response, 1.0), "lambda2": (Textbook.transactions, 1.0),
}  # fmt: skip
"""Letter of the book -> parameter, and its units in a unit of the book."""


def indicators(world: World) -> list[Indicator]:
    """List the book's variables, in the book's units."""
    del world

    def one(letter: str, title: str, kind: str, held: Column, position: int | tuple[int, int] = 0) -> Indicator:
        unit, scale = ("1/year", 1.0) if kind == "rate" else ("million dollars", 1.0 / CENTS)
        return Indicator(letter, title, unit, held.meaning, kind, held, position, scale)

    return [
        one("Y", "Output", "flow", NationalAccounts.by_output),
        one("C", "Consumption", "flow", NationalAccounts.consumption),
        one("T", "Taxes", "flow", NationalAccounts.taxes),
        one("YD", "Disposable income", "flow", Aggregates.disposable),
        one("H", "Money", "stock", Aggregates.money),
        one("Hh", "Money of consumers", "stock", Aggregates.money),
        one("Hs", "Money issued", "stock", Aggregates.reserves),
        one("V", "Wealth", "stock", Aggregates.wealth),
        one("Bh", "Bills of consumers", "stock", Aggregates.bills),
        one("Bs", "Bills issued", "stock", Government.bonds, (0, 0)),
        one("Bcb", "Bills of the central bank", "stock", CentralBank.bonds, (0, 0)),
        one("R", "Rate on bills", "rate", CentralBank.policy_rate),
        Indicator("N", "Employment", "worker", Aggregates.employment.meaning, "flow", Aggregates.employment, 0, 1.0),
    ]
