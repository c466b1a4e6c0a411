"""What can be done to an economy: the endpoints that change something."""

from collections.abc import Callable

from ravelin.server import answers as shapes
from ravelin.server.acts.bodies import (
    MONTHS_MAX,
    TICKS_MAX,
    body_of,
    exact_shock_schema,
    fork_schema,
    run_schema,
    shock_schema,
)
from ravelin.server.acts.by_hand import do_tx, make_bank
from ravelin.server.acts.control import checkpoint, new_run, pause, reset, run, tick
from ravelin.server.acts.interventions import add_shock, drop_fork, fork, stop_fork
from ravelin.server.checking import Schema
from ravelin.server.routes import Endpoint, Parameter


def _fixed(schema: Schema) -> Callable[[int], Schema]:
    return lambda _: schema


_SPEED = _fixed(
    body_of(
        "Pace",
        ticks_per_second={"type": ["number", "null"], "minimum": 0.01, "maximum": 1000},
        until={"type": "string", "minLength": 1, "maxLength": 500,
               "description": "stop after the month in which this holds, such as unemployment_rate > 0.08"},
        months={"type": "integer", "minimum": 1, "maximum": TICKS_MAX,
                "description": "stop after so many at the latest"},
    )
)  # fmt: skip
_BACK = _fixed(
    body_of("Back", tick={"type": "integer", "minimum": 0, "maximum": MONTHS_MAX,
                          "description": "months simulated: 0 for the opening, or as in /checkpoints"})
)  # fmt: skip
_CENTS: Schema = {"type": ["integer", "string"], "minimum": 1, "maximum": 10**18, "pattern": "^[1-9][0-9]{0,17}$",
                  "description": "whole cents"}  # fmt: skip
_BANKS = _fixed(
    body_of(
        "NewBanks",
        count={"type": "integer", "minimum": 1, "maximum": 10},
        capital=_CENTS,
        bonds={"type": "number", "minimum": 0, "maximum": 1},
    )
)
_ACCOUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 10**12}
_PAYMENT = _fixed(body_of("Payment", payer=_ACCOUNT, payee=_ACCOUNT, cents=_CENTS))
_NOTHING = _fixed(body_of("Nothing"))
_STATUS = {200: shapes.STATUS}
_OPENED = {200: shapes.STATUS, 202: shapes.RUN}
_MADE = {200: shapes.BANKS_MADE}
_PAID = {200: shapes.TRANSACTION}

ACTS: tuple[Endpoint, ...] = (
    Endpoint(
        "step", "time", "POST", "/tick", tick, "Simulate some months", {200: shapes.STATUS, 202: shapes.STATUS},
        query=(Parameter("n", {"type": "integer", "minimum": 1, "maximum": TICKS_MAX}, "how many", 1),),
        body=_NOTHING, refusals=(409, 503), acts=True,
    ),
    Endpoint("run", "time", "POST", "/run", run, "Tick on, at a speed or as fast as it goes", _STATUS, body=_SPEED,
             refusals=(409, 503), acts=True),
    Endpoint("pause", "time", "POST", "/pause",
             pause, "Stop after the tick in progress", _STATUS, body=_NOTHING, refusals=(503,),
             acts=True),
    Endpoint("reset", "time", "POST", "/reset",
             reset, "Begin again, or go back to a month that is kept", _OPENED, body=_BACK, refusals=(409, 503),
             acts=True),
    Endpoint("clear", "time", "POST", "/clear",
             reset, "Begin again", _OPENED, body=_NOTHING, refusals=(409, 503), acts=True),
    Endpoint("clear_by_hand", "time", "GET", "/clear",
             reset, "Begin again (by hand, on this machine)", _OPENED, refusals=(403, 409, 503),
             acts=True),
    Endpoint("open_run", "runs", "POST", "/runs", new_run, "Open another economy", {202: shapes.RUN},
             body=run_schema,
             shown_body=lambda most: run_schema(most, exact=True), refusals=(404, 409, 503), acts=True),
    Endpoint("add_shock", "interventions", "POST", "/shocks",
             add_shock, "Change a parameter or a column from a month on", {201: shapes.SHOCK},
             body=lambda _: shock_schema(dated=True),
             shown_body=lambda _: exact_shock_schema(dated=True), refusals=(404, 409, 503), acts=True),
    Endpoint("start_fork", "forks", "POST", "/fork",
             fork, "Run a second world with a shock, to compare", {202: shapes.FORK},
             body=lambda _: fork_schema(exact=False),
             shown_body=lambda _: fork_schema(exact=True), refusals=(404, 409, 503), acts=True),
    Endpoint("stop_fork", "forks", "POST", "/forks/{fork}/stop",
             stop_fork, "Stop a fork and keep what it has", {200: shapes.FORK},
             body=_NOTHING, refusals=(404,), acts=True),
    Endpoint("drop_fork", "forks", "DELETE", "/forks/{fork}",
             drop_fork, "Stop a fork and forget it", {204: None}, refusals=(404,),
             acts=True),
    Endpoint("keep_checkpoint", "runs", "POST", "/checkpoints",
             checkpoint, "Keep the whole world as it is now", {201: shapes.CHECKPOINT},
             body=_NOTHING, refusals=(409, 503), acts=True),
    Endpoint("make_banks", "interventions", "POST", "/make_bank",
             make_bank, "Found banks with bonds", _MADE, body=_BANKS, refusals=(409, 503),
             acts=True),
    Endpoint("make_banks_by_hand", "interventions", "GET", "/make_bank",
             make_bank, "Found banks with bonds (by hand, on this machine)", _MADE,
             refusals=(403, 409, 503), acts=True),
    Endpoint("pay", "interventions", "POST", "/do_tx",
             do_tx, "Pay from one account to another", _PAID, body=_PAYMENT, refusals=(409, 503),
             acts=True),
    Endpoint("pay_by_hand", "interventions", "GET", "/do_tx",
             do_tx, "Make a test payment (by hand, on this machine)", _PAID, refusals=(403, 409, 503),
             acts=True),
)  # fmt: skip
