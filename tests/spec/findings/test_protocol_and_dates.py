"""§8.2: findings about the protocol, its dates, and what is assumed.

`severity(…)` says `absent` where a plan has no such finding.
"""

from __future__ import annotations

import pytest
from spec.build import (
    ANCHOR,
    TAPER_START,
    found,
    plan,
    refusal,
    set_dose,
    severity,
)


def test_protocol_not_approved():
    """§8.2.1: anything but approved."""
    assert severity(plan(), "protocol-not-approved") == "warning"
    assert severity(plan(protocol={"status": "draft"}), "protocol-not-approved") == "warning"
    approval = {"document": "SOP 12", "version": "1", "date": "2026-01-02", "role": "sponsor"}
    approved = plan(protocol={"status": "approved", "approval": approval})
    assert severity(approved, "protocol-not-approved") == "absent"


def test_a_protocol_is_approved_by_a_document():
    """§4.1.4: approval is required by status approved."""
    assert refusal(protocol={"status": "approved"}).field == "approval"


def test_regimen_unverified():
    """§8.2.2: a shipped regimen whose sheet is marked unverified."""
    unverified = plan("40", regimen="giacta-26-week", target="0")
    assert severity(unverified, "regimen-unverified") == "warning"
    (finding,) = found(unverified, "regimen-unverified")
    assert "giacta-26-week" in finding.text
    assert severity(plan(regimen="ese-es-2024-fast"), "regimen-unverified") == "absent"
    assert severity(plan(), "regimen-unverified") == "absent"


def test_equivalence_unverified():
    """§8.2.3: every figure of the German labels is unverified; each drug of the plan is named."""
    unverified = plan(protocol={"equivalence": "de-label"}, taper={"drug": "methylprednisolone"})
    assert severity(unverified, "equivalence-unverified") == "warning"
    said = " ".join(finding.text for finding in found(unverified, "equivalence-unverified"))
    assert "prednisone in equivalence table de-label" in said
    assert "methylprednisolone" in said
    assert severity(plan(), "equivalence-unverified") == "absent"


def test_strengths_assumed():
    """§8.2.6, §5.2.3: without `strengths`: the market's whole tablets of that drug."""
    assumed = plan(steroid={"strengths": None})
    assert severity(assumed, "strengths-assumed") == "warning"
    assert severity(plan(), "strengths-assumed") == "absent"
    switched = plan(taper={"drug": "methylprednisolone"})
    (finding,) = found(switched, "strengths-assumed")
    assert "methylprednisolone" in finding.text


@pytest.mark.parametrize(
    ("steroid", "market", "drug", "field"),
    [
        ("prednisone", None, "prednisone", "steroid.strengths"),
        ("triamcinolone", "US", "triamcinolone", "steroid.strengths"),
        ("prednisone", "US", "triamcinolone", "taper_strengths"),
    ],
)
def test_where_no_market_lists_a_strength_somebody_must(
    steroid: str, market: str | None, drug: str, field: str
):
    """§5.2.3, §4.4.9: nothing is assumed, and the sentence says of which drug and market."""
    problem = refusal(
        steroid={"drug": steroid, "strengths": None},
        taper={"drug": drug},
        protocol={"market": market},
    )
    assert (problem.field, problem.read) == (field, "missing")
    assert problem.allowed == (
        f"the strengths of the {drug} tablets, as the protocol's market "
        f"({market or 'none given'}) lists none"
    )


def test_provisional_anchor():
    """§8.2.7."""
    planned = plan(taper={"after_infusion": 2})
    assert severity(planned, "provisional-anchor") == "warning"
    assert severity(plan(), "provisional-anchor") == "absent"


def test_eligibility_waived():
    """§8.2.8, §6.3.2: only a baseline outside the bounds needs its waiver."""
    waived = {"eligibility_waived": "sponsor, 2026-01-02"}
    for mg, expected in (("30", "warning"), ("25", "absent")):
        planned = plan(mg, protocol={"eligibility": {"max_mg": "25"}}, participant=waived)
        assert severity(planned, "eligibility-waived") == expected


@pytest.mark.parametrize(
    ("today", "started", "expected"),
    [
        ("2026-01-20", None, "caution"),
        (TAPER_START, None, "absent"),
        ("2026-01-10", None, "absent"),
        ("2026-01-20", TAPER_START, "absent"),
        ("2026-02-01", "2026-01-26", "absent"),
    ],
)
def test_started_in_past(today: str, started: str | None, expected: str):
    """§8.2.9: taper_start is before today and `taper_started` is not given."""
    planned = plan(today=today, participant={"taper_started": started})
    assert severity(planned, "started-in-past") == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("2026-03-28", "caution"),
        ("2026-03-29", "absent"),
        ("2026-04-05", "absent"),
        ("2026-04-12", "absent"),
        ("2026-04-13", "caution"),
    ],
)
def test_infusion_out_of_window(second: str, expected: str):
    """§8.2.10, §4.2.4: an actual infusion outside its planned window, 5 April plus or minus 7
    days.
    """
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, "date": second}]
    planned = plan(participant={"infusions": infusions})
    assert severity(planned, "infusion-out-of-window") == expected


def test_a_booked_infusion_is_out_of_window_too():
    """§8.2.10: while booked it can be put right; one without a window may be on its day only."""
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, "date": "2026-06-01"}]
    booked = plan(participant={"infusions": infusions}, today="2026-05-31")
    (finding,) = found(booked, "infusion-out-of-window")
    assert finding.severity == "caution"
    assert finding.text.startswith("Infusion 2 booked for 2026-06-01 is outside its window")
    undated = plan(participant={"infusions": infusions[:1]}, today="2026-05-31")
    assert severity(undated, "infusion-out-of-window") == "absent"
    done = plan(participant={"infusions": infusions}, today="2026-06-01")
    assert severity(done, "infusion-out-of-window") == "caution"
    strict = {"infusions": [{"number": 1, "months": 0}, {"number": 2, "months": 3}]}
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, "date": "2026-04-06"}]
    late = plan(participant={"infusions": infusions}, protocol=strict)
    assert severity(late, "infusion-out-of-window") == "caution"


@pytest.mark.parametrize(
    ("second", "expected", "said"),
    [
        ("2026-01-06", "warning", "only 1 day after infusion 1, 90 are planned; make sure"),
        ("2026-02-18", "warning", "only 44 days after infusion 1"),
        ("2026-02-19", "caution", ""),
        ("2026-07-11", "caution", ""),
        ("2026-07-12", "warning", "by 91 days, more than the 90 from infusion 1; make sure"),
        ("2062-04-05", "warning", "booked for 2062-04-05"),
    ],
)
def test_an_infusion_far_out_of_its_window_is_a_warning(second: str, expected: str, said: str):
    """§8.2.10: infusion 2 is due 90 days after 5 January, plus or minus 7; 45 days are half."""
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, "date": second}]
    (finding,) = found(plan(participant={"infusions": infusions}), "infusion-out-of-window")
    assert finding.severity == expected
    assert said in finding.text


@pytest.mark.parametrize(
    ("today", "started", "expected"),
    [
        ("2031-01-19", None, "absent"),
        ("2031-01-20", None, "warning"),
        ("2126-01-19", TAPER_START, "warning"),
        ("2021-01-19", None, "absent"),
        ("2021-01-18", None, "warning"),
    ],
)
def test_a_taper_start_years_from_today(today: str, started: str | None, expected: str):
    """§8.2.22: 5 years before and after 19 January 2026, recorded or not."""
    planned = plan(today=today, participant={"taper_started": started})
    assert severity(planned, "start-far-off") == expected


def test_already_at_target():
    """§8.2.11: baseline ≤ target."""
    assert severity(plan("5"), "already-at-target") == "info"
    assert severity(plan("6"), "already-at-target") == "absent"
    (told,) = found(plan("5", events=[set_dose("2026-01-20", 7, "20")]), "already-at-target")
    assert told.text.endswith("target of 5 mg prednisone: nothing is reduced before a later event.")


def test_overruns_window():
    """§8.2.12, §6.6.1: 19 January to 16 March are 56 days."""
    for days, expected in ((55, "warning"), (56, "absent")):
        planned = plan(taper={"complete_within": {"days": days}})
        assert severity(planned, "overruns-window") == expected
