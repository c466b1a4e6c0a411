"""What a user can get wrong about the survey, told in one sentence."""

import zipfile
import zlib

from ravelin.core.sentence import Kind, RavelinError


class SurveyError(RavelinError, ValueError):
    """A survey, a model file or a table of profiles cannot be used; the message says why."""

    kind = Kind.INVALID


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
