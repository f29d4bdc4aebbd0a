"""A survey that asks cooks and guests the same by different questions, countable by hand."""

TWINS = """\
title: Kitchen
wave: "2014"
questions:
  - id: role
    text: Are you a cook or a guest?
    type: single
    page: 1
    options: {cook: Cook, guest: Guest}
  - id: tools_cook
    concept: tools
    text: What do you use?
    type: multiple
    page: 2
    ask_if: {role: [cook]}
    options: {pan: Pan, grill: Grill, oven: Oven, tongs: Tongs}
  - id: liked_cook
    concept: liked
    text: Rank the cuts (1 is best)
    type: ranking
    page: 2
    ask_if: {role: [cook]}
    options: {rump: Rump, flank: Flank, rib: Rib}
  - id: sure_cook
    concept: sure
    text: Are you sure?
    type: single
    page: 2
    ask_if: {role: [cook]}
    options: {yes: "Yes", no: "No"}
  - id: why_cook
    concept: why
    text: Why, cook?
    type: open
    page: 2
    ask_if: {role: [cook]}
  - id: tools_guest
    concept: tools
    same_question: true
    text: What would you use?
    type: multiple
    page: 3
    ask_if: {role: [guest]}
    options: {pan: Their pan, grill: GRILL, oven: Oven, fork: Fork}
  - id: liked_guest
    concept: liked
    text: Rank the cuts (1 is best), guest
    type: ranking
    page: 3
    ask_if: {role: [guest]}
    options: {rump: Rump, flank: Flank, rib: Rib}
  - id: sure_guest
    concept: sure
    same_question: true
    text: Are you sure, guest?
    type: single
    page: 3
    ask_if: {role: [guest]}
    options: {yes: "Yes", dont_know: I don't know, no: "No"}
  - id: why_guest
    concept: why
    same_question: true
    text: Why, guest?
    type: open
    page: 3
    ask_if: {role: [guest]}
"""

# r1 to r4 cook, r5 to r7 are guests, r8 says nothing. The tongs were offered to the cooks only, the
# fork to the guests only, and the fork is ticked most often of all.
_YES, _NO, _GONE = True, False, None
TWIN_ANSWERS = {
    ("role", ""): ["cook"] * 4 + ["guest"] * 3 + [None],
    ("tools_cook", "pan"): [_YES, _YES, _NO, _NO, *[_GONE] * 4],
    ("tools_cook", "grill"): [_YES, _NO, _NO, _NO, *[_GONE] * 4],
    ("tools_cook", "oven"): [_NO, _NO, _NO, _YES, *[_GONE] * 4],
    ("tools_cook", "tongs"): [_YES, _NO, _YES, _NO, *[_GONE] * 4],
    ("liked_cook", "rump"): [1, 1, 2, None, *[None] * 4],
    ("liked_cook", "flank"): [2, 3, 1, None, *[None] * 4],
    ("liked_cook", "rib"): [3, 2, 3, None, *[None] * 4],
    ("sure_cook", ""): ["yes", "no", "yes", "yes", *[None] * 4],
    ("why_cook", ""): ["hunger", "taste", None, "custom", *[None] * 4],
    ("tools_guest", "pan"): [*[_GONE] * 4, _NO, _NO, _NO, _GONE],
    ("tools_guest", "grill"): [*[_GONE] * 4, _YES, _NO, _NO, _GONE],
    ("tools_guest", "oven"): [*[_GONE] * 4, _NO, _NO, _NO, _GONE],
    ("tools_guest", "fork"): [*[_GONE] * 4, _YES, _YES, _YES, _GONE],
    ("liked_guest", "rump"): [*[None] * 4, 3, 2, None, None],
    ("liked_guest", "flank"): [*[None] * 4, 2, 3, None, None],
    ("liked_guest", "rib"): [*[None] * 4, 1, 1, None, None],
    ("sure_guest", ""): [*[None] * 4, "no", "no", "dont_know", None],
    ("why_guest", ""): [*[None] * 4, "hunger", None, "company", None],
}
TWIN_CODEBOOK = """\
why_cook:
  - {code: body, label: For the body}
  - {code: habit, label: Out of habit}
why_guest: why_cook
"""
TWIN_TAGS = {
    "why_cook": "respondent,theme,coder\nr1,body,ann\nr2,body,ann\nr4,habit,ann\nr4,body,ann\n",
    "why_guest": "respondent,theme,coder\nr5,body,ann\nr7,habit,ann\n",
}


def write_tags(folder):
    """The codebook and the tags beside a questionnaire and an export."""
    (folder / "themes.yaml").write_text(TWIN_CODEBOOK, encoding="utf-8")
    (folder / "tags").mkdir()
    for name, rows in TWIN_TAGS.items():
        (folder / "tags" / f"{name}.csv").write_text(rows, encoding="utf-8")
