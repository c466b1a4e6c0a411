"""Runs about runs: comparisons with data, ensembles, sweeps."""
