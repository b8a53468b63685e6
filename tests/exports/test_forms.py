"""The table of the forms that a plan is written in."""

from __future__ import annotations

import pickle

import pytest

from taper.folder.outcomes import Outcome
from taper.folder.run_page import called
from taper.folder.tasks import Made
from taper.folder.together import USUAL, groups
from taper.operations import outputs
from taper.record.forms import BY_NAME, BY_OPTION, FOR_OTHERS, Format
from taper.record.ledger_line import is_file_of


def test_every_form_for_other_systems_has_a_writer():
    assert outputs.WRITERS.keys() == {each for each in Format if each.is_for_others}


@pytest.mark.parametrize("form", Format)
def test_a_ledger_knows_the_file_of_each_form_and_a_list_says_what_it_is(form: Format):
    assert is_file_of("A.1", f"A.1.{form}")
    assert called(f"A.1.{form}", "A.1").startswith(form.said or "calendar")
    assert pickle.loads(pickle.dumps(form)) is form


def test_each_form_is_asked_for_by_its_name_and_those_of_one_name_come_together():
    assert set().union(*BY_NAME.values(), *BY_OPTION.values()) == set(Format)
    assert BY_NAME["csv"] == (Format.DAYS, Format.STEPS)
    assert BY_NAME["days.csv"] == (Format.DAYS,)
    assert "csv" not in FOR_OTHERS
    assert "json" not in FOR_OTHERS


def test_two_participants_whose_files_would_have_one_name_are_never_written_together():
    """`A.fhir.json` may be of A, and the plain plan of A.fhir."""
    made = [
        Made(Outcome(""), contents={name: b"x"})
        for name in ("1", "A.fhir.json", "2", "A.fhir.json")
    ]
    assert [len(group) for group in groups(made, USUAL)] == [3, 1]
