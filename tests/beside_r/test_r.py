"""R itself, asked of 500 cohorts at random: `make prove`, where R and its survival are there."""

from __future__ import annotations

import pytest
from beside_r.cohorts import cohort
from beside_r.ours import refuse_to_differ
from beside_r.r import Said, asked

COHORTS = 500


@pytest.fixture(scope="module")
def said() -> list[Said]:
    """R's answers, of all of them at once."""
    return asked(map(cohort, range(COHORTS)))[1]


@pytest.mark.parametrize("first", range(0, COHORTS, 50))
def test_cohorts_at_random_have_the_numbers_that_r_gives(first: int, said: list[Said]):
    """§11.6.1, §11.6.2, §11.6.3."""
    for seed in range(first, first + 50):
        refuse_to_differ(cohort(seed), said[seed])
