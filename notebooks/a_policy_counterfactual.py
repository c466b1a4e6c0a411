# %% [markdown]
# # What happens when the government buys a tenth less?
#
# The question needs two economies that differ in nothing but the policy. We let one grow for a year,
# fork it, and cut purchases in the fork. Every draw depends only on seed, stream, tick and row, so both
# share all their luck: who loses a job, which seller a shopper tries, when a firm reprices. What differs
# between them is the effect of the policy, and not noise.

# %%
from statistics import mean, stdev

from ravelin import Scenario, Simulation

CONSUMERS, MONTHS_BEFORE, MONTHS_AFTER, SEEDS = 10_000, 12, 24, (1, 2, 3, 4)


def output_after(economy: Simulation) -> float:
    """Return mean real GDP over the months after the fork, dollars of 2019 a month and consumer."""
    months = economy.history().column("gdp_real").to_pylist()[MONTHS_BEFORE:]
    return mean(months) / CONSUMERS


# %%
effects, baselines, cuts = [], [], []
for seed in SEEDS:
    with Simulation(Scenario.load("default", consumers=CONSUMERS), seed=seed) as economy:
        economy.run(MONTHS_BEFORE)
        with economy.fork() as policy:
            policy.shock(tick=policy.tick, set="FiscalPolicy.purchases", to=0.9)
            policy.run(MONTHS_AFTER)
            economy.run(MONTHS_AFTER)
            baselines.append(output_after(economy))
            cuts.append(output_after(policy))
            effects.append(cuts[-1] - baselines[-1])

# %% [markdown]
# Each seed gives one effect. Their spread says how sure we are after so few tries; beside it stands what
# we would know without shared luck, from comparing the cut of one seed with the baseline of another.

# %%
unpaired = [cut - baseline for i, cut in enumerate(cuts) for j, baseline in enumerate(baselines) if i != j]
print(f"Real GDP per consumer and month, first {MONTHS_AFTER} months:")
for seed, baseline, effect in zip(SEEDS, baselines, effects, strict=True):
    print(f"  seed {seed}: {baseline:10,.2f} without the cut, {effect:+8.2f} by the cut ({effect / baseline:+.2%})")
print(f"  mean effect {mean(effects):+.2f}, spread between seeds {stdev(effects):.2f} with shared luck")
print(f"                          spread between pairs {stdev(unpaired):.2f} with different luck")

assert mean(effects) < 0
assert stdev(effects) < stdev(unpaired)
