"""A town whose labor market is drawn by lot, and the books it must keep."""

from typing import Any

import numpy as np

from ravelin.core.table import Column, Table, World
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import (
    EMPLOYED,
    INACTIVE,
    NO_EMPLOYER,
    PUBLIC_EMPLOYER,
    RETIRED,
    UNEMPLOYED,
    Consumers,
)
from ravelin.economy.places.tables import Localities


def town(people: int, firms: int, seed: int, localities: int = 1, at_work: float = 0.8) -> tuple[Any, Any, Any]:
    """Draw a labor market whose books agree: rows, columns and the bounds of localities."""
    rng = np.random.default_rng(seed)
    skill = rng.integers(0, 3, people)
    status = rng.choice([EMPLOYED, UNEMPLOYED, RETIRED, INACTIVE], people, p=[at_work, 0.9 - at_work, 0.06, 0.04])
    employer = np.where(rng.random(people) < 0.15, PUBLIC_EMPLOYER, rng.integers(0, firms, people))
    employer[status != EMPLOYED] = NO_EMPLOYER
    wage = rng.integers(200_000, 600_000, people)
    efficiency = rng.integers(500, 1800, people)
    staff, labor, payroll = np.zeros((firms, 3), int), np.zeros((firms, 3), int), np.zeros(firms, int)
    bounds = np.linspace(0, people, localities + 1).astype(int)
    places = np.linspace(0, firms, localities + 1).astype(int)
    private, public = employer >= 0, employer == PUBLIC_EMPLOYER
    np.add.at(staff, (employer[private], skill[private]), 1)
    np.add.at(labor, (employer[private], skill[private]), efficiency[private])
    np.add.at(payroll, employer[private], wage[private])
    home = np.searchsorted(bounds, np.arange(people), side="right") - 1
    public_staff, public_payroll = np.zeros((localities, 3), int), np.zeros(localities, int)
    np.add.at(public_staff, (home[public], skill[public]), 1)
    np.add.at(public_payroll, home[public], wage[public])
    columns: dict[Column, Any] = {
        Consumers.skill: skill, Consumers.status: status, Consumers.employer: employer, Consumers.wage: wage,
        Consumers.efficiency: efficiency, Consumers.months_unemployed: rng.integers(0, 20, people),
        Workforce.staff: staff, Workforce.labor: labor, Workforce.payroll: payroll, Workforce.labor_wanted: 20.0,
        Workforce.offer: rng.integers(300_000, 600_000, (firms, 3)),
        Workforce.vacancies: rng.integers(0, 5, (firms, 3)),
        Localities.public_staff: public_staff, Localities.public_payroll: public_payroll,
        Localities.public_posts: public_staff + rng.integers(0, 3, (localities, 3)), Localities.offer_mean: 400_000.0,
        Wages.offer_mean: 400_000.0,
    }  # fmt: skip
    rows: dict[type[Table], int] = {Consumers: people, Firms: firms, Localities: localities}
    spans = {Consumers: bounds, Firms: places, Localities: np.arange(localities + 1)}
    return rows, columns, spans


def check_books(world: World) -> None:
    """Whatever happened, firms and government know who works for them and what is due."""
    people, firms, places = world[Consumers], world[Firms], world[Localities]
    at_work = people.status == EMPLOYED
    private, public = at_work & (people.employer >= 0), at_work & (people.employer == PUBLIC_EMPLOYER)
    assert np.array_equal(at_work, people.employer != NO_EMPLOYER)
    staff, labor, payroll = np.zeros_like(firms.staff), np.zeros_like(firms.labor), np.zeros_like(firms.payroll)
    np.add.at(staff, (people.employer[private], people.skill[private]), 1)
    np.add.at(labor, (people.employer[private], people.skill[private]), people.efficiency[private].astype(np.int64))
    np.add.at(payroll, people.employer[private], people.wage[private])
    assert np.array_equal(staff, firms.staff)
    assert np.array_equal(labor, firms.labor)
    assert np.array_equal(payroll, firms.payroll)
    assert int(public.sum()) == int(places.public_staff.sum())
    assert int(people.wage[public].sum()) == int(places.public_payroll.sum())
