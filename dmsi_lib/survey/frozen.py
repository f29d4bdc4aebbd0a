"""Objects that never change once they are made."""

from typing import Any, NoReturn


class Frozen:
    """Refuses to be assigned to, and says what to do instead."""

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(
            f"survey.{name} can't be assigned to: a survey never changes. survey.with_(edit=…, "
            "base=…, where=…) gives another one."
        )

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"survey.{name} can't be deleted: a survey never changes.")
