"""What an audit says when the accounts do not close."""


class AuditError(RuntimeError):
    """An identity does not hold."""


def largest(gaps: dict[str, int]) -> tuple[str, int]:
    """Return the identity with the largest gap, and the gap."""
    name = max(gaps, key=lambda identity: abs(gaps[identity]))
    return name, gaps[name]
