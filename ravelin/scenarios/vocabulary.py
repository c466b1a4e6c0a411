"""What people may pull, by the names under which economists look for it.

A parameter says itself what it is `known_as` and whether it is a `policy`; so does a column that the opening sets and
no rule changes. Nothing else is a lever: what rules write is the economy's state, which follows.
"""

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from ravelin.core.parameter import Parameter, Settings
from ravelin.core.schedule import Schedule
from ravelin.core.sentence import UnknownNameError
from ravelin.core.table import Column
from ravelin.economy.goods.tables import Goods
from ravelin.scenarios.targets import Model

_WHO = {
    "central bank": ("Anchors", "MonetaryPolicy"),
    "government": ("FiscalPolicy", "Taxes", "PublicEmployment", "IncomeTax", "Benefits", "MinimumWage"),
    "regulator": ("Lending",),
}
"""Who pulls the levers of a group of parameters; the other groups describe behavior."""
_BEHAVIOR = {
    "goods": "firms",
    "production": "firms",
    "investment": "firms",
    "supply": "firms",
    "credit": "banks",
    "payments": "banks",
    "failure": "firms",
    "labor": "firms",
    "consumption": "consumers",
    "incomes": "consumers",
    "expectations": "consumers",
}
"""Module of a group -> whose behavior it describes."""


class NamedLever(NamedTuple):
    """One thing that people may change.

    Attributes
    ----------
    good : str
        The one good whose rows it changes; empty for all.
    policy : bool
        Whether it is offered before all others.
    """

    target: Parameter | Column
    title: str
    words: tuple[str, ...]
    who: str
    policy: bool
    good: str = ""


def who_pulls(declared: Parameter) -> str:
    """Say who pulls a parameter, or whose behavior it describes."""
    group, module = declared.group.__name__, declared.group.__module__.rpartition(".")[2]
    pulled = next((who for who, groups in _WHO.items() if group in groups), None)
    return pulled or _BEHAVIOR.get(module, "model")


def levers(settings: Settings, schedule: Schedule, goods: Sequence[str]) -> list[NamedLever]:
    """List the levers that have names of economists, policies first, by who pulls them.

    Parameters
    ----------
    goods : names of the goods that there are
    """
    found = [
        NamedLever(declared, declared.known_as[0], declared.known_as, who_pulls(declared), declared.policy)
        for declared in settings
        if declared.known_as
    ]
    model = Model(schedule)
    for declared in model.columns.values():
        if not (declared.known_as or declared.known_as_of) or model.refusal(declared) is not None:
            continue
        who = "government" if declared.table is Goods else "firms"
        if declared.known_as:
            found.append(NamedLever(declared, declared.known_as[0], declared.known_as, who, policy=declared.policy))
        found += [
            NamedLever(declared, words[0], words, who, policy=True, good=good)
            for good, words in declared.known_as_of.items()
            if good in goods
        ]
    order = [*_WHO, "firms"]
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda one: (not one.policy, order.index(one.who) if one.who in order else len(order)))


def find(listed: Sequence[NamedLever], sought: str) -> list[NamedLever]:
    """Return the levers in which words begin as all that are sought do, those whose own names have them first.

    Raises
    ------
    UnknownNameError
        If there is none, with the nearest name.
    """
    wanted = _plain(sought).split()
    ranked: tuple[list[NamedLever], ...] = ([], [], [])
    for one in listed:
        names = [_plain(name) for name in one.words]
        whole = _plain(" ".join([*names, one.good, repr(one.target), one.target.meaning]))
        if f" {' '.join(wanted)}" in names:
            ranked[0].append(one)
        elif any(all(f" {word}" in name for word in wanted) for name in names):
            ranked[1].append(one)
        elif all(f" {word}" in whole for word in wanted):
            ranked[2].append(one)
    found = list(chain.from_iterable(ranked))
    if not found:
        known = [name for one in listed for name in one.words]
        raise UnknownNameError.unknown(f"no lever is known as {sought!r}", sought, known)
    return found


def _plain(text: str) -> str:
    """Return the words of a text in small letters, each behind a blank."""
    return "".join(f" {word}" for word in re.findall(r"[^\W_]+", text.casefold()))
