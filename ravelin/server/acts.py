"""What can be done to an economy: the endpoints that change something."""

import asyncio
import datetime
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from ravelin.core.parameter import Parameter as ModelParameter
from ravelin.core.parameter import ParameterError
from ravelin.core.table import World
from ravelin.ledger.balance_sheet import total
from ravelin.ledger.between_months import RefusedError, found_bank, owners_parts, pay
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.scenarios.shock import Shock, ShockError, find_target, nearest_in, read_shock
from ravelin.server import answers as shapes
from ravelin.server.bodies import (
    TICKS_MAX,
    body_of,
    exact_shock_schema,
    fork_schema,
    run_schema,
    shock_schema,
)
from ravelin.server.checking import Schema
from ravelin.server.economy import Economy, Run
from ravelin.server.problems import ProblemError
from ravelin.server.routes import Answer, Endpoint, Parameter, Request, answer_json
from ravelin.server.views.history import row_of
from ravelin.server.views.network import Sheets
from ravelin.server.views.state import matrix
from ravelin.simulation import Simulation
from ravelin.state.accounts import Accounts
from ravelin.state.consumers import Consumers
from ravelin.state.institutions import Banks

if TYPE_CHECKING:
    from ravelin.server.back import Back

WAIT_SECONDS = 8.0
OPEN_SECONDS = 60.0
ANSWERS_KEPT = 100
BANKS_MAX = 60_000
TEST_CENTS = 10_000
TEST_BANKS = 3
BONDS_SHARE = 0.8
CAPITAL_SHARE = 0.01
"""A founded bank's equity over the equity of all banks, if not said otherwise."""


def now(economy: Economy) -> dict[str, Any]:
    """Return the status as it was published last."""
    published = economy.published
    assert published is not None
    return published.status


# Time


async def tick(request: Request["Back"]) -> Answer:
    """Simulate some months and answer when they are done."""
    server, economy, months = request.server, request.server.economy, request.query["n"]

    def begin() -> Any:
        economy.check_able()
        if economy.running:
            raise ProblemError("conflict", "the economy is running; pause it before you step")
        return economy.go(steps=months)

    done = await server.ask(begin)
    try:
        await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(done)), WAIT_SECONDS)
    except TimeoutError:
        return answer_json(now(economy), status=202)
    return answer_json(now(economy))


async def run(request: Request["Back"]) -> Answer:
    """Tick on until the scenario's end, or until paused."""
    economy, speed = request.server.economy, request.body.get("ticks_per_second")

    def begin() -> None:
        economy.check_able()
        economy.ticks_per_second = speed
        if economy.running:
            economy.stop(publish=False)
        if economy.is_finished:
            economy.publish()
            months = economy.run.scenario.ticks
            detail = f"the scenario's {months} months are over; step on with POST /tick, or reset"
            raise ProblemError("conflict", detail)
        economy.go()

    await request.server.ask(begin)
    return answer_json(now(economy))


async def pause(request: Request["Back"]) -> Answer:
    """Stop after the tick in progress."""
    economy = request.server.economy

    def stop() -> None:
        if economy.running:
            economy.stop()

    await request.server.ask(stop)
    return answer_json(now(economy))


# Runs


async def reset(request: Request["Back"]) -> Answer:
    """Begin again: the same scenario and seed, from the opening."""
    server, economy = request.server, request.server.economy
    await server.current()
    begun = economy.announce(economy.run.scenario)
    return await _opened(economy, begun)


async def _opened(economy: Economy, begun: Run) -> Answer:
    opening = asyncio.wrap_future(economy.open(begun, again=True))
    try:
        await asyncio.wait_for(asyncio.shield(opening), OPEN_SECONDS)
    except TimeoutError:
        return Answer(answer_json(begun.content()).body, 202, headers={"Location": f"/runs/{begun.id}"})
    except (ScenarioError, OSError) as error:
        raise ProblemError("conflict", f"the economy could not be opened: {error}") from None
    return answer_json(now(economy))


async def new_run(request: Request["Back"]) -> Answer:
    """Open another economy in the place of this one."""
    server, body = request.server, request.body
    key = (request.headers(b"idempotency-key") or b"").decode("latin-1")
    if len(key) > 200:
        raise ProblemError("invalid", "an Idempotency-Key has at most 200 characters", parameter="Idempotency-Key")
    asked = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    async with server.run_lock:
        if key in server.answered:
            before, given = server.answered[key]
            if before != asked:
                detail = "this Idempotency-Key came with another body before; use a new one"
                raise ProblemError("invalid", detail, parameter="Idempotency-Key")
            return given
        sizes = {"consumers": server.economy.run.scenario.consumers} if server.economy.published else {}
        scenario = await server.look(lambda: _scenario({**sizes, **body}))
        begun = server.economy.announce(scenario)
        # Whoever asked does not wait; how it went is told at the run's own address.
        server.economy.open(begun)
        given = Answer(answer_json(begun.content()).body, 202, headers={"Location": f"/runs/{begun.id}"})
        if key:
            server.answered[key] = (asked, given)
            while len(server.answered) > ANSWERS_KEPT:
                server.answered.popitem(last=False)
    return given


def _scenario(body: Mapping[str, Any]) -> Scenario:
    """Read and check the scenario of a new run.

    Raises
    ------
    ProblemError
    """
    departures = {key: body.get(key) for key in ("consumers", "firms", "banks", "ticks", "seed", "start")}
    try:
        scenario = Scenario.load(body.get("scenario", "default"), **departures, parameters=body.get("parameters", {}))
        dated = [stated if "date" in stated else {"tick": 0, **stated} for stated in body.get("shocks", ())]
        for stated in dated:
            _check_moments(stated, scenario.start, 0)
        shocks = tuple(read_shock(stated, scenario.start) for stated in dated)
        scenario = scenario.with_shocks(shocks)
        Simulation.check(scenario)
    except (ScenarioError, ShockError) as error:
        raise ProblemError("invalid", str(error), nearest=nearest_in(str(error))) from None
    return scenario


# Shocks and forks


async def add_shock(request: Request["Back"]) -> Answer:
    """Add a shock to the run that is served."""
    economy = request.server.economy

    def add() -> dict[str, Any]:
        economy.check_able()
        simulation = economy.simulation
        stated = dict(request.body)
        if "tick" not in stated and "date" not in stated:
            stated["tick"] = simulation.tick
        shock = _checked(simulation, stated)
        simulation.shock(**stated)
        economy.altered()
        return shapes.shock_content(shock, simulation.scenario.start, simulation.tick)

    return answer_json(await request.server.ask(add), status=201)


def _check_moments(stated: Mapping[str, Any], start: datetime.date, now: int) -> None:
    """Refuse a shock that begins before the next tick, ends before it begins, or cannot be undone.

    Raises
    ------
    ProblemError
    """
    first = stated["tick"] if "tick" in stated else row_of(stated["date"], start)
    if first < now:
        raise ProblemError("conflict", f"tick {first} is over; the next tick is {now}")
    until = stated.get("until")
    last = row_of(until, start) if isinstance(until, str) else until
    if last is not None and last <= first:
        raise ProblemError("conflict", f"until (tick {last}) is not after the shock (tick {first})", parameter="until")
    if last is not None and stated.get("by") == 0:
        detail = "what was multiplied by 0 cannot return at `until`; use a small factor instead"
        raise ProblemError("conflict", detail, parameter="by")


def _checked(simulation: Simulation, stated: Mapping[str, Any]) -> Shock:
    """Read a shock and find its target.

    Raises
    ------
    ProblemError
        404 if a name is none, 422 if a value is none, 409 if the run is not where the shock needs it.
    """
    start = simulation.scenario.start
    _check_moments(stated, start, simulation.tick)
    try:
        shock = read_shock(stated, start)
        target = find_target(shock, list(simulation.world.tables), simulation.settings, simulation.value_names)
    except ShockError as error:
        text = str(error)
        kind = "unknown-name" if text.startswith("where.") else "invalid"
        if "so `until` cannot" in text:
            kind = "conflict"
        raise ProblemError(kind, text, nearest=nearest_in(text), parameter="shock") from None
    if shock.scale and isinstance(target, ModelParameter):
        try:
            target.check(float(simulation.settings[target] * shock.value))
        except ParameterError as error:
            raise ProblemError("conflict", f"times {shock.value:g}, {error}", parameter="by") from None
    return shock


async def fork(request: Request["Back"]) -> Answer:
    """Run a second world with a shock, to compare with this one."""
    server, body = request.server, request.body
    economy = server.economy

    def begin() -> dict[str, Any]:
        economy.check_able()
        simulation = economy.simulation
        stated = dict(body["shock"])
        moment = body.get("from", simulation.tick)
        stated["date" if isinstance(moment, str) else "tick"] = moment
        if body.get("months") is not None:
            first = row_of(moment, simulation.scenario.start) if isinstance(moment, str) else moment
            stated["until"] = first + body["months"]
        shock = _checked(simulation, stated)
        shown = shapes.shock_content(shock, simulation.scenario.start, simulation.tick)
        pairs, horizon = body.get("pairs", 1), body.get("horizon", 60)
        return server.forks.begin(shock, shown, body.get("name"), pairs, horizon).content()

    begun = await server.ask(begin)
    return Answer(answer_json(begun).body, 202, headers={"Location": f"/forks/{begun['id']}"})


async def stop_fork(request: Request["Back"]) -> Answer:
    """Stop a fork and keep what it has."""
    found = request.server.forks.find(request.path["fork"])
    request.server.forks.stop(found)
    return answer_json(found.content())


async def drop_fork(request: Request["Back"]) -> Answer:
    """Stop a fork and forget it."""
    request.server.forks.drop(request.server.forks.find(request.path["fork"]))
    return Answer(b"", 204)


async def checkpoint(request: Request["Back"]) -> Answer:
    """Keep the whole world as it is now."""
    economy = request.server.economy

    def keep() -> dict[str, Any]:
        economy.check_able()
        begun = time.monotonic()
        economy.touched = True
        economy.recorder.checkpoint(lasting=True)
        seconds = round(time.monotonic() - begun, 3)
        return shapes.checkpoint_content(economy.recorder.folder, economy.simulation.tick) | {"seconds": seconds}

    kept = await request.server.ask(keep)
    return Answer(answer_json(kept).body, 201, headers={"Location": kept["href"]})


# By hand


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
        raise ProblemError("conflict", f"{error}; ask for less capital", parameter="capital") from None
    first = simulation.add_rows(Banks, count)
    for bank in range(first, first + count):
        found_bank(simulation.world, bank, capital, int(share * capital))
    economy.altered()
    rows = simulation.world[Banks]
    made = [
        {
            "bank": bank,
            "equity": str(rows.equity[bank]),
            "bonds": str(rows.bonds[bank].sum()),
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
    result = pay(simulation.world, payer, payee, cents)
    if result != "paid":
        raise ProblemError(
            "conflict", f"the transfer of {cents} cents from account {payer} to {payee} was refused: {result}"
        )
    economy.altered()
    return {
        "run": economy.run.id,
        "tick": simulation.tick,
        "transfer": {"payer": payer, "payee": payee, "cents": str(cents), "result": result},
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
    return str(max(abs(gap) for gap in simulation.audit().values()))


def _fixed(schema: Schema) -> Callable[[int], Schema]:
    return lambda _: schema


_SPEED = _fixed(body_of(ticks_per_second={"type": ["number", "null"], "minimum": 0.01, "maximum": 1000}))
_CENTS: Schema = {"type": ["integer", "string"], "minimum": 1, "maximum": 10**18, "pattern": "^[1-9][0-9]{0,17}$",
                  "description": "whole cents"}  # fmt: skip
_BANKS = _fixed(
    body_of(
        count={"type": "integer", "minimum": 1, "maximum": 10},
        capital=_CENTS,
        bonds={"type": "number", "minimum": 0, "maximum": 1},
    )
)
_ACCOUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 10**12}
_PAYMENT = _fixed(body_of(payer=_ACCOUNT, payee=_ACCOUNT, cents=_CENTS))
_NOTHING = _fixed(body_of())
_STATUS = {200: shapes.STATUS}
_OPENED = {200: shapes.STATUS, 202: shapes.RUN}
_MADE = {200: shapes.BANKS_MADE}
_PAID = {200: shapes.TRANSACTION}

ACTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST", "/tick", tick, "Simulate some months", {200: shapes.STATUS, 202: shapes.STATUS},
        query=(Parameter("n", {"type": "integer", "minimum": 1, "maximum": TICKS_MAX}, "how many", 1),),
        body=_NOTHING, refusals=(409, 503), acts=True,
    ),
    Endpoint("POST", "/run", run, "Tick on, at a speed or as fast as it goes", _STATUS, body=_SPEED,
             refusals=(409, 503), acts=True),
    Endpoint("POST", "/pause", pause, "Stop after the tick in progress", _STATUS, body=_NOTHING, refusals=(503,),
             acts=True),
    Endpoint("POST", "/reset", reset, "Begin again", _OPENED, body=_NOTHING, refusals=(409, 503), acts=True),
    Endpoint("POST", "/clear", reset, "Begin again", _OPENED, body=_NOTHING, refusals=(409, 503), acts=True),
    Endpoint("GET", "/clear", reset, "Begin again (by hand, on this machine)", _OPENED, refusals=(403, 409, 503),
             acts=True),
    Endpoint("POST", "/runs", new_run, "Open another economy", {202: shapes.RUN},
             body=run_schema,
             shown_body=lambda most: run_schema(most, exact=True), refusals=(409, 503), acts=True),
    Endpoint("POST", "/shocks", add_shock, "Change a parameter or a column from a month on", {201: shapes.SHOCK},
             body=lambda _: shock_schema(dated=True),
             shown_body=lambda _: exact_shock_schema(dated=True), refusals=(404, 409, 503), acts=True),
    Endpoint("POST", "/fork", fork, "Run a second world with a shock, to compare", {202: shapes.FORK},
             body=lambda _: fork_schema(exact=False),
             shown_body=lambda _: fork_schema(exact=True), refusals=(404, 409, 503), acts=True),
    Endpoint("POST", "/forks/{fork}/stop", stop_fork, "Stop a fork and keep what it has", {200: shapes.FORK},
             body=_NOTHING, refusals=(404,), acts=True),
    Endpoint("DELETE", "/forks/{fork}", drop_fork, "Stop a fork and forget it", {204: None}, refusals=(404,),
             acts=True),
    Endpoint("POST", "/checkpoints", checkpoint, "Keep the whole world as it is now", {201: shapes.CHECKPOINT},
             body=_NOTHING, refusals=(409, 503), acts=True),
    Endpoint("POST", "/make_bank", make_bank, "Found banks with bonds", _MADE, body=_BANKS, refusals=(409, 503),
             acts=True),
    Endpoint("GET", "/make_bank", make_bank, "Found banks with bonds (by hand, on this machine)", _MADE,
             refusals=(403, 409, 503), acts=True),
    Endpoint("POST", "/do_tx", do_tx, "Pay from one account to another", _PAID, body=_PAYMENT, refusals=(409, 503),
             acts=True),
    Endpoint("GET", "/do_tx", do_tx, "Make a test payment (by hand, on this machine)", _PAID, refusals=(403, 409, 503),
             acts=True),
)  # fmt: skip
