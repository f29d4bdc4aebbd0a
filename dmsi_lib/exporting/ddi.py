"""A codebook for archives: DDI-Codebook 2.5 as XML, about the file that SPSS reads.

Source: DDI Alliance, "DDI-Codebook 2.5", the field-level documentation of its schema (elements in
the order that the schema asks for). `catgry` holds the codes of the .sav file of `dmsi data`, those
of missing values marked with `missing="Y"`; `universe` says who was asked.
"""

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from dmsi_lib.exporting.answer_counts import answer_counts, blank_counts
from dmsi_lib.exporting.data_files import value_labels
from dmsi_lib.exporting.dataset import (
    CHOICE,
    NUMBER,
    RANK,
    REASONS,
    STATUS,
    TICK,
    DataSet,
    Variable,
    missing_codes,
)
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.tables import audience, how_made
from dmsi_lib.wording import SYNTHETIC_MARK

NAMESPACE = "ddi:codebook:2_5"
_CODED = (CHOICE, TICK, STATUS)
_NUMERIC = (*_CODED, RANK, NUMBER)


def ddi_codebook(made: DataSet, questionnaire: Questionnaire) -> bytes:
    """A data set and its questionnaire as DDI-Codebook 2.5.

    Parameters
    ----------
    made : DataSet
    questionnaire : of the same survey

    Returns
    -------
    bytes, XML in UTF-8

    Examples
    --------
    >>> from dmsi_lib.exporting import reconciled_data
    >>> ddi_codebook(reconciled_data(survey), survey.questionnaire)[:14]
    b'<?xml version='
    """
    root = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5"})
    _study(SubElement(root, "stdyDscr"), made, questionnaire)
    _file(SubElement(root, "fileDscr", {"ID": "F1"}), made)
    _variables(SubElement(root, "dataDscr"), made, questionnaire)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _study(study: Element, made: DataSet, questionnaire: Questionnaire) -> None:
    title = SubElement(SubElement(study, "citation"), "titlStmt")
    _text(title, "titl", f"{SYNTHETIC_MARK}: {made.title}" if made.synthetic else made.title)
    about = SubElement(study, "stdyInfo")
    if questionnaire.about:
        _text(about, "abstract", questionnaire.about)
    _text(SubElement(about, "sumDscr"), "anlyUnit", "Respondent")
    sampling = SubElement(SubElement(study, "method"), "dataColl")
    _text(sampling, "sampProc", questionnaire.sampling)


def _file(about: Element, made: DataSet) -> None:
    rows, columns = made.values.shape
    sizes = SubElement(SubElement(about, "fileTxt"), "dimensns")
    _text(sizes, "caseQnty", str(rows))
    _text(sizes, "varQnty", str(columns))


def _variables(data: Element, made: DataSet, questionnaire: Questionnaire) -> None:
    ids = {variable.name: f"V{number}" for number, variable in enumerate(made.variables, 1)}
    for question in questionnaire.questions:
        own = [v for v in made.variables if v.question == question.id and v.kind == TICK]
        if len(own) > 1:
            members = " ".join(ids[variable.name] for variable in own)
            group = {"ID": f"G_{question.id}", "type": "multipleResp", "var": members}
            _text(SubElement(data, "varGrp", group), "labl", question.text)
    for variable in made.variables:
        _variable(data, ids[variable.name], variable, made, questionnaire)


def _variable(
    data: Element,
    number: str,
    variable: Variable,
    made: DataSet,
    questionnaire: Questionnaire,
) -> None:
    question = questionnaire.by_id.get(variable.question)
    scale = "contin" if variable.kind == NUMBER else "discrete"
    attributes = {"ID": number, "name": variable.name, "files": "F1", "intrvl": scale}
    own = SubElement(data, "var", attributes)
    _text(own, "labl", variable.label)
    if question is not None and variable.kind != STATUS and not question.derivation:
        _text(SubElement(own, "qstn"), "qstnLit", question.text)
    if question is not None:
        _text(own, "universe", audience(question, questionnaire))
    values = made.values[variable.name]
    _text(own, "sumStat", str(int(values.notna().sum())), type="vald")
    _text(own, "sumStat", str(int(values.isna().sum())), type="invd")
    for code, label, count, missing in _categories(variable, made):
        category = SubElement(own, "catgry", {"missing": "Y"} if missing else {})
        _text(category, "catValu", code)
        _text(category, "labl", label)
        _text(category, "catStat", str(count), type="freq")
    if question is not None and question.derivation and variable.kind != STATUS:
        _text(SubElement(own, "derivation"), "drvdesc", how_made(question, questionnaire))
    SubElement(own, "varFormat", {"type": "numeric" if variable.kind in _NUMERIC else "character"})


def _categories(variable: Variable, made: DataSet) -> Iterator[tuple[str, str, int, bool]]:
    """Code, label and count of each answer, then of each reason of a blank."""
    if variable.kind in _CODED:
        counts = {answer.code: answer.count for answer in answer_counts(made.column(variable))}
        numbers = value_labels(variable).items()
        for code, (number, label) in zip(variable.values, numbers, strict=True):
            yield str(number), label, counts[code], False
    blanks = blank_counts(made.column(variable))
    for name, number in missing_codes(made).items():
        if name in blanks:
            yield str(number), REASONS[name], blanks[name], True


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = "".join(
        letter if letter.isprintable() else " " for letter in text
    )
