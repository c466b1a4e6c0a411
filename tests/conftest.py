"""What all tests share."""

import os

from hypothesis import settings

# A first call may compile a kernel, which takes longer than any deadline; where results are judged, luck is fixed.
settings.register_profile("ravelin", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ravelin")
