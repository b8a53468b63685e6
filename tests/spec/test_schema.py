"""The JSON Schemas: made from the models, and of one mind with them about files."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cases import GOLDEN, as_text
from ruamel.yaml import YAML

from taper import sources
from taper.errors import Refusal
from taper.sources import schema
from taper.sources.checking import Subject

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

SAMPLES = Path(__file__).parents[2] / "sample_patients"
DATA = Path(str(files("taper"))) / "data"
SUBJECTS = list(Subject)

PARTICIPANT = {
    "participant": "IIM-001",
    "protocol": "iimpact",
    "steroid": {"drug": "prednisone", "dose_mg": 25, "strengths": [20, {"mg": 5, "split": 2}]},
    "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "missed": True}],
    "events": [{"type": "hold", "date": "2026-07-01", "reason": "infection"}],
}
PROTOCOL = {
    "id": "ours",
    "title": "Our trial",
    "version": "1.0",
    "status": "draft",
    "sources": ["our protocol"],
    "infusions": [{"number": 1, "months": 0}],
    "taper": {
        "after_infusion": 1,
        "target_mg": 5,
        "complete_within": {"weeks": 16},
        "regimen": {"kind": "steps", "steps": [{"mg": [10, 5], "days": 14}, {"mg": 5, "days": 7}]},
    },
}


def typed(value: Any) -> Any:
    """The data as an editor sees it; JSON has no dates."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@cache
def validator(subject: Subject) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # takes a second, wherever nobody asks

    return Draft202012Validator(schema.schema_of(subject))


def problems(subject: Subject, data: Any) -> list[str]:
    return [error.message for error in validator(subject).iter_errors(data)]


def subject_of(path: Path) -> Subject:
    if path.parent.name in ("protocols", "regimens"):
        return Subject(path.parent.name.removesuffix("s"))
    return Subject.PARTICIPANT


def good_files() -> list[Path]:
    shipped = [*DATA.glob("protocols/*.yaml"), *DATA.glob("regimens/*.yaml")]
    return sorted([*shipped, *SAMPLES.rglob("*.yaml")])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_published_schema_is_the_one_that_the_models_make(subject: Subject):
    assert schema.published(subject) == schema.as_text(subject), "run python -m taper.schema"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_schema_is_a_schema(subject: Subject):
    validator(subject).check_schema(schema.schema_of(subject))


@pytest.mark.parametrize("path", good_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_shipped_file_fits_its_schema(path: Path):
    data = YAML(typ="safe", pure=True).load(path)
    assert problems(subject_of(path), typed(data)) == []
    assert problems(subject_of(path), as_text(typed(data))) == []


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_golden_case_fits_its_schemas(path: Path):
    case = typed(YAML(typ="safe", pure=True).load(path))
    later = case["protocol"].pop("amendments", {})
    protocols = [(Subject.PROTOCOL, each) for each in (case["protocol"], *later.values())]
    for subject, data in ((Subject.PARTICIPANT, case["participant"]), *protocols):
        assert problems(subject, data) == []
        assert problems(subject, as_text(data)) == []


def changed(data: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """The data with one place of it different; None takes it away."""
    key, _, rest = place.partition(".")
    inner: Any = dict(data)
    if rest:
        inner[key] = (
            [changed(data[key][0], rest, value), *data[key][1:]]
            if isinstance(data[key], list)
            else changed(data[key], rest, value)
        )
    elif value is None:
        del inner[key]
    else:
        inner[key] = value
    return inner


STEPS = [{"mg": 10, "days": 14}, {"mg": 5, "days": 7}]
BAD_PARTICIPANTS = {
    "a key that nobody knows": ("wieght_kg", 70),
    "a key of an arm": ("arm", "A"),
    "no protocol": ("protocol", None),
    "an id with a space": ("participant", "Jane Doe"),
    "a dose in words": ("steroid.dose_mg", "20 mg"),
    "a dose of nothing": ("steroid.dose_mg", 0),
    "a dose over 1000 mg": ("steroid.dose_mg", 2500),
    "a tablet broken in three": ("steroid.strengths", [{"mg": 5, "split": 3}]),
    "no tablets": ("steroid.strengths", []),
    "an infusion without a date": ("infusions.date", None),
    "an infusion both dated and missed": ("infusions.missed", True),
    "an event of no type": ("events.type", "relapse"),
    "a hold without a reason": ("events.reason", None),
    "a dose on a hold": ("events.dose_mg", 20),
}
BAD_PROTOCOLS = {
    "no sources": ("sources", None),
    "a status that nobody knows": ("status", "final"),
    "approved, and no approval": ("status", "approved"),
    "an equivalence table that nobody ships": ("equivalence", "wikipedia"),
    "days that are not whole": ("taper.offset_days", 14.5),
    "a window in two units": ("taper.complete_within", {"weeks": 16, "days": 2}),
    "a regimen that nobody ships": ("taper.regimen", "ese-2042"),
    "a regimen with open numbers": ("taper.regimen", "kdigo-2024-reduced-fast"),
    "a regimen of no kind": ("taper.regimen.kind", "sudden"),
    "tables without choose_by": (
        "taper.regimen",
        {"kind": "steps", "tables": [{"from": 5, "steps": STEPS}]},
    ),
    "a row with a dose and mg_per_kg": ("taper.regimen.steps.mg_per_kg", 1),
    "a row without days": ("taper.regimen.steps.days", None),
    "a row in days and in weeks": ("taper.regimen.steps.weeks", 2),
    "a row with a least dose that is not by weight": ("taper.regimen.steps.min_mg", 5),
    "a week without its other days": (
        "taper.regimen.steps",
        [{"by_weekday": {"monday": 5}, "days": 7}],
    ),
    "a cycle of 43 days": ("taper.regimen.steps", [{"mg": [5] * 43, "days": 43}]),
    "a single phase": ("taper.regimen", {"kind": "phases", "phases": [{"kind": "linear"}]}),
    "the same day of change twice": ("taper.change_on", ["monday", "monday"]),
    "a day of change that no week has": ("taper.change_on", "weekend"),
    "rescue without a table": ("flare", {"action": "rescue"}),
}


@pytest.mark.parametrize("case", BAD_PARTICIPANTS)
def test_what_is_refused_of_a_participant_does_not_fit(case: str):
    """§4.1.3."""
    bad = changed(PARTICIPANT, *BAD_PARTICIPANTS[case])
    assert problems(Subject.PARTICIPANT, bad)
    with pytest.raises(Refusal):
        sources.validate_participant(as_text(bad), "bad")


@pytest.mark.parametrize("case", BAD_PROTOCOLS)
def test_what_is_refused_of_a_protocol_does_not_fit(case: str):
    """§4.1.3."""
    bad = changed(PROTOCOL, *BAD_PROTOCOLS[case])
    assert problems(Subject.PROTOCOL, bad)
    with pytest.raises(Refusal):
        sources.validate_trial(as_text(bad), "bad")


def test_what_the_bad_ones_were_made_from_is_good():
    assert problems(Subject.PARTICIPANT, PARTICIPANT) == []
    assert problems(Subject.PROTOCOL, PROTOCOL) == []
    sources.validate_participant(as_text(PARTICIPANT), "good")
    sources.validate_trial(as_text(PROTOCOL), "good")


@pytest.mark.parametrize("days", ["monday", ["monday"], ["wednesday", "monday"]])
def test_a_day_of_change_may_stand_alone_for_an_editor_as_for_the_reader(days):
    """§4.1.3."""
    good = changed(PROTOCOL, "taper.change_on", days)
    assert problems(Subject.PROTOCOL, good) == []
    sources.validate_trial(as_text(good), "good")


def test_an_editor_offers_the_shipped_protocols_regimens_and_drugs():
    offered = str(schema.schema_of(Subject.PROTOCOL))
    assert all(id_ in offered for id_ in ("ese-es-2024-fast", "us-label", "hydrocortisone"))
    assert "iimpact-2025-design" in str(schema.schema_of(Subject.PARTICIPANT))
