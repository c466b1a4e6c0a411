"""People: lives, study, incomes."""
