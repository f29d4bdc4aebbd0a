"""A survey of eight respondents with the rarer types of question, countable by hand."""

RARE = """\
title: Kitchen
wave: "2024"
questions:
  - id: role
    text: Are you a cook or a guest?
    type: single
    page: 1
    options: {cook: Cook, guest: Guest}
  - id: tools
    text: What do you use for each dish?
    type: matrix_multiple
    page: 2
    rows: {soup: Soup, steak: Steak}
    options: {pan: Pan, pot: Pot, oven: Oven}
  - id: days
    text: On which days?
    type: open
    page: 2
    rows: {best: Best day, worst: Worst day}
  - id: spent
    text: How much do you spend?
    type: numeric
    page: 2
    rows: {food: Food, drink: Drink}
  - id: age
    text: How old are you?
    type: numeric
    page: 2
  - id: visit
    text: When were you here?
    type: date
    page: 3
  - id: recommend
    text: How likely are you to recommend us?
    type: single
    page: 3
    options: {"0": Not at all likely - 0, "1": "1", "2": "2", "3": "3", "4": "4", "5": "5",
      "6": "6", "7": "7", "8": "8", "9": "9", "10": Extremely likely - 10}
  - id: agree
    text: Do you agree?
    type: matrix
    page: 3
    rows: {dear: It is dear, tasty: It is tasty}
    options:
      no: {label: "No", score: 1}
      partly: {label: Partly, score: 2}
      yes: {label: "Yes", score: 3}
      dont_know: I don't know
  - id: sauces
    text: Which sauces? Choose all that apply.
    type: multiple
    page: 4
    options: {pepper: Pepper}
    other: [A cold one, A warm one]
    comment: Anything else about sauces?
  - id: liked_cook
    text: Do you like it, cook?
    type: single
    page: 5
    ask_if: {role: [cook]}
    options: {yes: "Yes", no: "No"}
  - id: liked_guest
    text: Do you like it, guest?
    type: single
    page: 5
    ask_if: {role: [guest]}
    options: {yes: "Yes", no: "No"}
derived:
  - id: liked
    text: Do you like it?
    coalesce: [liked_cook, liked_guest]
"""

_YES, _NO, _GONE = True, False, None
_SCALE = ["10", "9", "8", "6", "0", "10", None, None]
RARE_ANSWERS = {
    ("role", ""): ["cook"] * 4 + ["guest"] * 3 + [None],
    # Of soup r3 was asked and ticked nothing; four answered about soup, two about steak.
    ("tools", "soup.pan"): [_YES, _YES, _NO, _GONE, _NO, _GONE, _GONE, _GONE],
    ("tools", "soup.pot"): [_YES, _NO, _NO, _GONE, _NO, _GONE, _GONE, _GONE],
    ("tools", "soup.oven"): [_NO, _NO, _NO, _GONE, _YES, _GONE, _GONE, _GONE],
    ("tools", "steak.pan"): [_YES, _GONE, _GONE, _YES, *[_GONE] * 4],
    ("tools", "steak.pot"): [_NO, _GONE, _GONE, _NO, *[_GONE] * 4],
    ("tools", "steak.oven"): [_NO, _GONE, _GONE, _YES, *[_GONE] * 4],
    ("days", "best"): ["Monday", "on a Sunday", None, None, *[None] * 4],
    ("days", "worst"): ["Friday", None, "Saturday", None, *[None] * 4],
    # r3 wrote "about 30" for food.
    ("spent", "food"): [10.0, 20.0, None, None, *[None] * 4],
    ("spent", "drink"): [4.0, None, None, 6.0, *[None] * 4],
    ("spent", "food.not_a_number"): [None, None, True, None, *[None] * 4],
    ("age", ""): [30.0, 40.0, None, 50.0, None, None, None, None],
    ("age", "not_a_number"): [None, None, True, None, True, None, None, None],
    ("visit", ""): ["2024-03-02", "2024-03-01", None, None, "2024-04-30", None, None, None],
    ("recommend", ""): _SCALE,
    ("agree", "dear"): ["no", "yes", "dont_know", "partly", *[None] * 4],
    ("agree", "tasty"): ["yes", None, "dont_know", None, *[None] * 4],
    ("sauces", "pepper"): [_YES, _NO, _NO, *[_GONE] * 5],
    ("sauces", "other"): [_NO, _YES, _YES, *[_GONE] * 5],
    ("sauces", "other_2"): [_NO, _NO, _YES, *[_GONE] * 5],
    ("sauces", "other_text"): [None, "mint", "yoghurt", *[None] * 5],
    ("sauces", "other_text_2"): [None, None, "call 604-555-0142", *[None] * 5],
    ("sauces", "comment"): ["write to cook@example.org", *[None] * 7],
    ("liked_cook", ""): ["yes", "no", "yes", None, None, None, None, None],
    ("liked_guest", ""): [None, None, None, None, "yes", "no", None, None],
}
