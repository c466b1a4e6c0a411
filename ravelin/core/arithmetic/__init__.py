"""Arithmetic with the same bits on every processor: what reaches the world is computed with this.

The functions of the machine's and NumPy's libraries, BLAS, and sums of floats choose their steps by
the processor that they meet, so that their last bits differ from one to the next. Here everything is made of
IEEE 754's + - * / and square root, which round in one way only, of whole numbers, and of a stated order.
numba does not contract products and sums to fused ones (`tests/core/test_same_bits.py` holds it to that).

`exp`, `log`, `power`, `add_up`, `add_up_whole`, `smallest` and `normal_quantile` are for kernels and single numbers;
the forms that end in `_each`, and the sums beside them, take arrays and are for ordinary Python.
"""

from ravelin.core.arithmetic.elementary import exp, exp_each, exp_roughly, log, log_each, power, power_each
from ravelin.core.arithmetic.linear import SingularMatrixError, interpolate, product, root, smallest, solve
from ravelin.core.arithmetic.normal import normal_quantile, normal_quantile_each, normal_rank
from ravelin.core.arithmetic.sums import (
    add_up,
    add_up_whole,
    mean,
    quantiles,
    total,
    total_in_pieces,
    totals,
    whole_total,
    whole_totals,
)

__all__ = [
    "SingularMatrixError",
    "add_up",
    "add_up_whole",
    "exp",
    "exp_each",
    "exp_roughly",
    "interpolate",
    "log",
    "log_each",
    "mean",
    "normal_quantile",
    "normal_quantile_each",
    "normal_rank",
    "power",
    "power_each",
    "product",
    "quantiles",
    "root",
    "smallest",
    "solve",
    "total",
    "total_in_pieces",
    "totals",
    "whole_total",
    "whole_totals",
]
