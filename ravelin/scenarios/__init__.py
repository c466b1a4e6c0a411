"""Scenarios, and the economy they open from."""
