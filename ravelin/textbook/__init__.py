"""Teaching economies of Godley and Lavoie, run by the ledger and the tick of the whole economy.

from ravelin import Simulation
from ravelin import textbook

economy = Simulation(textbook.scenario(G=20, theta=0.2, alpha1=0.6, alpha2=0.4),
                     tick=textbook.SIM, opening=textbook.opening(H=0), observe=textbook.indicators)
economy.run(60).history()

Here a tick is a year, one good costs a dollar, and a unit of the book is a million dollars. Consumers work
for one firm and shop at another, so their incomes differ; the rules are linear, so the sums are the book's.
Firms pay out all they take, banks keep all deposits as reserves. Within the year money goes round until
nobody has anything left to pay out: the book's simultaneous solution.

SIM spends out of income, SIMEX out of expected income; PC and PCEX add bills, interest and a central bank.
Source: Godley and Lavoie (2007), "Monetary Economics", chapters 3 and 4.
"""

from ravelin.textbook.opening import STOCKS, opening, scenario
from ravelin.textbook.pages import PC, PCEX, SIM, SIMEX
from ravelin.textbook.variables import CENTS, SYMBOLS, Aggregates, Households, indicators

__all__ = [
    "CENTS",
    "PC",
    "PCEX",
    "SIM",
    "SIMEX",
    "STOCKS",
    "SYMBOLS",
    "Aggregates",
    "Households",
    "indicators",
    "opening",
    "scenario",
]
