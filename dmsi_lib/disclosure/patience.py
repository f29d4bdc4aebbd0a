"""What planning and attacking are at, which may take long: whoever waits is told."""

from collections.abc import Callable

# Told what is counted down, in words, and how many are left; it may raise to put an end to it.
Told = Callable[[str, int], object]


def nobody(what: str, left: int) -> None:
    """Nobody waits."""
