"""Orders about time and runs: step, run, pause, begin again, open another economy, keep a checkpoint."""

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from ravelin.core.sentence import Kind
from ravelin.runs.conditions import read_condition
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.scenarios.shock import read_shock
from ravelin.server import answers as shapes
from ravelin.server.acts.interventions import check_value
from ravelin.server.problems import ProblemError
from ravelin.server.routes import Answer, Request, answer_json
from ravelin.server.running.economy import Economy, Until
from ravelin.server.running.runs import Run

if TYPE_CHECKING:
    from ravelin.server.back import Back

WAIT_SECONDS = 8.0
OPEN_SECONDS = 60.0
ANSWERS_KEPT = 100
MONTHS_LISTED = 12
_UNOPENED = "the economy could not be opened: "


def now(economy: Economy) -> dict[str, Any]:
    """Return the status as it was published last."""
    published = economy.publisher.published
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
    """Tick on until the scenario's end, a condition holds after a month, so many months are over, or paused."""
    economy, speed = request.server.economy, request.body.get("ticks_per_second")
    wanted, most = request.body.get("until"), request.body.get("months")

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
        until = None
        if wanted is not None or most is not None:
            simulation, total = economy.simulation, economy.run.scenario.ticks
            names = [field.name for field in simulation.rows.fields]
            condition = None if wanted is None else read_condition(wanted, names)
            until = Until(condition, total if most is None else min(total, simulation.tick + most))
        economy.go(until=until)

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
    """Begin again: the same scenario and seed, from the opening or from a month that is kept."""
    server, economy, tick = request.server, request.server.economy, request.body.get("tick", 0)
    await server.current()
    if tick:
        kept = await server.ask(lambda: _kept(economy))
        if tick not in kept:
            raise _not_kept(tick, kept)
    begun = economy.runs.announce(economy.run.scenario)
    return await _opened(economy, begun, economy.step_back(begun, tick) if tick else economy.open(begun, again=True))


def _kept(economy: Economy) -> list[int]:
    """List the months that may be gone back to."""
    return economy.recorder.folder.checkpoints() if hasattr(economy, "recorder") else []


def _not_kept(tick: int, kept: list[int]) -> ProblemError:
    if not kept:
        detail = f"month {tick} is not kept, and no other is; keep one by POST /checkpoints while it is the present"
        return ProblemError("conflict", detail, parameter="tick")
    close = min(kept, key=lambda one: abs(one - tick))
    listed = ", ".join(map(str, kept[:MONTHS_LISTED])) + (", ..." if len(kept) > MONTHS_LISTED else "")
    detail = (
        f"month {tick} is not kept; the nearest that is kept is {close} (kept: {listed}); keep one by POST "
        "/checkpoints while it is the present"
    )
    return ProblemError("conflict", detail, parameter="tick", nearest=str(close), valid=[str(one) for one in kept])


async def _opened(economy: Economy, begun: Run, opened: "Future[None]") -> Answer:
    opening = asyncio.wrap_future(opened)
    try:
        await asyncio.wait_for(asyncio.shield(opening), OPEN_SECONDS)
    except TimeoutError:
        return Answer(answer_json(begun.content()).body, 202, headers={"Location": f"/runs/{begun.id}"})
    except ScenarioError as error:
        raise ProblemError.of(error, before=_UNOPENED, kind=Kind.CONFLICT) from None
    except OSError as error:
        raise ProblemError("conflict", f"{_UNOPENED}{error}") from None
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
        sizes = {"consumers": server.economy.run.scenario.consumers} if server.economy.publisher.published else {}
        scenario = await server.look(lambda: _scenario({**sizes, **body}))
        begun = server.economy.runs.announce(scenario)
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
    ProblemError, ScenarioError, ShockError
    """
    departures = {key: body.get(key) for key in ("consumers", "firms", "banks", "ticks", "seed", "start")}
    scenario = Scenario.load(body.get("scenario", "default"), **departures, parameters=body.get("parameters", {}))
    dated = [stated if "date" in stated else {"tick": 0, **stated} for stated in body.get("shocks", ())]
    shocks = tuple(read_shock(stated, scenario.start) for stated in dated)
    scenario = scenario.with_shocks(shocks)
    # A shipped scenario is right: what is refused stands in the body, not in its file.
    Simulation.check(replace(scenario, source=""))
    for stated in dated:
        check_value(stated)
    return scenario


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
