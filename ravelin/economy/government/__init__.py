"""The government: taxes, budget, debt."""
