"""Every section of the published report has its place in a notebook, and every question too."""

import csv
import re
from pathlib import Path

import nbformat
import pytest

from dmsi_lib.choices import PUBLISHED_FIGURES, QUESTIONNAIRE
from dmsi_lib.questionnaire.model import read_questionnaire

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
TITLE = "DMSI Survey Data"
ROLES = ("frontline", "management")


def both(*stems):
    return tuple(f"{stem}_{role}" for stem in stems for role in ROLES)


_USE, _EXTENT = "03_use_and_usefulness", "06_extent_of_use"
_TOOLS, _REQUESTS = "04_tools_and_components", "05_requests_preferences_contact"
_EVALUATION, _MATERIALS = "07_evaluation_of_communication", "08_materials_and_equipment"
_IMPACT, _SKILLS = "11_impact_policies_consultation", "12_skills_training_funding"
_SERVE = "digital messaging to serve clients"
# Heading of the report's table of contents: the notebook, and the questions that it shows.
SECTIONS = {
    "High level statistics": (
        "01_high_level_statistics",
        ("consent", "clients_ask", "use_digital_messaging", "role", "ircc_funding"),
    ),
    "Agency demographics": (
        "02_agency_demographics",
        ("province", "staff_size", "clients_count"),
    ),
    "Provincial breakdown of survey respondents": ("02_agency_demographics", ("province",)),
    "Agency staff size": ("02_agency_demographics", ("staff_size",)),
    "Digital messaging": (_USE, ("use_digital_messaging",)),
    "Initial analysis": ("01_high_level_statistics", ("consent", "clients_ask", "province")),
    f"% of Agencies using {_SERVE}": (_USE, ("use_digital_messaging", "interested_in_learning")),
    "Main reason of utilisation of Digital Messaging with clients / benefits of using digital "
    "messaging": (_USE, ("usefulness",)),
    "Main reason of non utilisation of Digital Messaging with clients": (
        _USE,
        ("why_not_using", "interested_in_learning", "how_plan_to_use"),
    ),
    "Digital messaging tools and components using to serve clients": (
        _TOOLS,
        both("tools", "components"),
    ),
    "Digital messaging tools - front-line workers": (_TOOLS, ("tools_frontline",)),
    "Components used to serve clients - front-line worker": (_TOOLS, ("components_frontline",)),
    "Digital messaging tools - management": (_TOOLS, ("tools_management",)),
    "Components used to serve clients - management": (_TOOLS, ("components_management",)),
    "% of Agencies that receive a request from clients to use Digital Messaging to communicate "
    "with them": (_REQUESTS, ("clients_ask",)),
    "% of Agencies which ask clients about communication preferences": (
        _REQUESTS,
        ("ask_preference", "when_ask_preference", "contact_information"),
    ),
    "Main reason agency has not taken into account the request of clients": (
        _REQUESTS,
        ("why_not_ask_preference",),
    ),
    "Analysis of how widespread digital messaging use is in the organization": (
        _EXTENT,
        both("clients_served", "ways", "how_decided", "which_staff", "integrated"),
    ),
    "Clients being served using digital messaging": (_EXTENT, both("clients_served")),
    "Clients being served - front-line": (_EXTENT, ("clients_served_frontline",)),
    "Clients being served - managers": (_EXTENT, ("clients_served_management",)),
    "Most common ways digital messaging is being used": (_EXTENT, both("ways")),
    "How did you decide to use digital messaging with clients?": (_EXTENT, both("how_decided")),
    "Which staff use digital messaging": (_EXTENT, both("which_staff")),
    "Digital messaging integrated with all staff or role of a single staff member": (
        _EXTENT,
        both("integrated"),
    ),
    "% of Agencies which make an evaluation of their communication method with clients": (
        _EVALUATION,
        ("evaluate_communication", "how_evaluate"),
    ),
    "Main reason why Agencies don't do any evaluation of the communication method": (
        _EVALUATION,
        ("evaluate_communication", "why_not_evaluate"),
    ),
    "Materials and equipment": (_MATERIALS, both("materials")),
    "Access to materials/ work vs personal resource use": (_MATERIALS, both("materials")),
    "Why personal devices are used": (_MATERIALS, both("why_personal")),
    f"Main challenges face using {_SERVE} (Staff)": ("09_challenges", both("challenges_staff")),
    f"Main challenges face using {_SERVE} (Resources)": (
        "09_challenges",
        both("challenges_resources"),
    ),
    "Benefits you see in using digital messaging to serve your clients": (
        "10_benefits",
        both("benefits"),
    ),
    f"Rank the following benefits your staff see in using {_SERVE} (1 being strongest benefit)": (
        "10_benefits",
        both("benefits_ranked"),
    ),
    f"% of Agency measured or evaluated the impact of using {_SERVE}": (
        _IMPACT,
        both("impact", "impact_comment"),
    ),
    "% of Agency which have policies, protocols, or guidelines in place to specifically use "
    f"{_SERVE}": (_IMPACT, both("policies")),
    "% of agencies that have consulted with staff about use of digital messaging": (
        _IMPACT,
        (*both("consulted"), "consulted_why_management"),
    ),
    f"% of Front-line workers that declared they have the skills to use {_SERVE}": (
        _SKILLS,
        ("skills_frontline", "skills_comment_frontline"),
    ),
    f"% of managers that declared they have the skills to manage staff using {_SERVE}": (
        _SKILLS,
        ("skills_management", "skills_comment_management"),
    ),
    "What resources or training do you need to use digital messaging effectively to serve "
    "clients?": (_SKILLS, ("training_needs_frontline",)),
    "What resources or training do you and your staff need to use digital messaging effectively "
    "to serve clients?": (_SKILLS, ("training_needs_management", "capacity_needs_management")),
    "Do you think have the support of your funder in terms of": (
        _SKILLS,
        ("funder_support_management",),
    ),
    f"How have you applied for funding support to use {_SERVE}?": (
        _SKILLS,
        ("funding_applied_management",),
    ),
}
# Where the published document lost its chart: the notebook that gives it back, and the question.
MISSING_CHARTS = {
    "main reasons for not using": (_USE, "why_not_using"),
    "how they plan to": (_USE, "how_plan_to_use"),
    "why not asked": (_REQUESTS, "why_not_ask_preference"),
    "why not evaluated": (_EVALUATION, "why_not_evaluate"),
    "all staff or one": (_EXTENT, "integrated_frontline"),
    "reasons for personal devices": (_MATERIALS, "why_personal_frontline"),
    "management's benefits": ("10_benefits", "benefits_frontline"),
    "training needs": (_SKILLS, "training_needs_frontline"),
}
_CHARTS = ("chart", "plot", "plot_stacked", "ranking", "flow.plot_reach")
_SHOWING = ("show", "themes.show", "compare", "themes.compare", "ranking", "flow.plot_reach")


def cells(name):
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def called(sources, *methods):
    """The question ids that calls of these methods name."""
    found = set()
    for source in sources:
        for arguments in re.findall(rf"survey\.(?:{'|'.join(methods)})\(([^)]*)\)", source):
            found |= set(re.findall(r'"(\w+)"', arguments))
    return found


def published():
    with PUBLISHED_FIGURES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_section_of_the_ledger_is_in_the_map():
    assert {row["section"] for row in published()} - {TITLE} <= set(SECTIONS)


def with_twins(names):
    """The questions, and the twins that are shown beside them."""
    questions = read_questionnaire(QUESTIONNAIRE).questions
    pairs = {(q.concept, q.type) for q in questions if q.id in names and q.concept}
    return {*names, *(q.id for q in questions if (q.concept, q.type) in pairs)}


@pytest.mark.parametrize("heading", SECTIONS)
def test_section_has_its_notebook_and_questions(heading):
    name, questions = SECTIONS[heading]
    named = {text for source in cells(name) for text in re.findall(r'"(\w+)"', source)}
    assert set(questions) <= with_twins(named)


def test_questions_of_a_section_s_figures_are_shown_in_the_report():
    shown = {q: name for name, questions in SECTIONS.values() for q in questions}
    assert {row["question"] for row in published()} <= set(shown)


@pytest.mark.parametrize("place", MISSING_CHARTS)
def test_missing_chart_is_given_back(place):
    name, question = MISSING_CHARTS[place]
    sources = cells(name)
    assert question in with_twins(called(sources, *_CHARTS))
    assert question in with_twins(called(sources, *_SHOWING))


def test_every_question_is_charted_and_shown_in_a_section():
    charted, shown = set(), set()
    for path in sorted(NOTEBOOKS.glob("[01]*.ipynb")):
        sources = cells(path.stem)
        charted |= with_twins(called(sources, *_CHARTS))
        shown |= with_twins(called(sources, *_SHOWING))
    asked = {question.id for question in read_questionnaire(QUESTIONNAIRE).in_file}
    assert asked - charted <= {"consent"}  # everybody who agreed; counted in the first figure
    assert asked - shown == set()
