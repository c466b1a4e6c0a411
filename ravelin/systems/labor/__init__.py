"""The labor market: staff, search, pay, participation and its statistics, a file each."""
