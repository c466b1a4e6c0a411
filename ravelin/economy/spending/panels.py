"""What is shown of spending."""

from ravelin.core.panels import Panel

PANELS = (
    Panel(
        id="deciles", section="distribution", title="Spending against the survey", drawn="dumbbell",
        question="Do rich and poor spend as people in the survey do?",
        unit="thousand dollars a month per consumer unit, by decile of income",
        definition="Mean spending of consumers in each tenth of the population by reported income, simulated and in "
        "the Consumer Expenditure Survey, in the same dollars. The simulation is seen as the survey sees: "
        "reports of income are off, the richest seldom answer, and some goods are hardly told of. By true "
        "income the top tenth spends more, for it earns more than the survey finds.",
        empty="No distribution has been measured yet", needs=("state.distribution",), height=236,
    ),
)  # fmt: skip
