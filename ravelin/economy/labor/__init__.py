"""The labor market: search, pay, hours, participation."""
