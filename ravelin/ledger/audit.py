"""What an audit says when the accounts do not close."""

from ravelin.core.sentence import Kind, RavelinError


class AuditError(RavelinError, RuntimeError):
    """An identity does not hold."""

    kind = Kind.FAILED


def largest(gaps: dict[str, int]) -> tuple[str, int]:
    """Return the identity with the largest gap, and the gap."""
    name = max(gaps, key=lambda identity: abs(gaps[identity]))
    return name, gaps[name]
