"""Which columns of an export say who the respondents are.

A column does so by its title, by its label in the second header row (SurveyMonkey's "Contact
information" has Name, Email Address and the like there), or by what its cells hold. The reader
drops these columns, the scan of answers looks for their names, and what travels to other computers
has their cells blank: all three ask `identity_columns`.

Sources: SurveyMonkey's contact question and collector columns, in English and French; the
embedded data that Qualtrics exports; the columns of Google Forms.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.answers.texts import column_texts
from dmsi_lib.reading.answers.ticks import is_tick_or_none
from dmsi_lib.reading.header.headers import Header, is_response, title_wordings
from dmsi_lib.reading.rows.rows import Column, Rows
from dmsi_lib.wording import Wordings, key, plain

NAME, EMAIL, PHONE, ADDRESS, PLACE, DATA = "name", "e-mail", "telephone", "address", "place", "data"
NAMING = (NAME, EMAIL)  # kinds that hold a person's name
SAYING = (*NAMING, PHONE, ADDRESS, DATA)  # kinds that say more than a region

_TITLES = {
    NAME: "First Name|Last Name|Middle Name|Full Name|Name|Your name|What is your name?|Surname"
    "|Family name|Given name|Student name|Participant name|Employee name|Patient name"
    "|Respondent name|Name of student|Name of participant|Full name of patient|Vorname|Nachname"
    "|Apellido|Apellidos"
    "|First and last name|Contact name|Contact person|Username"
    "|RecipientFirstName|RecipientLastName|Prénom|Nom|Nom de famille|Nom complet|Nom et prénom"
    "|Prénom et nom|Votre nom|Personne-ressource",
    EMAIL: "Email Address|Email|Your email|Your email address|What is your email address?"
    "|Contact email|RecipientEmail|Courriel|Adresse courriel|Adresse de courriel|Adresse e-mail"
    "|Adresse électronique|Votre courriel|Votre adresse courriel",
    PHONE: "Phone|Phone Number|Your phone number|What is your phone number?|Telephone"
    "|Telephone number|Tel|Cell phone|Cell number|Mobile|Mobile phone|Mobile number|Home phone"
    "|Work phone|Fax|Téléphone|Numéro de téléphone|Cellulaire",
    DATA: "IP Address|IP|ipaddr|Adresse IP|LocationLatitude|LocationLongitude|External Reference"
    "|External Data Reference|Custom Data|Données personnalisées|"
    + "|".join(f"Custom Data {n}|Données personnalisées {n}" for n in range(1, 10)),
}
# Labels that belong to a contact question only beside one of the others.
_BESIDE = {
    ADDRESS: "Company|Organization|Agency|Address|Address 1|Address 2|Street address|Entreprise"
    "|Société|Organisation|Organisme|Adresse|Adresse 1|Adresse 2",
    PLACE: "City/Town|City|State/Province|State|Province|ZIP/Postal Code|ZIP Code|ZIP|Postal Code"
    "|Country|Ville|État/Province|Code postal|Pays",
}
_CONTACT = re.compile(r"\b(contact|coordonn[ée]es|joindre)\b", re.IGNORECASE)
_ASKS_A_NAME = re.compile(
    r"\byour\s+((full|first|last|own)\s+)?names?\b|\b(full|family|given|first|last)\s+names?\b"
    r"|\bnames?\s+of\s+(the\s+)?(person|respondent|contact)\b"
    r"|\bvo(tre|s)\s+(pr[ée])?noms?\b|\bnom\s+(complet|de famille)\b",
    re.IGNORECASE,
)
_PART = re.compile(r"\s[-–—:|]+\s|:\s|\[")  # before the label, where there is one header row
_ADDRESS_OF_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_TELEPHONE = re.compile(
    r"(?:\+?\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?|\d{2,4}[ .-])?\d{3}[ .-]\d{4}"  # (613) 555-0100
    r"|(?:\+\d{1,3}[ .-]?\d|\d\d)(?:[ .-]\d\d){4}"  # 01 23 45 67 89
    r"|\+\d{8,15}"
)
_EXTENSION = re.compile(r"\s*(?:x|ext\.?|extension|poste|#)\s*\d{1,6}$", re.IGNORECASE)
_DIGITS = re.compile(r"\d{7,15}")  # a telephone number only where the label says so
_LOOKED_AT = 500  # filled cells of a column


def _wordings(titles: Mapping[str, str]) -> Wordings[str]:
    return Wordings((title, kind) for kind, listed in titles.items() for title in listed.split("|"))


_BY_TITLE, _BY_LABEL = _wordings(_TITLES), _wordings(_TITLES | _BESIDE)


@dataclass(frozen=True)
class _Column:
    """A column with the title that goes on over it, its label under that, and filled cells."""

    position: int
    title: str
    label: str
    asked: bool  # whether a question of the questionnaire has this title
    modelled: bool  # and this label
    texts: tuple[str, ...]


def identity_columns(header: Header, body: Rows, questionnaire: Questionnaire) -> dict[int, str]:
    """The columns that say who the respondents are.

    A column that a question of the questionnaire has is none of them, unless its title alone is
    one of a name, an address or a number; nor is one whose cells only tick an option, whatever
    its label. The column of the respondents' ids is none either.

    Parameters
    ----------
    header : Header
    body : Rows, the respondents'
    questionnaire : Questionnaire

    Returns
    -------
    dict of position to kind: "name", "e-mail", "telephone", "address", "place" or "data"
    """
    ids = key(questionnaire.id_column)
    columns = [c for c in _columns(header, body, questionnaire) if key(c.title) != ids]
    further = Wordings((title, DATA) for title in questionnaire.identity_columns)
    found: dict[int, str] = {}
    for _, group in groupby(columns, key=lambda column: column.title):
        block = list(group)
        kinds = {column.position: _kind(column, further) for column in block}
        contact = any(kinds[column.position] in NAMING and column.label for column in block)
        for column in block:
            kind = kinds[column.position]
            if kind is None and contact and not column.asked and not _only_ticks(column):
                kind = _BY_LABEL.find(column.label) or (
                    DATA if _CONTACT.search(column.title) else None
                )
            if kind:
                found[column.position] = kind
    return found


def _kind(column: _Column, further: Wordings[str]) -> str | None:
    """What a column by itself is known to hold."""
    if further.find(column.title):
        return DATA
    if _only_ticks(column):
        return None
    if kind := _BY_TITLE.find(column.title):
        return kind
    if column.modelled:
        return None
    kind = _BY_TITLE.find(column.label) if column.label else None
    if kind in _HOLDS and _mostly(column.texts, _HOLDS[kind]):
        return kind
    asks = not column.asked and _ASKS_A_NAME.search(column.label or column.title)
    if (kind == NAME or asks) and 2 * len(set(column.texts)) > len(column.texts):
        return NAME  # answers to a scale repeat themselves, names do not
    return next((kind for kind, test in _LOOKS.items() if _mostly(column.texts, test)), None)


def _columns(header: Header, body: Rows, questionnaire: Questionnaire) -> list[_Column]:
    known = title_wordings(questionnaire)
    labels = {question.id: _labels(question) for question in questionnaire.questions}
    blank = {text.strip() for text in questionnaire.blank}
    columns, left = [], ""
    for position, text in enumerate(header.titles):
        if header.subtitles is None:
            title, label = _parts(text, known)
        else:
            title, label = text, header.subtitles[position]
            label = "" if is_response(label) else label
        left = title = title or left
        asked = known.find_all(title)
        modelled = any(not label or labels[name].find_all(label) for name in asked)
        known_to_be = modelled and not _BY_TITLE.find(title)
        looked_at = () if known_to_be else _first_texts(body.columns[position], blank)
        columns.append(_Column(position, title, label, bool(asked), modelled, looked_at))
    return columns


def _first_texts(column: Column, blank: Iterable[str]) -> tuple[str, ...]:
    """The first filled cells of a column."""
    for beginning in (20 * _LOOKED_AT, len(column)):
        texts = column_texts("", column[:beginning], blank)
        first = np.flatnonzero(texts.codes >= 0)[:_LOOKED_AT]
        if len(first) == _LOOKED_AT:
            break
    return tuple(texts.texts[code] for code in texts.codes[first])


def _parts(text: str, known: Wordings[str]) -> tuple[str, str]:
    """Title and label out of one header row: where the title is known, else at the last place."""
    if known.find_all(text):
        return text, ""
    cuts = [(text[: m.start()], text[m.end() :].rstrip("]")) for m in _PART.finditer(text)]
    asked = [cut for cut in cuts if known.find_all(cut[0])]
    return [*asked[:1], *cuts[-1:], (text, "")][0]


def _labels(question: Question) -> Wordings[str]:
    """What stands over the columns of a question's options, rows and text fields."""
    labels = [*question.choices.values(), *question.rows.values(), *question.all_others]
    labels += [question.comment] if question.comment else []
    for aliases in (question.option_aliases, question.row_aliases):
        labels += [text for texts in aliases.values() for text in texts]
    return Wordings((text, text) for text in labels)


def _only_ticks(column: _Column) -> bool:
    """Whether the cells only say that an option was ticked, or not."""
    label = column.label or column.title
    return bool(column.texts) and all(is_tick_or_none(text, label) for text in column.texts)


def _mostly(texts: Sequence[str], test: Callable[[str], object]) -> bool:
    return 2 * sum(map(bool, map(test, texts))) > len(texts)


def _is_network_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def _is_telephone(text: str) -> bool:
    return bool(_TELEPHONE.fullmatch(_EXTENSION.sub("", plain(text))))


def _may_be_telephone(text: str) -> bool:
    return _is_telephone(text) or bool(_DIGITS.fullmatch(text))


_LOOKS: dict[str, Callable[[str], object]] = {
    EMAIL: _ADDRESS_OF_MAIL.fullmatch,
    PHONE: _is_telephone,
    DATA: _is_network_address,
}
_HOLDS: dict[str | None, Callable[[str], object]] = {
    EMAIL: _ADDRESS_OF_MAIL.search,
    PHONE: _may_be_telephone,
    DATA: lambda text: True,
}


def column_name(header: Header, position: int) -> str:
    """What messages call a column that may stand under the title of others."""
    label = header.subtitles[position] if header.subtitles else ""
    return header.titles[position] if is_response(label) else label


def known_phrases(kinds: Mapping[int, str], body: Rows) -> tuple[set[tuple[str, ...]], set[str]]:
    """The cells of each person's names, and the cells that may name somebody besides."""
    naming = sorted(position for position, kind in kinds.items() if kind in NAMING)
    saying = [p for p, kind in kinds.items() if kind in SAYING and kind not in NAMING]
    phrases = {text for position in saying for text in body.columns[position].texts}
    return body.of_columns(naming).distinct(), phrases
