"""`taper batch --dispense`: what is likely a slip in how a pharmacy hands out."""

from __future__ import annotations

import pytest

from taper.errors import ExitCode

BATCH = ("batch", "patients", "--out", "out", "--format", "json", "--workers", 1)


@pytest.fixture(autouse=True)
def _site(write):
    for id_ in ("IIM-001", "IIM-002"):
        write(f"{id_}.yaml")


@pytest.mark.parametrize("more", [("--check",), ()])
def test_what_of_the_terms_concerns_nobody_of_a_site_is_told_at_the_end(run, more):
    """§7.2.11."""
    result = run(*BATCH, "--dispense", "visits", "--packs", "5:30,50:10", *more)
    said = " ".join(result.stderr.split())
    assert "--packs: no tablet of 50 mg is needed." in said
    assert "5 mg is needed" not in said
    assert "no visit of IIM-001 or IIM-002 is a printed day after the first: all is handed" in said
    quiet = run(*BATCH, "--dispense", "visits", "--packs", "50:10", "--quiet", *more)
    assert "--packs" not in quiet.stderr


def test_terms_without_dispense_and_terms_that_are_none_are_refused_and_nothing_is_written(
    run, tmp_path
):
    for words, sentence in (
        (("--packs", "5:30"), "--spare-days, --packs and --discard-halves say how --dispense "),
        (("--dispense", "weekly"), "--dispense is 'weekly'; allowed: infusions, visits, days:28 "),
    ):
        result = run(*BATCH, *words)
        assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
        assert result.stderr.startswith(sentence)
    assert not (tmp_path / "out").exists()
