"""What a user can get wrong about the survey, told in one sentence."""


class SurveyError(ValueError):
    """A survey, a model file or a table of profiles cannot be used; the message says why."""
