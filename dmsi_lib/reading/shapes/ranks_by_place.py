"""Rankings with a column for each place, which holds the option put there, as LimeSurvey has them.

Source: the LimeSurvey manual, "Question type - Ranking": a subquestion for each rank.
"""

import re
from collections.abc import Iterable, Mapping

import numpy as np

from dmsi_lib.reading.answers.labels import Labels
from dmsi_lib.reading.answers.texts import Texts, nowhere
from dmsi_lib.reading.answers.unknown_answers import Unknown, refuse_unknown
from dmsi_lib.reading.header.column_names import where
from dmsi_lib.reading.shapes.found_block import FoundBlock

_PLACE = re.compile(
    r"(?:rank(?:ing)?|rang|place|platz|position|choice)\s*#?(\d{1,3})", re.IGNORECASE
)


def places_of(subtitles: Iterable[str]) -> list[int]:
    """The places that subtitles name, "Rank 1" and on; [] where they are not all the first so
    many."""
    found = [_PLACE.fullmatch(subtitle.strip()) for subtitle in subtitles]
    places = [int(match[1]) for match in found if match]
    whole = len(places) == len(found) > 1 and sorted(places) == [*range(1, len(places) + 1)]
    return places if whole else []


def ranks_by_place(
    found: FoundBlock, places: Mapping[int, int], labels: Labels
) -> dict[str, Texts]:
    """A column of ranks for each option; `places` are those of the columns by their positions.

    A text that is no option is a fault. An option put in two places has the first.
    """
    question, name = found.question, where(found.block)
    respondents = len(found.changes.ids)
    ranks = {code: np.full(respondents, -1, dtype=np.int16) for code in question.options}
    unknown = []
    for position, place in sorted(places.items(), key=lambda each: each[1]):
        column = found.texts[position]
        for number, (text, count) in enumerate(zip(column.texts, column.counts, strict=True)):
            code = labels.find(text)
            if code is None:
                unknown.append(Unknown(text, column.name, int(count)))
            else:
                ranks[code][(column.codes == number) & (ranks[code] < 0)] = place - 1
    refuse_unknown(question, unknown, labels, found.changes)
    written = [str(place) for place in range(1, len(places) + 1)]
    none = nowhere(respondents)
    return {code: Texts(name, written, codes, none) for code, codes in ranks.items()}
