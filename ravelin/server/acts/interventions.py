"""Orders that change what happens: shocks to the economy that is served, and forks beside it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ravelin.runs.orders import SHOCK
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.shock import Shock, tick_of
from ravelin.server import answers as shapes
from ravelin.server.acts.bodies import SHOCKS_MAX, column_values
from ravelin.server.checking import check
from ravelin.server.problems import ProblemError
from ravelin.server.routes import Answer, Request, answer_json

if TYPE_CHECKING:
    from ravelin.server.back import Back


async def add_shock(request: Request["Back"]) -> Answer:
    """Add a shock to the run that is served."""
    economy = request.server.economy

    def add() -> dict[str, Any]:
        economy.check_able()
        simulation = economy.simulation
        stated = dict(request.body)
        if "tick" not in stated and "date" not in stated:
            stated["tick"] = simulation.tick
        if len(simulation.scenario.shocks) >= SHOCKS_MAX:
            raise ProblemError("conflict", f"a run takes at most {SHOCKS_MAX} shocks; reset it or begin another")
        shock = _checked(simulation, stated)
        economy.obey(SHOCK, stated)
        return shapes.shock_content(shock, simulation.scenario.start, simulation.tick)

    return answer_json(await request.server.ask(add), status=201)


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
            first = tick_of(moment, simulation.scenario.start) if isinstance(moment, str) else moment
            stated["until"] = first + body["months"]
        pairs, horizon = body.get("pairs", 1), body.get("horizon", 60)
        shock = _checked(simulation, stated, simulation.tick + horizon)
        shown = shapes.shock_content(shock, simulation.scenario.start, simulation.tick)
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


def _checked(simulation: Simulation, stated: Mapping[str, Any], months: int | None = None) -> Shock:
    """Read a shock and find its target.

    Raises
    ------
    ProblemError, ShockError
        Told as 404 if a name is none, 422 if a value is none, 409 if the run is not where the shock needs it.
    """
    check_value(stated)
    return simulation.check_shock(stated, months)


def check_value(stated: Mapping[str, Any]) -> None:
    """Refuse a value for a column that is beyond the bounds which `/schema` shows.

    Raises
    ------
    ProblemError
    """
    if stated.get("set") in column_values():
        check(stated["to"], column_values()[stated["set"]], stated["set"])
