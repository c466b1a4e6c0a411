"""A made economy: a history whose facts are known because they were put into it."""

import numpy as np

from ravelin.core.clock import date_of
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.history import Field, History


def made_history(months: int = 240) -> History:
    """Make a history whose unemployment falls by .4 points for each percent of output, vacancies against it."""
    time = np.arange(months)
    quarter = time // 3
    cycle = 0.02 * np.sin(2 * np.pi * quarter / 20)
    unemployment = 0.05 - 0.4 * cycle
    gdp_real = 1e6 * np.exp(0.005 * quarter + cycle)
    columns = {
        "gdp": gdp_real * np.exp(0.005 * quarter),
        "gdp_real": gdp_real,
        "consumption_real": 6e5 * np.exp(0.005 * quarter + 0.5 * cycle),
        "investment_real": 2e5 * np.exp(0.005 * quarter + 3.0 * cycle),
        "inventory_change_real": 0.2 * gdp_real * cycle,
        "wages": 5e5 * np.exp(0.01 * quarter),
        "employed": 1000.0 * (1.0 - unemployment),
        "hours": 1000.0 * (1.0 - unemployment) * (1.0 + cycle),
        "unemployment_rate": unemployment,
        "vacancy_rate": 0.04 * (unemployment / 0.05) ** -0.8,
        "policy_rate": 0.03 + 0.5 * cycle,
        "hires": 37.0 * (1.0 - unemployment),
    }
    history = History([Field(name, name, "1", "", "flow") for name in columns])
    for tick in range(months):
        history.append(tick, date_of(Scenario().start, tick), [float(values[tick]) for values in columns.values()])
    return history
