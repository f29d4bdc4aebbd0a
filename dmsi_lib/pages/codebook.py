"""The page of a codebook: every question with what is to be known of it, and its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmsi_lib.pages.body import Link
from dmsi_lib.pages.pages import PageContext, Section, contents, neighbours, render_page


@dataclass(frozen=True)
class Entry:
    """One question.

    Attributes
    ----------
    id : of the question, by which links find it
    text : as it was put
    facts : what is to be known of it, by name
    parts : rows of its table by the statement that they are about, "" where there is none; of each
        the answer, its code and its figures, all as they are shown
    """

    id: str
    text: str
    facts: Mapping[str, str]
    parts: Mapping[str, Sequence[Sequence[str]]]


def render_codebook(
    groups: Mapping[str, Sequence[Entry]],
    heads: Sequence[str],
    caption: str,
    section: Section,
    sections: Sequence[Section],
    context: PageContext,
) -> str:
    """A complete page.

    Parameters
    ----------
    groups : the questions by the heading that they stand under
    heads : of the columns of every table: answer, code, and the names of the figures
    caption : of every table: whom it counts
    section : the page's own
    sections : for contents and neighbours
    context : what all pages have in common
    """
    headings = [Link(f"#part-{number}", text) for number, text in enumerate(groups, 1)]
    before, after = neighbours(sections, section.file)
    return render_page(
        "codebook.html.j2",
        section.title,
        contents(sections, section.file, headings)[context.alone :],
        context,
        about=section.summary,
        groups=[*zip(headings, groups.values(), strict=True)],
        heads=heads,
        caption=caption,
        previous=before,
        next=after,
    )
