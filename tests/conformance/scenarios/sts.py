"""Who the caller is."""

from calls import Calls


def run(calls: dict[str, Calls]) -> None:
    """The one operation, which cannot fail."""
    calls["sts"].ok("GetCallerIdentity")
