"""Second waves of the shipped survey: its export as another wave might bring it.

Each variant changes the blocks of the export's columns, or the cells under them, and nothing else;
what its questionnaire has to say besides is left to whoever reads the message.
"""

import csv
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from shipped import QUESTIONS

from dmsi_lib.choices import SYNTHETIC_EXPORT

IDENTITIES = 9  # columns before the first question
PLAIN = ("", "Response", "Open-Ended Response")  # subtitles that name no option


@dataclass(frozen=True)
class Block:
    """A title with its columns: of each the subtitle and the respondents' cells."""

    title: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]


def read_blocks():
    """The blocks of the shipped export."""
    with SYNTHETIC_EXPORT.open(encoding="utf-8-sig", newline="") as file:
        titles, subtitles, *people = csv.reader(file)
    blocks = []
    for title, subtitle, cells in zip(titles, subtitles, zip(*people, strict=True), strict=True):
        column = (subtitle, cells)
        if title:
            blocks.append(Block(title, (column,)))
        else:
            blocks[-1] = replace(blocks[-1], columns=(*blocks[-1].columns, column))
    return blocks


BLOCKS = read_blocks()
PERSON, ASKED = BLOCKS[:IDENTITIES], BLOCKS[IDENTITIES:]
BLOCK_OF = dict(zip((q.id for q in QUESTIONS if not q.parts), ASKED, strict=True))


def file_rows(blocks):
    """Blocks as the rows of a file with two header rows."""
    titles = [t for block in blocks for t in (block.title, *[""] * (len(block.columns) - 1))]
    columns = [column for block in blocks for column in block.columns]
    people = zip(*(cells for _, cells in columns), strict=True)
    return [titles, [subtitle for subtitle, _ in columns], *people]


# ---- what another wave changes, of blocks by the question's id


def _with(name, change):
    return {**BLOCK_OF, name: change(BLOCK_OF[name])}


def _without(*names):
    return {name: block for name, block in BLOCK_OF.items() if name not in names}


def reworded(block, word, title=False):
    """A block with other words for its labels, and for its title, if said."""
    columns = tuple(
        (
            subtitle if subtitle in PLAIN else word(subtitle),
            tuple(word(cell) if cell else cell for cell in cells),
        )
        for subtitle, cells in block.columns
    )
    return Block(word(block.title) if title else block.title, columns)


def _renamed(old, new):
    return lambda block: reworded(block, lambda text: new if text == old else text)


def _without_option(label):
    def change(block):
        kept = [(subtitle, cells) for subtitle, cells in block.columns if subtitle != label]
        return replace(
            block,
            columns=tuple((s, tuple("" if c == label else c for c in cells)) for s, cells in kept),
        )

    return change


def _with_option(label):
    def change(block):
        ticks = tuple(label if n % 7 == 0 else "" for n in range(len(block.columns[0][1])))
        return replace(block, columns=((label, ticks), *block.columns))

    return change


def _with_answer(old, new):
    """Every third of the answers is another one."""

    def change(block):
        cells = [
            tuple(new if cell == old and n % 3 == 0 else cell for n, cell in enumerate(cells))
            for _, cells in block.columns
        ]
        subtitles = [subtitle for subtitle, _ in block.columns]
        return replace(block, columns=tuple(zip(subtitles, cells, strict=True)))

    return change


def _emptied(*names):
    """Nobody has come to these questions."""

    def blank(block):
        return replace(block, columns=tuple((s, ("",) * len(cells)) for s, cells in block.columns))

    return {n: blank(b) if n in names else b for n, b in BLOCK_OF.items()}


_SYLLABLES = ("é", "la", "mes", "sa", "ger", "vou", "cli", "en", "ou", "ré", "tan", "que", "pour")


def french(text):
    """A text in a language that looks foreign: the same words give the same, figures stay."""

    def word(one):
        if not any(letter.isalpha() for letter in one):
            return one
        seed = zlib.crc32(one.lower().encode())
        made = "".join(_SYLLABLES[(seed >> shift) % len(_SYLLABLES)] for shift in (0, 7, 14))
        return made + one[-1] * (not one[-1].isalnum())

    return " ".join(map(word, text.split()))


def _open(block):
    return block.columns[0][0] == "Open-Ended Response"


def _of_labels(word, block):
    """The title and labels of a block in other words; what people wrote stays."""
    if _open(block):
        return replace(block, title=word(block.title))
    labels = {
        label for q in QUESTIONS for label in (*q.choices.values(), q.other or "", q.comment or "")
    }
    return reworded(
        block,
        lambda text: word(text) if text in labels or text == block.title else text,
        title=True,
    )


def _all(word):
    return {name: _of_labels(word, block) for name, block in BLOCK_OF.items()}


def last_pages(number):
    """The questions of the last pages."""
    pages = sorted({q.page for q in QUESTIONS if not q.parts})[-number:]
    return [q.id for q in QUESTIONS if q.page in pages and not q.parts]


@dataclass(frozen=True)
class Variant:
    """A second wave: its blocks by the question's id (new ones by any name), and how many took
    part."""

    blocks: Callable[[], dict]
    respondents: int | None = None

    def rows(self):
        titles, subtitles, *people = file_rows([*PERSON, *self.blocks().values()])
        return [titles, subtitles, *people[: self.respondents]]


_NEW = Block(
    "How do you feel about chatbots?", (("Response", ("Good", "Bad", "") * 147 + ("", "")),)
)
_SMS = "SMS/text"
VARIANTS = {
    "option renamed a little": Variant(
        lambda: _with("tools_frontline", _renamed("Facebook Messenger", "FB Messenger"))
    ),
    "option renamed": Variant(lambda: _with("tools_frontline", _renamed("WhatsApp", "Meta chat"))),
    "answer renamed": Variant(lambda: _with("province", _renamed("Quebec", "QC (Québec)"))),
    "option added": Variant(lambda: _with("contact_information", _with_option("Pager"))),
    "answer added": Variant(lambda: _with("ircc_funding", _with_answer("No", "Prefer not to say"))),
    "option dropped": Variant(lambda: _with("contact_information", _without_option(_SMS))),
    "answer dropped": Variant(lambda: _with("ask_preference", _without_option("I don't know"))),
    "question renamed a little": Variant(
        lambda: _with(
            "clients_ask",
            lambda b: replace(b, title=b.title.replace("Are clients", "Are your clients")),
        )
    ),
    "question renamed": Variant(
        lambda: _with("staff_size", lambda b: replace(b, title="Number of people on the payroll"))
    ),
    "question added": Variant(lambda: {**BLOCK_OF, "chatbots": _NEW}),
    "question dropped": Variant(lambda: _without("staff_size")),
    "gate dropped": Variant(lambda: _without("role")),
    "blocks reordered": Variant(lambda: dict(reversed(BLOCK_OF.items()))),
    "both languages in a cell": Variant(lambda: _all(lambda text: f"{text} / {french(text)}")),
    "in French": Variant(lambda: _all(french)),
    "nobody on the last page": Variant(lambda: _emptied(*last_pages(1))),
    "nobody on the last three pages": Variant(lambda: _emptied(*last_pages(3))),
    "the last page not in the file": Variant(lambda: _without(*last_pages(1))),
    "twelve respondents": Variant(lambda: dict(BLOCK_OF), respondents=12),
}
