"""What a user can get wrong about the survey, told in one sentence."""


class SurveyError(ValueError):
    """A survey file, a model file or a table of profiles that cannot be used; the message says why."""
