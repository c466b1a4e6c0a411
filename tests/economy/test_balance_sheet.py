"""What firms are worth on their books, one by one."""

import numpy as np

from ravelin import Scenario, Simulation
from ravelin.economy.accounts.balance_sheet import EQUITY, firm_equity
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.tables import Consumers
from ravelin.ledger.accounts import FIRMS, Accounts


def test_a_firm_is_worth_what_it_has_less_what_it_owes() -> None:
    """A lessor's dwellings are its owners'; the sector's rounding stays with the largest."""
    with Simulation(Scenario.load("default", consumers=1_000), seed=2, threads=1) as simulation:
        simulation.step(6)
        world = simulation.world
        firms, accounts, price = world[Firms], world[Accounts], world[Economy].basket_price[0]
        first = world[Consumers].count
        expected = []
        for firm in range(firms.count):
            leased = world[Goods].leased[firms.good[firm]]
            real = 0.0 if leased else np.rint(firms.capital[firm] * price)
            real += np.rint(firms.inventory_value[firm] + firms.input_value[firm])
            money = int(accounts.cash[first + firm]) + int(accounts.deposits[first + firm])
            expected.append(money - int(firms.loan[firm]) + int(real))
        found = firm_equity(world)
        differ = np.flatnonzero(found != expected)
        assert differ.tolist() in ([], [int(np.argmax(firms.capital))])
        assert (firms.loan > 0).any()
        assert abs(found.sum() - sum(expected)) < firms.count
        assert found.sum() == -simulation.balance_sheet().cents[FIRMS, EQUITY]
