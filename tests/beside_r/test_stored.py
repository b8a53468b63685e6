"""What R said of the first cohorts at random, once; `python -m beside_r` asks it again."""

from __future__ import annotations

import pytest
from beside_r.cohorts import cohort
from beside_r.ours import refuse_to_differ
from beside_r.r import stored

from taper.results.proportions import proportion

STORED = stored()


@pytest.mark.parametrize("seed", STORED["said"])
def test_a_cohort_has_the_numbers_that_r_gave(seed: str):
    """§11.6.1, §11.6.2, §11.6.3: ties, nobody who reaches the target, nobody who does not."""
    refuse_to_differ(cohort(int(seed)), STORED["said"][seed])


def test_the_version_of_r_stands_beside_its_numbers():
    assert STORED["asked"].startswith("R version ")
    assert "survival " in STORED["asked"]


def test_wilsons_interval_is_the_one_without_correction():
    """§11.6.2: `prop.test` has both, and they are told apart."""
    said = STORED["said"]["0"]
    cohort_of = cohort(0)
    share = proportion(len(cohort_of.reached), len(cohort_of.reached) + len(cohort_of.censored))
    assert float(share.low) == pytest.approx(said["wilson"][0])
    assert float(share.low) > said["wilson_corrected"][0] + 0.001
