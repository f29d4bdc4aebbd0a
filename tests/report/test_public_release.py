"""What is published together fits together: no report shows what protects another one."""

import pytest
from random_releases import random_release

from dmsi_lib.disclosure.suppression import plan_suppression
from dmsi_lib.errors import InputError
from dmsi_lib.report.public_release import refuse_shown_by


def plans(seed):
    """The plan of everybody alone, and that with the groups."""
    release = random_release(seed)
    return plan_suppression(release.up_to(0)), plan_suppression(release)


def test_refuse_shown_by_names_what_groups_need_hidden_of_everybody():
    alone, plan = plans(35)
    more = plan.of(())["status"].ne("") & alone.of(())["status"].eq("")
    assert more.any()
    with pytest.raises(InputError, match="These groups can be protected only if") as raised:
        refuse_shown_by(alone, plan)
    for row in plan.of(())[more].itertuples():
        assert f"{row.question}, {row.item}" in str(raised.value)


def test_refuse_shown_by_lets_groups_pass_that_protect_one_another():
    refuse_shown_by(*plans(2))
