"""What no file can say is refused with the reason and the nearest that can be said."""

from __future__ import annotations

from typing import Any

import cases
import pytest
from spec import build
from spec.build import bands, table

from taper import sources
from taper.errors import Refusal
from taper.sources.unsayable import FORMS, KEYS, TYPES
from taper.trial.fields import Record
from taper.trial.participant import Flare, Participant, SetDose, Steroid, StressDose
from taper.trial.protocol import Protocol, TaperRule
from taper.trial.regimens import (
    Band,
    Bands,
    BandsPhase,
    Linear,
    Percent,
    PercentPhase,
    Phases,
    Steps,
)
from taper.trial.rows import Row

ROW = {"mg": "5", "days": "28"}
PERCENT = {"kind": "percent", "decrease_percent": "10", "every_days": "14"}
OF_A_DOSE = {"date": "2026-02-10", "days": "3", "dose_mg": "20", "reason": "fever"}


def protocol_with(regimen: Any, **more: Any) -> dict[str, Any]:
    taper = {**build.PROTOCOL["taper"], "regimen": regimen, **more}
    return {**build.PROTOCOL, "taper": taper}


def participant_with(**more: Any) -> dict[str, Any]:
    return {**build.PARTICIPANT, **more}


def event(**said: Any) -> dict[str, Any]:
    return participant_with(events=[said])


def phases(**first: Any) -> dict[str, Any]:
    last = bands(("0", "1", 14))
    return protocol_with({"kind": "phases", "phases": [first, last]})


BAND = bands(("0", "1", 14))["bands"][0]
FILES: dict[type[Record], Any] = {
    Protocol: lambda said: {**build.PROTOCOL, **said},
    TaperRule: lambda said: protocol_with(build.BANDS, **said),
    Row: lambda said: protocol_with({"kind": "steps", "steps": [{**ROW, **said}]}),
    Steps: lambda said: protocol_with({**table(("5", 28)), **said}),
    Band: lambda said: protocol_with({"kind": "bands", "bands": [{**BAND, **said}]}),
    Bands: lambda said: protocol_with({**build.BANDS, **said}),
    BandsPhase: lambda said: phases(**bands(("0", "1", 14)), to_mg="10", **said),
    Percent: lambda said: protocol_with({**PERCENT, **said}),
    PercentPhase: lambda said: phases(**PERCENT, to_mg="10", **said),
    Linear: lambda said: protocol_with({"kind": "linear", "every_days": "14", **said}),
    Phases: lambda said: {
        **(made := phases(**PERCENT, to_mg="10")),
        "taper": {**made["taper"], "regimen": {**made["taper"]["regimen"], **said}},
    },
    Participant: lambda said: participant_with(**said),
    Steroid: lambda said: participant_with(steroid={**build.PARTICIPANT["steroid"], **said}),
    Flare: lambda said: event(type="flare", date="2026-02-10", **said),
    StressDose: lambda said: event(type="stress-dose", **OF_A_DOSE, **said),
    SetDose: lambda said: event(type="set-dose", **OF_A_DOSE, **said),
}


def said_of(data: Any) -> str:
    """Why a file is refused, or nothing."""
    is_participant = "participant" in data
    read = sources.validate_participant if is_participant else sources.validate_trial
    try:
        read(cases.as_text(data), "x")
    except Refusal as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("part", KEYS, ids=lambda part: part.__name__)
def test_a_key_that_is_tried_is_refused_with_the_reason_and_the_nearest(part: type[Record]):
    for key, why in KEYS[part].items():
        assert "; nearest: " in why
        said = said_of(FILES[part]({key: "1"}))
        assert f"{key} is an unknown key; allowed: " in said, key
        assert f"({why})" in said, key


@pytest.mark.parametrize("part", KEYS, ids=lambda part: part.__name__)
def test_no_key_that_is_said_to_be_none_is_one(part: type[Record]):
    keys = {field.alias or name for name, field in part.model_fields.items()}
    assert not keys & set(KEYS[part])
    assert "nearest" not in said_of(FILES[part]({"mystery": "1"}))


def test_a_type_of_event_that_is_tried_is_refused_with_the_reason_and_the_nearest():
    for kind, why in TYPES.items():
        assert f"({why})" in said_of(event(type=kind, date="2026-02-10"))
    assert "nearest" not in said_of(event(type="party", date="2026-02-10"))


VALUES = [
    (Row, "mg", "60 mg/m2", "body surface"),
    (Row, "mg", "60 mg per m²", "body surface"),
    (Row, "mg", "1 mg/kg", "mg_per_kg in place of mg"),
    (Row, "mg", "5 mg bid", "times under steroid"),
    (Row, "mg", "500 mg iv", "by mouth"),
    (Row, "mg", "0.1-0.2", "a range"),
    (Row, "mg", ["5"] * 43, "one row after another"),
    (Row, "days", "7–14", "a range"),
    (Row, "days", "until CRP < 5", "yet to be found"),
    (Row, "days", "as needed", "yet to be found"),
    (Linear, "every_days", "14-28", "a range"),
    (TaperRule, "target_mg", {"20": "5"}, "one dose for everybody"),
    (TaperRule, "target_mg", ["5", "7.5"], "one dose for everybody"),
    (TaperRule, "target_mg", "50%", "one dose for everybody"),
    (Steroid, "dose_mg", "10 bid", "times under steroid"),
    (Steroid, "dose_mg", "10-20 mg", "a range"),
    (Flare, "resolved", "when stable", "until it is known"),
    (Steps, "choose_by", "bsa_m2", "body surface"),
    (Steps, "choose_by", "crp", "yet to be found"),
]


@pytest.mark.parametrize(("part", "key", "value", "why"), VALUES)
def test_a_value_that_is_tried_is_refused_with_the_reason_and_the_nearest(
    part: type[Record], key: str, value: Any, why: str
):
    said = said_of(FILES[part]({key: value}))
    assert why in said
    assert "; nearest: " in said


def test_every_form_of_a_value_is_tried():
    for keys, form, why in FORMS:
        assert "; nearest: " in why, form
        assert keys & {key for _, key, _, _ in VALUES}, form


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        (Row, "mg", "five"),
        (Row, "days", "two weeks"),
        (Row, "days", "0"),
        (Steroid, "dose_mg", "-5"),
        (TaperRule, "target_mg", "5 mg"),
    ],
)
def test_of_another_value_nothing_is_guessed(part: type[Record], key: str, value: Any):
    said = said_of(FILES[part]({key: value}))
    assert said
    assert "nearest" not in said


@pytest.mark.parametrize(
    "said",
    [
        FILES[Row]({"mg": None, "mg_per_kg": "1", "max_mg": "4"}),
        FILES[TaperRule]({"drug": "prednisolone"}),
        FILES[Steps]({"in": "dexamethasone", "steps": [{"mg": "0.75", "weeks": "4"}]}),
        FILES[Steroid]({"times": {"morning": "2", "midday": "1"}}),
        FILES[Protocol]({"visits": [{"name": "Pulse", "days": "7"}]}),
        phases(**PERCENT, to_mg="10"),
        event(type="flare", date="2026-02-10", resolved="2026-02-12"),
    ],
)
def test_what_is_said_to_be_nearest_can_be_said(said: dict[str, Any]):
    taper = said.get("taper", {})
    for row in taper.get("regimen", {}).get("steps", []):
        if row.get("mg") is None:
            row.pop("mg", None)
    assert said_of(said) == ""
