"""The names in an export's own identity columns, known well enough to be found and no further.

Those columns are dropped while reading. So that the same names can be found in what respondents
wrote, their words are kept as hashes with a key that is random for every run and never written
anywhere. Nothing here can be printed or pickled into a name. It is no secret from whoever can read
the memory of the running process, where the file's rows have just been.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, permutations
from typing import Any, NoReturn

from dmsi_lib.wording import without_marks

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[ \u00a0]?[,.'’-]?[ \u00a0]?")  # as in "Lee, Ann" and "Al-Sayed"
_PREFIX = re.compile(r"(?<!\w)[^\W\d_]{1,2}[-'’]\Z")  # as in "al-Sayed" and "O'Brien"
_SHORTEST = 3  # letters; a shorter word counts only beside another of the same person
_MOST_WORDS = 6  # of one person's names
# Names that are words, places or products, and words that stand in name fields and addresses.
_COMMON_WORDS = """
abbot ace admin agency alexa amber and anon anonymous any april art asia august aurore autumn
avril baker ball banks beau bell belle best bill bird bishop black blanc blanche bob bon brandon
brown bush can care carol case cash center centre chad charity charlotte chase chelsea china
church claire clay client clients cliff coach community constant contact cook coordinator crystal
daisy dale dawn day dean del dept director don drew duke earl education email employment eve
facebook faith family feedback field fields first fish fleur florence for fox france frank french
friend gene georgia glen gold good goodman grace grand grant gray green grey guy halifax hamilton
head health heath hello help hill homer hope house housing hunter immigrant immigration india info
intake israel ivy jack jade jean job jobs jordan joy juin june just kenya king kingston knight
lamb lane language last law learning lily line little london long lourdes love mai mail major
manager marine mark martin mason max may mercy messenger miles min moody music name nelson new
newcomer newcomers noble noel noir none norm not null office olive page parfait paris pat patience
pearl penny person petit pierce pierre pope power powers price pride prince private program
programs project prudence ray reception reed refugee regina rice rich rivers rob roi rose roy ruby
sage sales school self service services settlement sharp short signal silver siri skip sky small
son song staff star stone strong student sue summer sunny support swift sydney teacher team teams
test tester text the trace training unknown user van victor victoria volunteer wade ward web week
west white will windsor winnipeg wise wolf wood woods work worker young youth zoom
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class KnownNames:
    """Finds names in a text without holding them as text.

    Parameters
    ----------
    people : iterable of sequence of str
        For each person the cells that name them; of an e-mail address the part before the @. Every
        word of at least three letters counts where it stands alone, unless it is a common word.
        Two words of one person side by side count where both are capitalised.
    phrases : iterable of str
        Cells that may name a person or a place, such as custom data; only two neighbouring words
        of them count, both capitalised.
    common : iterable of str
        Texts whose words are common, such as the wording of the questionnaire.
    """

    __slots__ = ("_key", "_pairs", "_words")

    def __init__(
        self,
        people: Iterable[Sequence[str]] = (),
        phrases: Iterable[str] = (),
        common: Iterable[str] = (),
    ) -> None:
        self._key = secrets.token_bytes(32)
        usual = _COMMON.union(*(map(_folded, _WORD.findall(text)) for text in common))
        words: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for person in people:
            names = [_folded(word) for cell in person for word in _name_words(cell)][:_MOST_WORDS]
            words.update(name for name in names if len(name) >= _SHORTEST and name not in usual)
            pairs.update(permutations(names, 2))
        for phrase in phrases:
            pairs.update(pairwise(map(_folded, _WORD.findall(phrase))))
        self._words = frozenset(map(self._hash, words))
        self._pairs = frozenset(self._hash(" ".join(pair)) for pair in pairs)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where known names stand in a text.

        Returns
        -------
        list of (start, end), in order; neighbouring words of a name are one span
        """
        if not self._pairs and not self._words:
            return []
        found = list(_WORD.finditer(text))
        words = [_folded(match[0]) for match in found]
        known = [len(word) >= _SHORTEST and self._hash(word) in self._words for word in words]
        capital = [match[0][0].isupper() for match in found]
        beside = [
            bool(_BETWEEN.fullmatch(text, left.end(), right.start()))
            for left, right in pairwise(found)
        ]
        for i, close in enumerate(beside):
            if close and capital[i] and capital[i + 1]:
                pair = self._hash(f"{words[i]} {words[i + 1]}") in self._pairs
                known[i], known[i + 1] = known[i] or pair, known[i + 1] or pair
        spans: list[tuple[int, int]] = []
        for i, match in enumerate(found):
            if known[i] and i and known[i - 1] and beside[i - 1]:
                spans[-1] = (spans[-1][0], match.end())
            elif known[i]:
                prefix = _PREFIX.search(text, max(0, match.start() - 3), match.start())
                spans.append((prefix.start() if prefix else match.start(), match.end()))
        return spans

    def __repr__(self) -> str:
        return f"<KnownNames: {len(self._words)} words, {len(self._pairs)} pairs>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("known names stay in the process that read them")

    def _hash(self, text: str) -> bytes:
        content = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, digest_size=8, key=self._key).digest()


class UnreadNames(KnownNames):
    """Known names that are read once somebody asks for them.

    Parameters
    ----------
    read : reads them
    """

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], KnownNames]) -> None:
        self._read = read

    def __getattr__(self, name: str) -> Any:
        if name not in KnownNames.__slots__:
            raise AttributeError(name)
        names = self._read()
        for each in KnownNames.__slots__:
            setattr(self, each, getattr(names, each))
        return getattr(self, name)


def _name_words(cell: str) -> list[str]:
    """The words of a name, or of the part of an e-mail address that may be one."""
    local, at, _ = cell.partition("@")
    return (_LETTERS if at else _WORD).findall(local)


def _folded(word: str) -> str:
    """A word without case and accents: "Hélène" is written "helene" as often as not."""
    return word.lower() if word.isascii() else without_marks(word.casefold())
