"""Who owns what: dividends, rents, bonds."""
