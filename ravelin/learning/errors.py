"""What a user can get wrong about the survey, told in one sentence."""

import zipfile
import zlib

from ravelin.core.sentence import ToldError


class SurveyError(ToldError, ValueError):
    """A survey, a model file or a table of profiles cannot be used; the message says why."""


ZIP_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    MemoryError,
)
"""What the library raises for archives that are damaged, encrypted, or made to harm."""
