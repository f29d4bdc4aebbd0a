"""Whether intervals cover and tests keep their level, by simulation, and how long they take.

    python tests/benchmarks/benchmark_inference.py [simulations]

Without an argument 2,000 simulations of the tests and ten times as many of the intervals. A share
of 2,000 simulations has a standard error of about half a percentage point.
"""

import sys
import time

import numpy as np
import pandas as pd

from dmsi_lib.tables.group_rankings import rankings_test
from dmsi_lib.tables.inference import difference_interval, wilson_interval
from dmsi_lib.tables.means import means_test
from dmsi_lib.tables.multiple_response import multiple_response_test
from dmsi_lib.tables.ordered import ordered_test
from dmsi_lib.tables.plackett_luce import plackett_luce, worth_intervals

SHARES = (0.02, 0.1, 0.3, 0.5)
WORTHS = np.array([0.3, 0.25, 0.2, 0.12, 0.08, 0.05])


def wilson_coverage(simulations, random):
    for n in (20, 73, 443):
        for share in SHARES:
            low, high = wilson_interval(random.binomial(n, share, simulations), n)
            covered = 100 * np.mean((low <= share) & (share <= high))
            yield f"Wilson, n = {n}, share {share:.2f}", f"{covered:.1f} % covered"


def newcombe_coverage(simulations, random):
    for n1, n2 in ((20, 20), (60, 25), (300, 140)):
        for share1, share2 in ((0.05, 0.05), (0.3, 0.1), (0.5, 0.5), (0.9, 0.6)):
            first, second = (
                random.binomial(n, share, simulations) for n, share in ((n1, share1), (n2, share2))
            )
            low, high = difference_interval(first, n1, second, n2)
            covered = 100 * np.mean((low <= share1 - share2) & (share1 - share2 <= high))
            name = f"Newcombe, n = {n1} and {n2}, shares {share1:.2f} and {share2:.2f}"
            yield name, f"{covered:.1f} % covered"


def answers(n, options, random, common=1.0):
    """Answers that hang together: 0.5 and fewer choose an option, down to 1 in 20."""
    liking = random.normal(size=(n, options)) + common * random.normal(size=(n, 1))
    return liking > np.hypot(1, common) * np.linspace(0, 1.64, options)


def size_of_test(simulations, random):
    for sizes in ((100, 100), (170, 30), (80, 50, 40, 20, 10), (196, 4)):
        group = np.repeat(range(len(sizes)), sizes)
        for options in (5, 18):
            p_values, permuted = [], []
            for i in range(simulations):
                chosen = answers(200, options, random)
                permutations = 199 if i < simulations // 4 else 0
                found = multiple_response_test(group, chosen, permutations, seed=i)
                p_values.append(found.p_value)
                permuted.append(found.permutation_p_value)
            rejected = 100 * np.mean(np.array(p_values) <= 0.05)
            by_permutation = 100 * np.mean(np.array(permuted[: simulations // 4]) <= 0.05)
            name = f"Multiple response, {options} options, groups of {sizes}"
            yield name, f"{rejected:.1f} % rejected at 5 %, {by_permutation:.1f} % by permutation"


def size_of_ordered_test(simulations, random):
    """Five answers, evenly spread or nine in ten the same; by midranks and by scores."""
    for sizes in ((30, 30), (170, 30), (30, 30, 30), (150, 60, 40, 30), (8, 8)):
        for name, shares in (("even", [0.2] * 5), ("uneven", [0.9, 0.04, 0.03, 0.02, 0.01])):
            by_rank, by_score = [], []
            for i in range(simulations):
                counts = random.multinomial(sizes, shares)
                by_rank.append(ordered_test(counts, seed=i).p_value)
                by_score.append(ordered_test(counts, [0, 1, 2, 5, 9], seed=i).p_value)
            rejected = [100 * np.mean(np.array(p) <= 0.05) for p in (by_rank, by_score)]
            text = "{:.1f} % rejected at 5 % by midranks, {:.1f} % by scores".format(*rejected)
            yield f"Ordered answers, {name}, groups of {sizes}", text


def size_of_means_test(simulations, random):
    """Equal means; unequal spread, and the numbers of clients that an agency might name."""
    draws = {
        "normal, spread 1 to 3": lambda n, k: random.normal(0, 1 + 2 * k, n),
        "lognormal": lambda n, k: random.lognormal(3, 0.8, n),
    }
    for sizes in ((30, 30), (170, 30), (30, 30, 30), (150, 60, 40, 30)):
        for name, draw in draws.items():
            spread = np.linspace(0, 1, len(sizes))
            p_values, covered = [], []
            for _ in range(simulations):
                found = means_test([draw(n, k) for n, k in zip(sizes, spread, strict=True)])
                p_values.append(found.p_value)
                covered.append(found.ci_low <= 0 <= found.ci_high)
            text = f"{100 * np.mean(np.array(p_values) <= 0.05):.1f} % rejected at 5 %"
            if len(sizes) == 2:
                text += f", interval covers in {100 * np.mean(covered):.1f} %"
            yield f"Means, {name}, groups of {sizes}", text


def size_of_rankings_test(simulations, random):
    """Six items of unequal worth, all ranked or the first three; any item after Holm, and jointly
    by 199 permutations."""
    for sizes in ((90, 75), (120, 30), (60, 40, 30)):
        for first in (6, 3):
            group = np.repeat([str(i) for i in range(len(sizes))], sizes)
            any_item, joint = [], []
            for i in range(simulations):
                luck = random.gumbel(size=(len(group), len(WORTHS))) + np.log(WORTHS)
                ranks = pd.DataFrame((-luck).argsort(axis=1).argsort(axis=1) + 1)
                ranks = ranks.where(ranks <= first)
                found = rankings_test(group, ranks, list(dict.fromkeys(group)), 199, seed=i)
                any_item.append(min(found.p_holm.values()) <= 0.05)
                joint.append(found.p_value <= 0.05)
            name = f"Rankings, first {first} of {len(WORTHS)}, groups of {sizes}"
            text = f"{100 * np.mean(any_item):.1f} % with any item at 5 % (Holm)"
            yield name, f"{text}, {100 * np.mean(joint):.1f} % of all items together"


def worth_coverage(simulations, random):
    for n, first in ((60, 6), (60, 3), (300, 3)):
        covered = []
        for i in range(simulations // 10):
            luck = random.gumbel(size=(n, len(WORTHS))) + np.log(WORTHS)
            places = pd.DataFrame((-luck).argsort(axis=1).argsort(axis=1) + 1)
            table = worth_intervals(places.where(places <= first), pseudo=0.5, seed=i)
            covered.append((table["ci_low"] <= WORTHS) & (table["ci_high"] >= WORTHS))
        name = f"Worths, n = {n}, first {first} of {len(WORTHS)} ranked"
        yield name, f"{100 * np.mean(covered):.1f} % covered"


def times(random):
    group, chosen = random.integers(0, 2, 443), answers(443, 18, random)
    provinces = random.integers(0, 10, 443)
    places = pd.DataFrame(random.random((443, 6)).argsort(axis=1).argsort(axis=1) + 1)
    for name, run in (
        ("443 x 18, Rao-Scott only", lambda: multiple_response_test(group, chosen)),
        ("10,000 permutations, 2 groups", lambda: multiple_response_test(group, chosen, 10_000)),
        ("10,000, 10 groups", lambda: multiple_response_test(provinces, chosen, 10_000)),
        ("443 rankings of 6, worths", lambda: plackett_luce(places)),
        ("1,000 resamples of them", lambda: worth_intervals(places)),
    ):
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
        yield name, f"{1000 * min(seconds):.0f} ms (best of 5)"


def main(simulations=2000):
    random = np.random.default_rng(20180601)
    for lines in (
        wilson_coverage(10 * simulations, random),
        newcombe_coverage(10 * simulations, random),
        size_of_test(simulations, random),
        size_of_ordered_test(simulations, random),
        size_of_means_test(simulations, random),
        size_of_rankings_test(simulations, random),
        worth_coverage(simulations, random),
        times(random),
    ):
        for name, result in lines:
            print(f"{name:<64} {result}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
