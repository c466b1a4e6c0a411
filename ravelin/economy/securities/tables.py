"""Government bonds by maturity."""




MATURITIES = (2, 5, 10, 30)
"""Years to maturity of the four series of government bonds."""
BOND_SERIES = tuple(f"bonds_{years}y" for years in MATURITIES)



