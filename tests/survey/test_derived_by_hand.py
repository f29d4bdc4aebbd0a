"""Derived questions against recoding by hand: the raw files read with `csv`, and nothing else of
ours. The real exports are those of `test_real_exports`."""

import csv
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest

from dmsi_lib import Survey
from dmsi_lib.choices import SYNTHETIC_EXPORT
from dmsi_lib.drafting import draft_questionnaire

EXPORTS = Path(__file__).resolve().parents[3] / "shared" / "exports"
PRAIRIES = {"Alberta", "Saskatchewan", "Manitoba"}
NORTHEAST = {"New England", "Middle Atlantic"}


def counts(survey, name):
    table = survey.table(name)
    return dict(zip(table["item"], table["count"], strict=True)), set(table["base"])


# ---- the shipped survey


@pytest.fixture(scope="module")
def shipped():
    return Survey.load()


@pytest.fixture(scope="module")
def raw():
    """The titles, options and rows of the shipped export."""
    with open(SYNTHETIC_EXPORT, encoding="utf-8", newline="") as file:
        titles, options, *rows = csv.reader(file)
    titles = [next(filter(None, titles[n::-1]), "") for n in range(len(titles))]
    return list(zip(titles, options, strict=True)), rows


def columns_of(raw, title):
    return {n: option for n, (own, option) in enumerate(raw[0]) if own.startswith(title)}


def test_provinces_and_sizes_of_the_shipped_export_are_put_together(shipped, raw):
    [place] = columns_of(raw, "In which province")
    found = Counter(row[place] for row in raw[1] if row[place])
    in_regions, bases = counts(shipped, "region")
    assert bases == {sum(found.values())}
    assert in_regions["prairies"] == sum(found[name] for name in PRAIRIES)
    assert in_regions["ontario"] == found["Ontario"]
    assert sum(in_regions.values()) == sum(found.values())
    [place] = columns_of(raw, "How many staff does your agency")
    found = Counter(row[place] for row in raw[1] if row[place])
    large = found["21-50 employees"] + found["more than 51 employees"]
    small = sum(found.values()) - large
    assert counts(shipped, "agency_size") == ({"small": small, "large": large}, {small + large})


def test_tools_of_either_role_in_the_shipped_export(shipped, raw):
    parts = [
        columns_of(raw, "Which digital messaging tools do you use"),
        columns_of(raw, "Which digital messaging tools does your agency"),
    ]
    ticked = []
    for row in raw[1]:
        given = [{option for n, option in part.items() if row[n]} for part in parts]
        ticked += [next(filter(None, given))] if any(given) else []
    other = "Other (please specify)"
    texting = sum("Texting/SMS/MMS" in one for one in ticked)
    app = sum(bool(one - {"Texting/SMS/MMS", other}) for one in ticked)
    assert counts(shipped, "tool_kinds") == ({"texting": texting, "app": app}, {len(ticked)})
    assert counts(shipped, "tools")[0]["sms"] == texting
    numbers = shipped.responses["number_of_tools", ""].dropna()
    assert sorted(numbers) == sorted(map(len, ticked))
    assert shipped.table("number_of_tools")["mean"].tolist() == [mean(map(len, ticked))]


@pytest.mark.parametrize("edit", ["gate", "follow_up"])
def test_derived_questions_follow_edits(shipped, edit):
    edited = shipped.with_(edit=edit)
    for name in ("tools", "tool_kinds", "number_of_tools"):
        answered = edited.responses[[name]].notna().any(axis=1)
        parts = edited.responses[["tools_frontline", "tools_management"]].notna().any(axis=1)
        assert (answered == parts).all()
    wanted = edited.responses["province", ""].isin(["alberta", "saskatchewan", "manitoba"])
    assert ((edited.responses["region", ""] == "prairies") == wanted).all()


# ---- real exports, drafted


def drafted(name, tmp_path, derived, *changes):
    """A real export read by its draft, with derived questions and perhaps further changes."""
    path = EXPORTS / name
    if not path.exists():
        pytest.skip(f"the real export {name} is not there")
    text = draft_questionnaire(path).text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place = tmp_path / "questionnaire.yaml"
    place.write_text(text + "derived:\n" + derived, encoding="utf-8")
    with open(path, encoding="utf-8-sig", newline="", errors="replace") as file:
        titles, *rows = csv.reader(file)
    return Survey.load(path, place), titles, rows


THANKSGIVING = """
  - id: side_kinds
    text: Kinds of side dishes
    net: side_dishes_aretypically_served
    options:
      greens: {label: Green, codes: [brussel_sprouts, cauliflower, vegetable_salad]}
      potatoes: {label: Potatoes, codes: mashed_potatoes}
  - {id: pies, text: How many kinds of pie?, count: type_pie_typically_served_thanksgiving}
  - id: many_pies
    text: One kind of pie, or several?
    bands: pies
    options:
      none: {label: None, less_than: 1}
      one: {label: One, at_least: 1, at_most: 1}
      several: {label: Several, more_than: 1}
  - id: kids_table
    text: Where does the kids' table end?
    bands: whats_age_cutoff_kids_table
    options:
      young: {label: Up to 14, at_most: 14}
      old: {label: From 15, at_least: 15}
  - id: friends
    text: Met friends?
    combine: [tried_meet_up_hometown_friends, attended_friendsgiving]
    options:
      both:
        label: Both
        if: {tried_meet_up_hometown_friends: "yes", attended_friendsgiving: "yes"}
      either:
        label: Either
        if: [{tried_meet_up_hometown_friends: "yes"}, {attended_friendsgiving: "yes"}]
      neither: {label: Neither, otherwise: true}
  - id: met
    text: Met friends?
    coalesce: [tried_meet_up_hometown_friends, attended_friendsgiving]
  - {id: met_net, text: Met friends?, net: met, options: {yes: {label: Met, codes: "yes"}}}
"""
CUTOFF = (
    "    type: single\n    page: 5\n    options:\n"
    '      "10_or_younger": "10 or younger"\n'
    + "".join(f'      "{n}": "{n}"\n' for n in range(11, 21))
    + '      "21_or_older": "21 or older"\n    ordered: true\n'
)


def test_derived_questions_of_a_real_export_of_many_ticks(tmp_path):
    change = CUTOFF, "    type: numeric\n    page: 5\n"
    survey, titles, rows = drafted(
        "thanksgiving-2015-poll-data.csv", tmp_path, THANKSGIVING, change
    )

    def ticked(row, title):
        own = (n for n, each in enumerate(titles) if each.startswith(title))
        own = [n for n in own if titles[n] != titles[n - 1]]  # what was written
        return {titles[n].rpartition(" - ")[2] for n in own if row[n]}

    sides = [one for row in rows if (one := ticked(row, "Which of these side dishes"))]
    greens = {"Brussel sprouts", "Cauliflower", "Vegetable salad"}
    assert counts(survey, "side_kinds") == (
        {
            "greens": sum(bool(one & greens) for one in sides),
            "potatoes": sum("Mashed potatoes" in one for one in sides),
        },
        {len(sides)},
    )
    pies = [len(one) for row in rows if (one := ticked(row, "Which type of pie"))]
    assert sorted(survey.responses["pies", ""].dropna()) == sorted(pies)
    assert counts(survey, "many_pies")[0] == {
        "none": 0, "one": pies.count(1), "several": sum(n > 1 for n in pies)
    }  # fmt: skip
    ages = [
        row[titles.index("What's the age cutoff at your \"kids' table\" at Thanksgiving?")]
        for row in rows
    ]
    numbers = [int(age) for age in ages if age.isdigit()]
    young = sum(n <= 14 for n in numbers)
    assert counts(survey, "kids_table") == (
        {"young": young, "old": len(numbers) - young}, {len(numbers)}
    )  # fmt: skip
    routing = survey.routing().set_index("question")
    words = sum(bool(age) and not age.isdigit() for age in ages)
    blank = ["item_nonresponse", "break_off"]
    more = (
        routing.loc["kids_table", blank].sum()
        - routing.loc["whats_age_cutoff_kids_table", blank].sum()
    )
    assert words > 0 and more == words
    tried, went = (
        next(n for n, each in enumerate(titles) if start in each)
        for start in ("hometown friends", 'attended a "Friendsgiving')
    )
    pairs = [(row[tried], row[went]) for row in rows]
    assert counts(survey, "friends")[0] == {
        "both": pairs.count(("Yes", "Yes")),
        "either": pairs.count(("Yes", "No")) + pairs.count(("No", "Yes")),
        "neither": pairs.count(("No", "No")),
    }
    first = [one or other for one, other in pairs if one or other]
    assert counts(survey, "met")[0] == {"yes": first.count("Yes"), "no": first.count("No")}
    assert counts(survey, "met_net") == ({"yes": first.count("Yes")}, {len(first)})


STEAK = """
  - id: part
    text: Part of the country
    recode: location_census_region
    options:
      northeast: {label: Northeast, codes: [new_england, middle_atlantic]}
      south: {label: South, codes: [south_atlantic, east_south_central, west_south_central]}
      rest: {label: Elsewhere, codes: [east_north_central, west_north_central, mountain, pacific]}
  - id: vices
    text: Smokes and drinks
    combine: [smoke_cigarettes, drink_alcohol, like_steak_prepared]
    options:
      both: {label: Both, if: {smoke_cigarettes: "yes", drink_alcohol: "yes"}}
      rare: {label: Steak rare, if: {like_steak_prepared: [rare, medium_rare]}}
      rest: {label: The rest, otherwise: true}
"""


def test_derived_questions_of_a_real_export_with_a_rule(tmp_path):
    survey, titles, [_, *rows] = drafted("steak-risk-survey.csv", tmp_path, STEAK)
    where, smokes, drinks, eats, done = (
        next(n for n, each in enumerate(titles) if start in each)
        for start in ("Location", "smoke", "drink", "Do you eat steak", "steak prepared")
    )
    regions = Counter(row[where] for row in rows if row[where])
    part, bases = counts(survey, "part")
    assert bases == {sum(regions.values())}
    assert part["northeast"] == sum(regions[name] for name in NORTHEAST)
    vices = Counter()
    for row in rows:
        if row[smokes] == row[drinks] == "Yes":
            vices["both"] += 1
        elif "No" in (row[smokes], row[drinks]):  # the first is known not to hold
            if row[done] in ("Rare", "Medium rare"):
                vices["rare"] += 1
            elif row[done] or row[eats] == "No":  # whoever eats none meets no condition on it
                vices["rest"] += 1
    assert counts(survey, "vices") == (dict(vices), {sum(vices.values())})
