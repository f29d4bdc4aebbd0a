"""Names in free text that nobody's list holds, found by what stands around them.

"Regards, J. Smith", "my name is Fatima Noor", "– Ann Lee, program coordinator": a greeting, a title
or a job betrays the name. Rules, not a model: what they find can be said in one sentence each, and
what they miss a reviewer has to find. English and French.
"""

import re

Span = tuple[int, int]
_MOST_WORDS = 4
_TOKEN = re.compile(r"[^\W\d_][\w'’-]{0,30}\.?")
_BLANK = re.compile(r"[ \u00a0]{1,2}")
_SPACE = re.compile(r"\s")
_PARTICLES = {"al", "bin", "da", "de", "del", "der", "di", "du", "el", "la", "le", "van", "von"}
# Capitalised words that are no names where a name may stand.
_NO_NAME_WORDS = """
a about after again all also always am an and any anyone apple april arabic as at august aussi avec
because before bonjour both british brunswick but by calgary call calls canada canadian care case
center centre chinese city client clients columbia community coordinator coordinators dans december
des director directors display each edward email emails emergency english espagnol et every
everybody everyone excel face facebook family february first for france french friday from gmail
google group hello help her here him his how i if immigrant immigration in instagram internet ircc
is island it january je july june les linc line list management manager managers manitoba march may
me merci mes messages messaging messenger microsoft monday montreal montréal more mr mrs my nations
never new newcomer newcomers newfoundland no none nos not notre nous nova november nunavut october
office on online only ontario or ottawa our outlook par parents people phone please pour prince
program programme programs quebec québec refugee refugees saskatchewan saturday school scotia
security september service services settlement she signal skype smart social spanish staff still
sunday supervisor support sur surrey syrian team teams telegram text texting texts thank thanks that
the their them there they this those thursday to today toronto tous tout toute training translate
tuesday tweet twitter un une using vancouver very viber video volunteer volunteers votre vous we
website wechat wednesday welcome what whatsapp when where which who why wifi will winnipeg with
woman women word worker workers yes you your youth youtube yukon zoom
"""
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
_ROLE = (
    r"(?:co-?ordinator|manager|director|supervisor|counsell?or|(?:case)?worker|officer|facilitator|"
    r"instructor|teacher|specialist|assistant|lead|administrator|receptionist|advis[eo]r|navigator|"
    r"president|ceo|ed|interpreter|boss|co-?worker|colleague|volunteer|coordo(?:nnatrice|nnateur)|"
    r"coordonnatrice|coordonnateur|coordinatrice|coordinateur|gestionnaire|directrice|directeur|"
    r"superviseure?|conseill(?:er|ère)|intervenante?|agente?|formatrice|formateur|enseignante?|"
    r"travailleu(?:r|se)|adjointe?|responsable|bénévole|réceptionniste|collègue)"
)
_JOB = re.compile(
    rf"\s{{0,2}}[,(–—-]\s{{0,2}}(?:[\w&/'’-]{{1,30}}\s){{0,4}}?{_ROLE}\b"
    r"(?:\s(?:at|for|of|with|de|du|chez)(?:\s[\w'’-]{1,30}){1,3})?",
    re.IGNORECASE,
)
_END = re.compile(r"\s{0,3}[.!)]{0,3}\s*(?:\n|\Z)")


def _cue(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(pattern, flags)


# What comes before a name; the name itself may be written without capitals.
_INTRODUCTIONS = _cue(
    r"\bmy (?:full |first |last )?name(?: is|['’]s)\s|\bje (?:m['’]appelle|me nomme)\s"
    r"|\bmon (?:nom|prénom) (?:est|c['’]est)\s"
)
# What comes before a capitalised name.
_BEFORE = (
    _cue(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Mme|Mlle|Mr|M\.)\.?\s", 0),
    _cue(r"\b(?:ask for|(?:speak|talk) (?:to|with)|(?:I|we) (?:asked|told)|demande[rz])\s"),
    _cue(r"\b(?:name|nom|prénom|contact|attn|signed|signée?)\s?[:,]\s?"),
    _cue(
        r"\b(?:client|worker|colleague|student|woman|man|lady|mother|father|volunteer|newcomer|cliente|"
        r"collègue|dame|bénévole)\s(?:named|called|nommée?|appelée?)\s"
    ),
    _cue(rf"\b(?:my|our|her|his|mon|ma|notre)\s(?:[\w-]{{1,30}}\s){{0,2}}?{_ROLE},?\s"),
)
# What comes before a capitalised name, and what has to follow it.
_AROUND = (
    (
        _cue(
            r"\b(?:ask|call|contact|text|e-?mail|phone|reach|see|message|appele[rz]|contacte[rz]|"
            r"joindre|écri(?:re|vez) à)\s"
        ),
        _cue(
            r"\s(?:at|on|@|au|à|via|par)\s?"
            r"(?:ext|x\d|extension|poste|her|his|son|sa|[\d(+@]|[\w.+-]{1,64}@)"
        ),
    ),
    (
        _cue(r"\b(?:this is|c['’]est|ici)\s"),
        _cue(r"\s(?:from|speaking|calling|here|du|de la|à l['’]appareil)\b"),
    ),
)
# Whoever says so of themselves has two names, else "I am Syrian, and" would be one.
_SELF = _cue(r"\b(?:I am|I['’]m|je suis)\s")
_AFTER_SELF = _cue(r"\s?,|\s(?:from|at|with|of|de|du)\b")
_FAREWELLS = _cue(
    r"\b(?:(?:best|kind|warm)\s(?:regards|wishes)|regards|best|sincerely|respectfully|cheers|"
    r"yours (?:truly|sincerely)|(?:many )?thanks(?: again| so much)?|"
    r"thank you(?: so much| very much)?|"
    r"cordialement|merci(?: beaucoup| d['’]avance)?|bien à vous|salutations(?: distinguées)?|"
    r"amicalement)\s{0,2}[,.!–—-]{0,2}\s{0,3}"
)
# At the beginning of a line a hyphen is rather that of a list.
_DASHES = re.compile(r"(?<![^\s.!?])(?:[–—]|--)\s?|(?<=\S )-\s?")
_OURS = _cue(r"\W{1,3}(?:my|our|mon|ma|notre)\b")
_BEFORE_JOB = re.compile(r"[^\W\d_][\w'’-]{0,30}\.?(?:\s[^\W\d_][\w'’-]{0,30}\.?){0,3}\Z")


def find_signatures(text: str) -> list[Span]:
    """Names that the words around them betray; a job title that follows a name belongs to it."""
    spans = [_name(text, cue.end(), lower=True) for cue in _INTRODUCTIONS.finditer(text)]
    spans += [_name(text, cue.end()) for before in _BEFORE for cue in before.finditer(text)]
    for before, after in _AROUND:
        spans += [_name(text, cue.end(), after=after) for cue in before.finditer(text)]
    spans += [_name(text, cue.end(), 2, after=_AFTER_SELF) for cue in _SELF.finditer(text)]
    spans += [_name(text, cue.end(), after=_END) for cue in _FAREWELLS.finditer(text)]
    spans += [_name(text, cue.end(), 2, after=_END) for cue in _DASHES.finditer(text)]
    spans += [_name_before(text, job) for job in _JOB.finditer(text)]
    return sorted({span for span in spans if span})


def _name(
    text: str,
    start: int,
    fewest: int = 1,
    after: re.Pattern[str] | None = None,
    lower: bool = False,
) -> Span | None:
    """The span of the name that begins there with what follows as it must, else None."""
    end, words, full = start, 0, 0
    while words < _MOST_WORDS and (token := _TOKEN.match(text, end)):
        word = token[0].rstrip(".").removesuffix("'s").removesuffix("’s")
        if not _may_be_name(word, lower or (words > 0 and word.lower() in _PARTICLES)):
            break
        words += 1
        end = token.start() + len(word)
        full = words if word[0].isupper() or lower else full
        if len(word) == 1 and token[0].endswith("."):
            end += 1  # the full stop of an initial
        blank = _BLANK.match(text, end)
        if full == words:
            last = end
        if not blank:
            break
        end = blank.end()
    if full < fewest:
        return None
    job = _JOB.match(text, last)
    if after and not job and not after.match(text, last):
        return None
    return start, job.end() if job else last


def _may_be_name(word: str, lower: bool) -> bool:
    """Whether a word may be part of a name; an acronym or a word that never is may not."""
    if word.lower() in _NO_NAME or (word.isupper() and len(word) > 2):
        return False
    return lower or word[0].isupper()


def _name_before(text: str, job: re.Match[str]) -> Span | None:
    """The span of a name and the job that follows; of one word only where it is "my" colleague."""
    found = _BEFORE_JOB.search(text[max(0, job.start() - 130) : job.start()])
    if not found:
        return None
    begin, fewest = job.start() - len(found[0]), 1 if _OURS.match(job[0]) else 2
    while begin < job.start():
        span = _name(text, begin, fewest)
        if span and span[1] >= job.end():
            return span
        blank = _SPACE.search(text, begin, job.start())
        if not blank:
            return None
        begin = blank.end()
    return None
