"""Releases of one table whose figures are given."""

import pandas as pd
from reference_skip_logic import questionnaire_of

from dmsi_lib.release import release_of
from dmsi_lib.tables import finish


def table_release(counts, base=None, kind="single"):
    """Everybody's table of one question q with these counts, and no other."""
    base = sum(counts.values()) if base is None else base
    options = ", ".join(counts)
    questionnaire = questionnaire_of(
        f"  - {{id: q, type: {kind}, page: 1, options: [{options}]}}\n"
    )
    frame = pd.DataFrame({"item": list(counts), "count": list(counts.values())})
    frame = finish(frame.assign(question="q", label=frame["item"], group="", base=base))
    return release_of(questionnaire, {(): frame}, sizes={(): base})
