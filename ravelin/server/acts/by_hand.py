"""What is done by hand between two months: banks are founded, somebody pays somebody."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ravelin.core.arithmetic import whole_total
from ravelin.core.table import World
from ravelin.economy.accounts.balance_sheet import total
from ravelin.economy.banks.tables import Banks
from ravelin.economy.people.tables import Consumers
from ravelin.ledger.accounts import Accounts
from ravelin.runs.by_hand import RefusedError, owners_parts
from ravelin.runs.orders import FOUND_BANKS, PAY
from ravelin.runs.simulation import Simulation
from ravelin.server.problems import ProblemError
from ravelin.server.routes import Answer, Request, answer_json
from ravelin.server.running.economy import Economy
from ravelin.server.views.network import Sheets
from ravelin.server.views.state import matrix

if TYPE_CHECKING:
    from ravelin.server.back import Back

BANKS_MAX = 60_000
TEST_CENTS = 10_000
TEST_BANKS = 3
BONDS_SHARE = 0.8
CAPITAL_SHARE = 0.01
"""A founded bank's equity over the equity of all banks, if not said otherwise."""


async def make_bank(request: Request["Back"]) -> Answer:
    """Found banks: owners pay the equity from their deposits, the banks buy bonds from other banks."""
    body = request.body
    return answer_json(await request.server.ask(lambda: _make_banks(request.server.economy, body)))


def _make_banks(economy: Economy, body: Mapping[str, Any]) -> dict[str, Any]:
    economy.check_able()
    simulation = economy.simulation
    count, share = body.get("count", TEST_BANKS), body.get("bonds", BONDS_SHARE)
    capital = int(body.get("capital") or max(1, int(CAPITAL_SHARE * total(simulation.world[Banks].equity))))
    if simulation.world[Banks].count + count > BANKS_MAX:
        raise ProblemError("conflict", f"an economy has room for {BANKS_MAX:,} banks")
    before = matrix(simulation.balance_sheet())
    try:
        owners_parts(simulation.world, count * capital)
    except RefusedError as error:
        raise ProblemError.of(error, after="; ask for less capital", parameter="capital") from None
    first = simulation.world[Banks].count
    economy.obey(FOUND_BANKS, {"count": count, "capital": capital, "bonds": int(share * capital)})
    rows = simulation.world[Banks]
    made = [
        {
            "bank": bank,
            "equity": str(rows.equity[bank]),
            "bonds": str(whole_total(rows.bonds[bank])),
            "reserves": str(rows.reserves[bank]),
        }
        for bank in range(first, first + count)
    ]
    return {
        "run": economy.run.id,
        "tick": simulation.tick,
        "made": made,
        "banks": rows.count,
        "paid_by": "the owners of firms and banks, from their deposits, by their claims",
        "before": before,
        "after": matrix(simulation.balance_sheet()),
        "audit_gap_cents": _gap(simulation),
    }


async def do_tx(request: Request["Back"]) -> Answer:
    """Pay from one account to another, and show both balance sheets before and after."""
    body = request.body
    return answer_json(await request.server.ask(lambda: _transact(request.server.economy, body)))


def _transact(economy: Economy, body: Mapping[str, Any]) -> dict[str, Any]:
    economy.check_able()
    simulation = economy.simulation
    cents = int(body.get("cents", TEST_CENTS))
    payer, payee = _parties(simulation.world, body.get("payer"), body.get("payee"), cents)
    before = _both(simulation.world, payer, payee)
    try:
        economy.obey(PAY, {"payer": payer, "payee": payee, "cents": cents})
    except RefusedError as error:
        refused = f"the transfer of {cents} cents from account {payer} to {payee} was refused: "
        raise ProblemError.of(error, before=refused) from None
    return {
        "run": economy.run.id,
        "tick": simulation.tick,
        "transfer": {"payer": payer, "payee": payee, "cents": str(cents), "result": "paid"},
        "before": before,
        "after": _both(simulation.world, payer, payee),
        "audit_gap_cents": _gap(simulation),
    }


def _parties(world: World, payer: int | None, payee: int | None, cents: int) -> tuple[int, int]:
    """Choose who was not named: the first consumer who can pay, and the first who banks elsewhere."""
    accounts, people = world[Accounts], world[Consumers].count
    if payer is None:
        able = (accounts.deposits[:people] >= cents) & (np.arange(people) != (-1 if payee is None else payee))
        payer = int(able.argmax())
    if payee is None:
        elsewhere = accounts.bank[:people] != accounts.bank[min(payer, accounts.count - 1)]
        elsewhere[payer : payer + 1] = False
        payee = int(elsewhere.argmax()) if elsewhere.any() else int(payer == 0)
    return payer, payee


def _both(world: World, payer: int, payee: int) -> dict[str, Any]:
    accounts = world[Accounts]
    if not (payer < accounts.count and payee < accounts.count):
        raise ProblemError("conflict", f"there are accounts 0 to {accounts.count - 1:,}", parameter="payer")
    sheets = Sheets(world)
    found: dict[str, Any] = {}
    for name, row in (("payer", payer), ("payee", payee)):
        found[name] = sheets.of(Accounts, row)
        found[f"{name}_bank"] = {"bank": int(accounts.bank[row])} | (sheets.of(Banks, int(accounts.bank[row])) or {})
    return found


def _gap(simulation: Simulation) -> str:
    return str(max(abs(gap) for gap in simulation.audit(pieces=False).values()))
