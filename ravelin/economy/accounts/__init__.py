"""National accounts, prices, indicators, and the audit."""
