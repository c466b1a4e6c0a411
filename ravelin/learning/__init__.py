"""Spending learned from the Consumer Expenditure Survey: matrix in, vector out."""
