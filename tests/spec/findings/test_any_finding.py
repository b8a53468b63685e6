"""§8.1 and §8.6: what every finding says, and how the plan ends."""

from __future__ import annotations

from datetime import date

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    SPLIT_5,
    TAPER_START,
    TARGET_REACHED,
    codes,
    course,
    flare,
    found,
    hold,
    plan,
    refusal,
    set_dose,
    severity,
    table,
    withdraw,
)

# State --------------------------------------------------------------------------------------------


FLARE = flare("2026-02-10")


@pytest.mark.parametrize(
    ("events", "rule", "code"),
    [
        ([FLARE], {}, "open-flare"),
        ([hold("2026-02-10")], {}, "open-flare"),
        ([FLARE], {"max_flares": 0}, "taper-stopped"),
        ([withdraw("2026-02-10")], {}, "withdrawn"),
        ([FLARE, withdraw("2026-02-20")], {}, "withdrawn"),
        ([], {}, None),
        ([flare("2026-02-10", "2026-02-12")], {}, None),
        ([FLARE, set_dose("2026-02-20", 7, "10")], {}, None),
        ([FLARE, set_dose("2026-02-20", 7, "10")], {"max_flares": 0}, None),
    ],
)
def test_the_state_is_a_warning(events: list[Fields], rule: Fields, code: str | None):
    """§8.6.1: warning, state."""
    planned = plan(events=events, flare=rule)
    states = {"open-flare", "taper-stopped", "withdrawn"}
    assert codes(planned) & states == ({code} - {None})
    if code:
        assert severity(planned, code) == "warning"


def test_of_days_in_turn_every_dose_is_said():
    """§8.6.1: the last day of a cycle need not be its highest."""
    ends = plan("20", target="5", regimen=table((["5", "0"], 14)), events=[withdraw("2026-01-26")])
    (said,) = found(ends, "withdrawn")
    assert said.text.endswith("; the last printed doses are 5 and 0 mg prednisone in turn.")
    assert said.date == date(2026, 1, 26), "the day of the withdrawal, not of the step before"


# Any finding --------------------------------------------------------------------------------------


def test_a_finding_is_one_plain_sentence_with_a_source():
    """§8.1.1: code, severity, one plain sentence, the date or step it is about, the source."""
    planned = plan(
        "40",
        strengths=SPLIT_5,
        target="2.5",
        protocol={"infusions": [{"number": 1, "months": 0}, {"number": 2, "months": 3}]},
        participant={
            "infusions": [
                {"number": 1, "date": ANCHOR},
                {"number": 2, "date": "2026-04-06"},
            ]
        },
        regimen=table((["20", "10"], 6), ("2.5", 7)),
        taper={"complete_within": {"days": 5}},
    )
    assert len(codes(planned)) >= 10
    for finding in planned.findings:
        assert finding.severity.value in {"info", "caution", "warning"}
        assert finding.text.endswith((".", "…"))
        assert "\n" not in finding.text
        assert finding.source


def test_a_finding_never_stops_a_plan():
    """§1.1.3: something a clinician must see; it never stops a plan."""
    worst = plan("40", strengths=["1"], target="0", regimen=table(("1", 1), ("0", 1)))
    assert {"large-drop", "many-tablets", "fast-below-physiologic"} <= codes(worst)
    assert course(worst) == "40×14 1×1 0×28"


def test_findings_are_about_their_date():
    """§8.1.1: the date or step it is about."""
    overrun = plan(taper={"complete_within": {"days": 5}})
    (finding,) = found(overrun, "overruns-window")
    assert str(finding.date) == TARGET_REACHED
    (finding,) = found(plan("20", regimen=table(("10", 7), ("6", 7), ("5", 7))), "large-drop")
    assert (str(finding.date), finding.step) == (TAPER_START, 1)


def test_a_participant_without_steroid_has_no_findings_about_doses():
    """§5.1.6: `steroid: none`: no calendar, so nothing of a calendar is found."""
    assert codes(plan(participant={"steroid": "none"})) <= {
        "protocol-not-approved",
        "regimen-unverified",
    }


def test_alternate_days_are_under_the_physiologic_dose_where_their_mean_is():
    """§8.3.8: contested: 5 mg every other day is 2.5 mg a day, which nobody calls physiologic."""
    planned = plan(target="0", regimen=table((["5", "0"], 14), ("0", 7)))
    assert severity(planned, "below-physiologic") == "caution"
    assert severity(planned, "fast-below-physiologic") == "warning"


@pytest.mark.parametrize(("mg", "expected"), [("20", "absent"), ("25", "warning")])
def test_a_baseline_outside_the_published_start_doses_is_found(mg: str, expected: str):
    """§8.2.5: Combivas was published for 20 mg."""
    planned = plan(mg, regimen="combivas", target="0")
    assert severity(planned, "start-outside-regimen") == expected


@pytest.mark.parametrize(("given", "refused"), [("2026-01-01", False), ("2099-01-01", True)])
def test_an_approval_counts_from_its_date_on(given: str, refused: bool):
    """§4.1.5: status approved takes an approval; one of the future has not been given."""
    approval = {"document": "D", "version": "1", "date": given, "role": "sponsor"}
    changes = {"status": "approved", "approval": approval}
    if refused:
        assert "approval.date" in refusal(protocol=changes).field
    else:
        assert severity(plan(protocol=changes), "protocol-not-approved") == "absent"
