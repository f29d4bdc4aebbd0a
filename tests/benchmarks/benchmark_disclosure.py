"""Seconds, recovered figures and information lost of suppression plans; run by hand.

python tests/benchmarks/benchmark_disclosure.py            # the synthetic batch, 200 surveys
python tests/benchmarks/benchmark_disclosure.py 20         # the synthetic batch, 20 surveys
"""

import sys
import time
from itertools import product
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from random_releases import random_release
from small_tables import primary_only

from dmsi_lib import Survey
from dmsi_lib.disclosure.attack import recover_cells
from dmsi_lib.disclosure.plan import COMPLEMENTARY, PRIMARY, group_of, where_of
from dmsi_lib.disclosure.printed_before import known_figures
from dmsi_lib.disclosure.release import release_of, unpublished
from dmsi_lib.disclosure.suppression import plan_suppression
from dmsi_lib.errors import InputError


def batch(*by):
    """The synthetic survey and its groups by the options of some questions, as a release."""
    nation = Survey.load()
    tables, sizes = {(): tables_of(nation)}, {(): nation.n}
    choices = [nation.question(name).choices for name in by]
    for codes in product(*choices) if by else ():
        where = ["=".join(pair) for pair in zip(by, codes, strict=True)]
        try:
            survey = nation.with_(where=where)
        except InputError:  # nobody is in the group
            continue
        group = group_of(survey.where, nation.questionnaire)
        tables[group], sizes[group] = tables_of(survey), survey.n
    between = {}
    for group in unpublished(nation.questionnaire, tables):
        survey = nation.part(where_of(group))
        between[group], sizes[group] = tables_of(survey), survey.n
    release = release_of(nation.questionnaire, tables, sizes, between)
    return release, nation.published.figures


def tables_of(survey):
    themes = [survey.themes.counted(name) for name in survey.themes.codebook]
    return pd.concat([survey.counted(), *themes], ignore_index=True)


def measure(name, release, known=None):
    """Both audits, as before a publication; seconds of this process's own work."""
    start = time.process_time()
    plan = plan_suppression(release, known=known)
    planned = time.process_time()
    recovered = len(recover_cells(release, plan))
    recovered += 0 if known is None else len(recover_cells(release, plan, known=known))
    audited = time.process_time()
    alone = len(recover_cells(release, primary_only(release)))
    primary, complementary = (
        int((plan.cells["status"] == status).sum()) for status in (PRIMARY, COMPLEMENTARY)
    )
    print(
        f"{name:28}{len(release.groups):4} groups{len(plan.cells):7,} cells"
        f"{primary:7,} primary{complementary:5,} complementary"
        f"{planned - start:8.1f} s to plan{audited - planned:7.1f} s to audit"
        f"{recovered:4} recovered{alone:6,} with primary cells alone",
        flush=True,
    )
    return recovered, alone, complementary


def main(surveys):
    for by in ((), ("province",), ("province", "role")):
        release, published = batch(*by)
        name = " x ".join(by) or "everybody"
        measure(name, release)
        measure(f"{name}, old report", release, known_figures(published, release))
    found = {"single": [], "multiple": []}
    for seed in range(surveys):
        release = random_release(seed)
        kind = release.questionnaire[release.groups[-1][0][0]].type
        found[kind].append(measure(f"random survey {seed}", release))
    for kind, figures in found.items():
        if not figures:
            continue
        recovered, alone, complementary = (sum(column) for column in zip(*figures, strict=True))
        print(
            f"{len(figures)} random surveys grouped by {kind} choice: {recovered} recovered, "
            f"{alone:,} with primary cells alone, {complementary:,} complementary cells"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
