"""Look through a whole economy at once: everything that the audit matches in turn, without waiting a year."""

from ravelin.core.schedule import Engine, UnclearedError
from ravelin.core.sentence import RavelinError
from ravelin.economy.accounts.audit import INSPECTIONS, inspector_of
from ravelin.economy.accounts.identities import (
    audit,
    check_every_value,
    check_soundness,
    state_gaps,
    unit_of,
)
from ravelin.economy.accounts.soundness import first_unsound
from ravelin.economy.labor.identities import AGREEING, TURNS
from ravelin.ledger.audit import AuditError, largest
from ravelin.ledger.transfers import MoneyLimitError


def keeps_books(engine: Engine) -> bool:
    """Say whether the page has the audit's inspections."""
    return all(member in tuple(engine.schedule) for member in INSPECTIONS)


def match_all(engine: Engine) -> dict[str, int]:
    """Match people, firms and localities piece by piece, all twelve twelfths, and return the gaps.

    Raises
    ------
    AuditError
        If the world holds what no economy has.
    """
    gaps: dict[str, int] = {}
    for turn in range(TURNS):
        for member in INSPECTIONS:
            engine.run(member, turn)
        now = state_gaps(engine.world)
        gaps.update({name: now[name] for name in AGREEING if now[name] or name not in gaps})
    check_soundness(engine.world, inspector_of(engine.world))
    return gaps


def whole_audit(engine: Engine, *, pieces: bool = True) -> dict[str, int]:
    """Return the gap of every identity, with pieces all matched one by one if the page has the inspections.

    Raises
    ------
    AuditError
        If, with pieces, the world holds what no economy has, in columns that no rule changes as well.
    """
    if pieces:
        check_every_value(engine.world)
    matched = match_all(engine) if pieces and keeps_books(engine) else {}
    return audit(engine.world) | matched


def check_struck(engine: Engine, struck: list[str], tick: int) -> None:
    """Raise if shocks have left a world that contradicts itself.

    Parameters
    ----------
    struck : columns that were changed before the tick

    Raises
    ------
    AuditError
        With the columns, the tick, and the identity or value.
    """
    if not struck or not keeps_books(engine):
        return
    what = f"the shock to {' and '.join(struck)} before tick {tick}"
    try:
        check_every_value(engine.world)
        gaps = state_gaps(engine.world) | match_all(engine)
    except AuditError as error:
        raise AuditError.of(error, before=f"{what} makes an economy that cannot be: ") from None
    name, gap = largest(gaps)
    if gap:
        raise AuditError(
            f"{what} breaks the identity {name!r} (gap {gap} {unit_of(name)}); shock what this follows from, "
            "or all that it ties together"
        )


def blamed(error: MoneyLimitError | UnclearedError, engine: Engine, tick: int) -> RavelinError:
    """Return what to raise for money that went beyond its limit, or into a market and not out of it.

    What is no number is the cause where there is one.
    """
    if isinstance(error, UnclearedError):
        return AuditError.of(error, before=f"tick {tick}: ")
    where = f"tick {tick}, {engine.running}"
    cause = first_unsound(engine.world, signs=False)
    if cause:
        return AuditError(f"{where}: no economy has this: {cause}")
    return MoneyLimitError.of(error, before=f"{where}: ")
