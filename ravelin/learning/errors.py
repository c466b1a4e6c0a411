"""What a user can get wrong about the survey, told in one sentence."""

from ravelin.core.sentence import ToldError


class SurveyError(ToldError, ValueError):
    """A survey, a model file or a table of profiles cannot be used; the message says why."""
