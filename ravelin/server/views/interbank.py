"""Which banks' customers pay whose: what the month's payments between banks come to."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.table import World
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Firms, Inputs
from ravelin.economy.people.tables import EMPLOYED, Consumers
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.settlement import net_positions, settle
from ravelin.storage.network import supply_links

Cents = npt.NDArray[np.int64]

BANKS_SHOWN = 200
EDGES_SHOWN = 2000
COVERS = "wages that firms pay, and what firms buy from one another under lasting contracts"


def pay_of(wage: Cents, employer: Cents, bill: Cents) -> Cents:
    """Share each firm's bill, which hours make more or less than its contracts, among its staff by their wages.

    To the cent by firm; what rounding leaves over, a few cents, goes to the first of the staff.

    Parameters
    ----------
    wage, employer : (staff,) cents a month for normal hours, and row of firms
    bill : (firms,) cents paid
    """
    contracts = np.bincount(employer, weights=wage, minlength=bill.size)
    pay = np.rint(wage * (bill / np.maximum(1.0, contracts))[employer]).astype(np.int64)
    rest = bill - np.bincount(employer, weights=pay, minlength=bill.size).astype(np.int64)
    firms, first = np.unique(employer, return_index=True)
    pay[first] += rest[firms]
    return pay


def interbank(world: World) -> dict[str, Any]:
    """Draw up who pays whom among banks: the payments whose payer and payee the books name, settled in one batch.

    What consumers spend, taxes and transfers are booked by sector, so no pair of banks can be named for them.
    The largest banks and payments are shown; `banks` and `pairs` count them all.
    """
    banks, first_firm = world[Banks], world[Consumers].count
    people, links = world[Consumers], supply_links(world)
    named = links["supplier"] >= 0
    buyer = world[Inputs].firm[links["row"][named]]
    paid = np.flatnonzero((people.status == EMPLOYED) & (people.employer >= 0))
    payer = np.concatenate([first_firm + people.employer[paid].astype(np.int64), first_firm + buyer])
    payee = np.concatenate([paid, first_firm + links["supplier"][named]])
    earned = pay_of(people.wage[paid], people.employer[paid], world[Firms].wage_bill)
    cents = np.concatenate([earned, links["cents"][named]])
    gross = settle(world[Accounts].bank, banks.count, payer, payee, cents)
    net = net_positions(gross)
    loans = banks.firm_loans + banks.consumer_loans + banks.mortgages
    assets = loans + banks.bonds.sum(axis=1) + banks.reserves + banks.cash
    shown = np.sort(np.argsort(-assets, kind="stable")[:BANKS_SHOWN])
    nodes = [
        {
            "id": str(bank),
            "title": f"Bank {bank}",
            "layer": 0,
            "assets": float(assets[bank]) * 0.01,
            "reserves": float(banks.reserves[bank]) * 0.01,
            "received_less_paid": float(net[bank]) * 0.01,
            "capital_ratio": float(banks.capital_ratio[bank]),
            "short": not banks.lending[bank],
        }
        for bank in shown.tolist()
    ]
    pairs = gross.tocoo()
    among = np.flatnonzero(np.isin(pairs.row, shown) & np.isin(pairs.col, shown))
    largest = among[np.argsort(-pairs.data[among], kind="stable")[:EDGES_SHOWN]]
    edges = [
        {"from": str(origin), "to": str(target), "dollars": float(amount) * 0.01}
        for origin, target, amount in zip(pairs.row[largest], pairs.col[largest], pairs.data[largest], strict=True)
    ]
    return {
        "unit": "dollar/month",
        "covers": COVERS,
        "banks": banks.count,
        "pairs": int(pairs.nnz),
        "nodes": nodes,
        "edges": edges,
    }
