"""Whoever waits for a plan of what is hidden is told what it is at; it ends in a bounded time.

How long a plan takes can't be told beforehand: it depends on how many figures protect one another.
So it is told from how far the work has come, and work that takes too long is refused with that.
"""

import logging
import time
from dataclasses import dataclass, field

from dmsi_lib.errors import InputError
from dmsi_lib.wording import how_many

_LOG = logging.getLogger(__name__)
SILENT = 5.0  # seconds for which nobody need be told anything
_BETWEEN = 10.0  # seconds between two lines
MOST = 600.0  # seconds that may be spent


@dataclass
class Watch:
    """Told what is at hand and how much of it is left (`disclosure.patience`)."""

    most: float = MOST
    started: float = field(default_factory=lambda: time.monotonic())
    said: float = SILENT - _BETWEEN  # seconds at the last line
    what: str = ""
    first: tuple[float, int] = (0.0, 0)  # seconds, and how many were left, when that began

    def __call__(self, what: str, left: int) -> None:
        """Say what is at hand, where nothing was said for a while.

        Raises
        ------
        InputError
            Where it takes too long, with an estimate of how long it would have taken yet.
        """
        now = time.monotonic() - self.started
        if what != self.what or left > self.first[1]:
            self.what, self.first = what, (now, left)
        at = f"{left} {what}"
        if now > self.most:
            raise InputError(
                f"Planning what is hidden was given up after {now / 60:.0f} minutes, with {at} "
                f"yet ({self._estimate(now, left)}). Publish fewer groups, or leave out a question "
                "of --by."
            )
        if now > self.said + _BETWEEN:
            self.said = now
            _LOG.info("Planning what is hidden: %s, after %.0f s", at, now)

    def _estimate(self, now: float, left: int) -> str:
        began, at_first = self.first
        done = at_first - left
        if not done:
            return "no end in sight"
        minutes = max(1, round((now - began) * left / done / 60))
        return f"{how_many(minutes, 'minute')} more at this pace for these alone"
