"""Two small waves of an invented survey, for tests of their comparison."""

from sample_exports import write_csv

from dmsi_lib import Survey

BEFORE = """
title: Tea
wave: "1"
questions:
  - {id: role, text: Are you a cook?, type: single, page: 1, options: {cook: "Yes", guest: "No"}}
  - {id: tea, text: Which tea?, type: single, page: 1, options: {green: Green, black: Black}}
  - {id: cake, text: Which cakes?, type: multiple, page: 1, options: {plum: Plum, apple: Apple}}
  - {id: cup, text: Which cup?, type: single, page: 1, options: {small: Small, large: Large}}
  - {id: milk, text: With milk?, type: single, page: 2, ask_if: {tea: black}, options: {yes: "Yes", no: "No"}}
  - {id: old, text: Do you own a pot?, type: single, page: 2, options: {yes: "Yes", no: "No"}}
  - {id: mood, text: How are you?, type: single, page: 2, options: {good: Good, bad: Bad}}
"""  # noqa: E501
AFTER = """
title: Tea
wave: "2"
questions:
  - {id: role, text: Are you a cook?, type: single, page: 1, options: {cook: "Yes", guest: "No"}}
  - {id: tea, text: Which tea?, type: single, page: 1, options: {green: Green, black: Black}}
  - id: cakes
    text: Which of the cakes?
    aliases: Which cakes?
    type: multiple
    page: 1
    options: {plum: {label: Plum cake, aliases: Plum}, apple: Apple, pear: Pear}
  - {id: cup, text: Which cup?, type: single, page: 1, options: {small: Small, large: Large, none: None}}
  - {id: milk, text: With milk?, type: single, page: 2, options: {yes: "Yes", no: "No"}}
  - {id: mood, text: How do you feel today?, type: single, page: 2, options: {good: Good, bad: Bad}}
  - {id: new, text: Sugar?, type: single, page: 2, options: {yes: "Yes", no: "No"}}
"""  # noqa: E501
TITLES = ["Respondent ID", "Are you a cook?", "Which tea?"]
BOTH = ["Which cup?", "With milk?"]


def row(number, cook, green, plum, cup, milk, *end, cakes=2):
    """A respondent; `milk` and `cup` as they stand."""
    ticks = ["Plum" if plum else "", "" if plum else "Apple", ""][:cakes]
    tea = "Green" if green else "Black"
    return [str(number), "Yes" if cook else "No", tea, *ticks, cup, milk, *end]


def waves(tmp_path, cooks_after=80, guests_green_after=0.2):
    """Two waves of 200; of cooks 60 % take green tea, of guests 20 %, in the second as is said."""
    header = [*TITLES, "Which cakes?", "", *BOTH, "Do you own a pot?", "How are you?"]
    below = ["", "Response", "Response", "Plum", "Apple", *["Response"] * 4]
    first = []
    for n in range(200):
        cook = n < 140
        green = n % 10 < (6 if cook else 2)
        milk = "" if green else "Yes" if n % 3 else "No"
        first.append(row(n, cook, green, n % 2, "Small", milk, "Yes", "Good"))
    header_2 = [*TITLES, "Which of the cakes?", "", "", *BOTH, "How do you feel today?", "Sugar?"]
    below_2 = ["", "Response", "Response", "Plum cake", "Apple", "Pear", *["Response"] * 4]
    second = []
    for n in range(200):
        cook = n < cooks_after
        green = n % 10 < (6 if cook else 10 * guests_green_after)
        cup = "None" if n % 4 == 0 else "Small"
        second.append(row(n, cook, green, n % 2, cup, "Yes", "Good", "No", cakes=3))
    found = []
    for name, text, rows in (
        ("before", BEFORE, [header, below, *first]),
        ("after", AFTER, [header_2, below_2, *second]),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        export = write_csv(tmp_path / f"{name}.csv", rows)
        found.append(Survey.load(export, tmp_path / f"{name}.yaml"))
    return found
