"""`taper protocols`: what is shipped, and when infusions are due."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from cli.sheets.own import OURS
from dateutil.relativedelta import relativedelta

from taper import sources
from taper.trial import infusions


def test_every_protocol_is_listed_with_the_regimen_it_tapers_by(shown):
    text = shown("protocols")
    for id_ in sources.protocol_ids():
        assert f"\n{id_} " in text
    assert text.count("none prescribed") == 2


@pytest.mark.parametrize("id_", sources.protocol_ids())
def test_a_protocol_is_shown_with_all_its_sources(shown, id_: str):
    said = " ".join(shown("protocols", id_).split())
    for source in sources.trial(id_).protocol.sources:
        assert f"- {source}" in said


def test_infusions_have_dates_windows_offsets_and_both_kinds_of_trial_day(shown):
    lines = shown("protocols", "iimpact", "--first-infusion", "2026-01-31").splitlines()
    rows = [line.split() for line in lines if line[:3].strip().isdigit()]
    assert rows[1] == ["2", "2026-04-30", "2026-04-23", "2026-05-07", "2026-05-14", "89", "90"]
    assert len(rows) == 6
    assert (
        "The taper starts 14 days after infusion 2: 2026-05-14, if that infusion is given" in lines
    )


def test_infusions_of_a_protocol_without_a_taper_are_due_all_the_same(shown):
    text = shown("protocols", "ssc-ucmsc", "--first-infusion", "2028-11-30")
    assert "  2  2029-02-28  2029-02-21  2029-03-07  2029-03-14           90           91" in text
    assert "The protocol prescribes no taper." in text


@pytest.mark.parametrize("first", [date(2024, 2, 29), date(2026, 1, 31), date(2027, 8, 31)])
def test_infusions_are_planned_as_the_engine_plans_them(first: date):
    protocol = sources.trial("iimpact").protocol
    for due, months in zip(infusions.due(protocol, first), range(0, 18, 3), strict=True):
        assert due.planned == first + relativedelta(months=months)
        assert due.offset - due.planned == timedelta(days=14)
        assert due.day_from_1 - due.day_from_0 == 1


def test_infusions_as_json(shown):
    said = json.loads(
        shown("protocols", "iimpact", "--first-infusion", "2026-01-31", "--format", "json")
    )
    assert said["due"][1] == {
        "number": 2,
        "planned": "2026-04-30",
        "from": "2026-04-23",
        "to": "2026-05-07",
        "offset": "2026-05-14",
        "day_from_0": 89,
        "day_from_1": 90,
    }


def test_protocols_as_json(shown):
    listed = json.loads(shown("protocols", "--format", "json"))
    assert [protocol["id"] for protocol in listed] == list(sources.protocol_ids())
    one = json.loads(shown("protocols", "iimpact", "--format", "json"))
    assert one["regimen_id"] == "ese-es-2024-fast"
    assert one["taper"]["regimen"]["kind"] == "bands"


def test_a_protocol_of_ones_own_is_shown_by_its_path(shown, tmp_path):
    (tmp_path / "ours.yaml").write_text(OURS)
    assert shown("protocols", "ours.yaml").startswith("ours, version 1: Our trial\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["protocols", "iimpct"], "The protocol is 'iimpct'; allowed: an id that taper protocols"),
        (["protocols", "--first-infusion", "2026-01-31"], "--first-infusion needs the ID of a"),
        (
            ["protocols", "iimpact", "--first-infusion", "31.1.2026"],
            "--first-infusion is '31.1.2026'; allowed: a calendar date YYYY-MM-DD",
        ),
        (["protocols", "--format", "xml"], "--format is 'xml'; allowed: table or json."),
        (["regimens", "ese"], "The regimen is 'ese'; allowed: an id that taper regimens lists"),
        (["regimens", "compare", "--to", "5"], "Missing option '--from'."),
        (["regimens", "compare", "aramis", "--to", "5"], "Missing option '--from'."),
    ],
)
def test_a_wrong_command_line_is_one_sentence(refused, words: list[str], sentence: str):
    said = refused(*words)
    assert said.startswith(sentence)
    assert said.count("\n") == 1
