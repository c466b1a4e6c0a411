"""What users give: numbers of any library as Python's own, and a short way to say what was found.

Every border (scenarios, shocks, arguments) takes its values through `plain`, so that a whole number of NumPy, a
fraction or a decimal is the number that it is, everywhere alike. A truth value is none: `True` is no count.
"""

import contextlib
import numbers
from decimal import Decimal
from typing import Any, TypeGuard

_SHOWN_MAX = 80


def plain(value: Any) -> Any:
    """Return NumPy's and other libraries' numbers, truth values, dates and arrays as Python's own.

    Whole numbers become int, other real numbers float, arrays lists; so do the values of a dictionary. Whatever else
    is returned as it is.
    """
    if isinstance(value, (bool, int, float, str, bytes)) and type(value).__module__ == "builtins":
        return value
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if type(value).__module__ == "numpy":
        # Imported only where its values come from: the command line answers before it is loaded.
        import numpy as np

        if isinstance(value, np.datetime64):
            return value.astype("datetime64[D]").item()
        if isinstance(value, (np.ndarray, np.bool_)):
            return value.tolist()
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, Decimal)):
        return value
    with contextlib.suppress(ValueError, OverflowError):  # A signaling NaN, a fraction that no float can hold.
        return int(value) if isinstance(value, numbers.Integral) else float(value)
    return value


def is_number(value: object) -> TypeGuard[int | float]:
    """Say whether a plain value is a number; a truth value is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_whole(value: object) -> TypeGuard[int]:
    """Say whether a plain value is a whole number of type int; a truth value is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def shown(value: object) -> str:
    """Write a value as code would, shortened so that an error stays a sentence."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than some thousand digits.
        text = f"a number of more than {_SHOWN_MAX} digits" if isinstance(value, int) else f"a {type(value).__name__}"
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_MAX else f"{text[: _SHOWN_MAX - 20]}...{text[-10:]}"
