# %% [markdown]
# # A first economy
#
# We open an economy of ten thousand consumers on the books of the United States at the end of 2019,
# let four years pass, and look at three things: how it went, who owes whom, and whether the books close.
#
# Run it with `python notebooks/first_economy.py`, or cell by cell in an editor that knows `# %%`.

# %%
from ravelin import Scenario, Simulation

economy = Simulation(Scenario.load("default", consumers=10_000))
print(f"{economy.rows_of('Consumers'):,} consumers, {economy.rows_of('Firms')} firms, {economy.rows_of('Banks')} banks")

# %% [markdown]
# Nothing is scripted from here on. A step is a month; the first one may compile for a minute.

# %%
economy.run(48)
history = economy.history().to_pydict()

print(f"{'':8}{'real GDP':>12}{'inflation':>12}{'unemployment':>14}{'policy rate':>13}")
for month in range(11, 48, 12):
    per_head = 12 * history["gdp_real"][month] / economy.rows_of("Consumers")
    print(
        f"{history['date'][month]:%Y-%m} {per_head:12,.0f}{history['inflation'][month]:12.1%}"
        f"{history['unemployment_rate'][month]:14.1%}{history['policy_rate'][month]:13.1%}"
    )

# %% [markdown]
# Real GDP is in dollars of 2019 a year and consumer unit, which is a household that spends together.
#
# Who owes whom? The balance sheet has a column for each sector; what one owns, another owes, so every
# financial row adds up to nothing.

# %%
sheet = economy.balance_sheet()
print(f"{'thousand dollars per consumer':32}" + "".join(f"{sector:>14}" for sector in sheet.rows))
for instrument, cents in zip(sheet.columns, sheet.cents.T, strict=True):
    if cents.any():
        line = "".join(f"{value / 100_000 / economy.rows_of('Consumers'):14.1f}" for value in cents)
        print(f"{instrument.replace('_', ' '):32}{line}")

# %% [markdown]
# The audit has checked every identity after every month; a gap of one cent would have stopped the run.

# %%
assert set(history["audit_gap_cents"]) == {0.0}
print(f"Largest gap of any identity over {economy.tick} months: {max(history['audit_gap_cents']):.0f} cents")

# %% [markdown]
# The same scenario and seed give the same economy to the last bit, on one thread or on many.

# %%
with Simulation(Scenario.load("default", consumers=10_000), threads=1) as again:
    again.run(48)
    assert again.fingerprint() == economy.fingerprint()
print(f"Fingerprint: {economy.fingerprint()}")
economy.close()
