"""Payments between banks: every cent whose payer and payee the books name, and no other."""

from collections import Counter

import numpy as np
import pytest

from ravelin.economy.firms.tables import Firms, Inputs
from ravelin.economy.labor.acts import pay_for
from ravelin.economy.labor.parameters import WorkingTime
from ravelin.economy.people.tables import EMPLOYED, Consumers
from ravelin.ledger.accounts import CONSUMERS, FIRMS, WAGES, Accounts, Flows
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario
from ravelin.server.views.interbank import interbank, pay_of
from ravelin.storage.network import bought_by_contract, suppliers


@pytest.fixture(scope="module")
def economy() -> Simulation:
    simulation = Simulation(Scenario.load(consumers=1000, banks=5, seed=2), threads=1)
    simulation.step(3)
    return simulation


def test_wages_and_purchases_are_settled_between_banks(economy: Simulation) -> None:
    world = economy.world
    people, inputs, bank = world[Consumers], world[Inputs], world[Accounts].bank.tolist()
    expected: Counter[tuple[int, int]] = Counter()
    staff = [
        person for person in range(people.count) if people.status[person] == EMPLOYED and people.employer[person] >= 0
    ]
    firms = world[Firms]
    pay = pay_of(people.wage[staff], people.employer[staff], firms.wage_bill)
    assert np.array_equal(np.bincount(people.employer[staff], weights=pay, minlength=firms.count), firms.wage_bill)
    terms = WorkingTime.hourly.default, WorkingTime.premium.default
    wages = 0
    for person, cents in zip(staff, pay.tolist(), strict=True):
        # The cents of rounding go to one of the staff.
        hours = float(firms.hours[people.employer[person]])
        assert cents == pytest.approx(pay_for(hours, *terms) * people.wage[person], abs=10.0)
        wages += cents
        expected[bank[people.count + people.employer[person]], bank[person]] += cents
    assert wages == world[Flows].paid.reshape(-1, 5, 5)[WAGES, FIRMS, CONSUMERS]
    for buyer, sellers, deliveries in zip(inputs.firm, suppliers(world), bought_by_contract(world), strict=True):
        for seller, cents in zip(sellers, deliveries, strict=True):
            expected[bank[people.count + buyer], bank[people.count + seller]] += int(cents)
    between = {pair: cents for pair, cents in expected.items() if pair[0] != pair[1] and cents}
    found = interbank(world)
    drawn = {(int(one["from"]), int(one["to"])): round(one["dollars"] * 100) for one in found["edges"]}
    assert drawn == between
    assert (found["banks"], found["pairs"]) == (5, len(between))
    for node in found["nodes"]:
        place = int(node["id"])
        received = sum(cents for (_, payee), cents in between.items() if payee == place)
        paid = sum(cents for (payer, _), cents in between.items() if payer == place)
        assert node["received_less_paid"] == pytest.approx((received - paid) / 100)


def test_a_single_bank_settles_with_nobody() -> None:
    simulation = Simulation(Scenario.load(consumers=1000, banks=1, seed=2), threads=1)
    simulation.step()
    found = interbank(simulation.world)
    assert (found["edges"], found["pairs"], found["nodes"][0]["received_less_paid"]) == ([], 0, 0.0)
