"""One participant planned: from a file, or from what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from taper import sources
from taper.confined.reading import apart
from taper.doses import dose
from taper.errors import UsageError
from taper.planning.dates import rule_of
from taper.planning.labels import Finding, Severity
from taper.planning.plan import Planned
from taper.planning.planner import make_plan
from taper.record import earlier
from taper.sources import regimens
from taper.sources.raw import MAX_JSON, bytes_of, text_of
from taper.sources.references import refuse_both
from taper.trial.participant import Participant
from taper.trial.rules import Trial
from taper.wording.quoting import did_you_mean, plain, quoted

USUAL_TARGET_MG = "5"
"""The target where a regimen's sheet suggests none."""


def plan_file(
    path: Path,
    *,
    today: date,
    protocol: str | None = None,
    beside: Path | None = None,
    regimen: str | None = None,
) -> Planned:
    """The plan of a participant's file.

    `protocol`, an id or a path from `beside`, is used in place of the one that the file names;
    `regimen`, an id or a path, where that protocol prescribes no taper.
    """
    trial, participant = read_file(path, protocol, beside)
    return plan_of(trial, participant, today=today, regimen=regimen)


def read_file(
    path: Path, protocol: str | None = None, beside: Path | None = None
) -> tuple[Trial, Participant]:
    """A participant's file and the protocol that it names, or the one that takes its place."""
    participant = sources.participant(path)
    if protocol is None:
        return sources.trial_for(participant, path.parent), participant
    trial = sources.trial(protocol, beside)
    return sources.with_amendments(trial, participant, path.parent), participant


def plan_of(
    trial: Trial, participant: Participant, *, today: date, regimen: str | None = None
) -> Planned:
    """The plan of a participant, by a chosen regimen where the protocol prescribes no taper."""
    if regimen is not None:
        trial = _with_regimen(trial, regimen)
        plan = make_plan(trial, participant, today)
        return replace(plan, findings=(_regimen_chosen(trial, regimen), *plan.findings))
    if participant.steroid is not None:
        rule_of(trial.protocol, participant.participant)
    return make_plan(trial, participant, today)


def _with_regimen(trial: Trial, regimen: str) -> Trial:
    """The trial with a taper by this regimen and by the defaults of a protocol file.

    Nobody approved that taper, whatever approval the protocol has.
    """
    protocol = trial.protocol
    if protocol.taper is not None:
        raise UsageError(
            f"--regimen is {quoted(regimen)}, and protocol {protocol.id} prescribes its own taper; "
            "allowed: --regimen with a protocol that prescribes none."
        )
    sheet = _sheet_of(regimen)
    data = protocol.model_dump(mode="json", by_alias=True, exclude_none=True)
    data.pop("approval", None)
    target = sheet.get("suggested_target_mg", USUAL_TARGET_MG)
    taper = {"after_infusion": 1, "target_mg": target, "regimen": regimen}
    illustrative = {**data, "status": "illustrative", "taper": taper}
    made = sources.validate_trial(illustrative, protocol.id, sheet=sheet)
    return replace(made, amendments=trial.amendments)


def _sheet_of(regimen: str) -> Mapping[str, Any]:
    """The sheet of a shipped regimen, or that in the file of this path."""
    if regimens.is_path(regimen):
        return regimens.sheet_in(Path(regimen))
    if regimen not in sources.regimen_ids():
        meant = did_you_mean(regimen, sources.regimen_ids())
        raise UsageError(
            f"--regimen is {quoted(regimen)}; allowed: an id that taper regimens lists, or the "
            f"path of a sheet{meant}."
        )
    sheet = sources.regimen_sheet(regimen)
    refuse_both("--regimen", regimen, Path(), sheet)
    return sheet


def _regimen_chosen(trial: Trial, regimen: str) -> Finding:
    """What the protocol does not say and somebody chose."""
    rule = trial.protocol.taper
    assert rule is not None  # `_with_regimen` put it there
    said = (
        f"Protocol {trial.protocol.id} prescribes no taper: regimen {trial.regimen_id} was chosen, "
        f"from {rule.offset_days} days after infusion {rule.after_infusion} down to "
        f"{dose.text(rule.target_mg)} mg prednisone a day, within {rule.complete_within}."
    )
    sheet = _sheet_of(regimen)
    return Finding("regimen-chosen", Severity.WARNING, said, sheet["sources"][0]["citation"])


def earlier_plan(path: Path) -> Mapping[str, Any]:
    """An earlier plan's JSON; refused where it is none, or was altered since it was written."""
    name = plain(path.name)
    text = text_of(bytes_of(path, MAX_JSON, "a plan as JSON"), name)
    return earlier.plan_of(apart(name, earlier.json_in, text, name), name)
