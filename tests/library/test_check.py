"""Files, texts and dicts looked at before anybody plans by them."""

from __future__ import annotations

import pytest
from library.given import PARTICIPANT, PARTICIPANT_TEXT, PROTOCOL, PROTOCOL_TEXT, TODAY

import taper

MISSED = {"number": 2, "missed": True}


def test_what_is_in_order_has_no_problems(tmp_path):
    file = tmp_path / "IIM-001.yaml"
    file.write_text(PARTICIPANT_TEXT, encoding="utf-8")
    found = taper.check(file, str(file), PARTICIPANT_TEXT, PARTICIPANT, PROTOCOL_TEXT, PROTOCOL)
    assert [checked.subject for checked in found] == ["participant"] * 4 + ["protocol"] * 2
    assert [checked.path for checked in found] == [file, file, None, None, None, None]
    assert [checked.problems for checked in found] == [()] * 6


def test_every_problem_is_told_with_its_line(tmp_path):
    wrong = PARTICIPANT_TEXT.replace("25,", "-25,").replace("number: 2", "nummer: 2")
    file = tmp_path / "IIM-001.yaml"
    file.write_text(wrong, encoding="utf-8")
    in_file, in_text = taper.check(file, wrong)
    assert [(problem.field, problem.line) for problem in in_file.problems] == [
        ("steroid.dose_mg", 3),
        ("infusions[2].number", 6),
        ("infusions[2].nummer", 6),
    ]
    assert {problem.who for problem in in_file.problems} == {str(file)}
    assert [problem.field for problem in in_text.problems] == [
        problem.field for problem in in_file.problems
    ]


def test_a_folder_stands_for_every_file_in_it(tmp_path):
    for name in ("a.yaml", "b.yml", "notes.txt"):
        (tmp_path / name).write_text(PARTICIPANT_TEXT, encoding="utf-8")
    found = taper.check(tmp_path)
    assert [checked.path.name for checked in found if checked.path] == ["a.yaml", "b.yml"]


def test_the_protocol_that_a_participant_names_is_looked_at_too():
    (checked,) = taper.check({**PARTICIPANT, "protocol": "impact"})
    assert str(checked.problems[0]).startswith(
        "what was given: protocol is 'impact'; allowed: a path to a file, or one of iimpact"
    )


def test_with_a_day_every_participant_is_planned_too():
    """What planning refuses is a problem, and what it finds stands in the plan."""
    missed = {**PARTICIPANT, "infusions": [{"number": 1, "date": "2026-01-31"}, MISSED]}
    planned, refused, protocol = taper.check(PARTICIPANT, missed, PROTOCOL, today=TODAY)
    assert planned.plan == taper.plan(None, PARTICIPANT, today=TODAY)
    assert (refused.plan, protocol.plan) == (None, None)
    assert [problem.field for problem in refused.problems] == ["infusions (number 2)"]
    assert taper.check(PARTICIPANT)[0].plan is None


def test_a_day_that_is_none_is_refused():
    with pytest.raises(taper.Refusal, match="today is '2026-02-30'"):
        taper.check(PARTICIPANT, today="2026-02-30")


def test_what_is_found_leaves_as_records():
    records = taper.check({**PARTICIPANT, "protocol": "impact"}, "a: b\nc").records()
    assert [record["subject"] for record in records] == ["participant", None]
    assert records[0]["path"] is None
    assert records[0]["problems"][0]["field"] == "protocol"


def test_nothing_is_raised_for_what_is_wrong(tmp_path):
    found = taper.check(tmp_path / "missing.yaml", "{", {}, {"a": object()}, 5)
    assert all(checked.problems for checked in found)
    assert len(found) == 5
