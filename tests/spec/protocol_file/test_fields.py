"""§4.1 to §4.6: the fields of a protocol, their defaults, and what is refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from spec.protocol_file.own import HEAD, TAPER, with_taper

from taper import sources
from taper.errors import Refusal
from taper.trial.fields import parse_flag
from taper.trial.protocol import Window
from taper.trial.regimens import Bands, Steps

SPEC_EXAMPLE = """
id: iimpact
title: ULSC in dermatomyositis and polymyositis (IIMPACT)
registry: NCT07160205
version: "1.0"
status: illustrative            # draft | illustrative | approved
# approval: {document: ..., version: ..., date: ..., role: ...}   required by status approved
sources: ["registry record of 2026-02-03", "..."]
infusion_day: 0                 # the day number of the infusion itself, 0 or 1
infusions:                      # counted from infusion 1
  - {number: 1, months: 0}
  - {number: 2, months: 3, window_days: 7}
eligibility: {max_mg: 25}       # optional min_mg and max_mg
equivalence: us-label
market: US
taper:
  after_infusion: 2
  offset_days: 14
  target_mg: 5                  # prednisone-equivalent, reached when dose ≤ target
  complete_within: {months: 4}  # months | weeks | days, counted from the first taper day
  maintenance_days: 28          # how many days of maintenance are printed
  drug: as-baseline             # or one drug name: the taper is given in that drug
  rounding: nearest             # nearest | up
  max_rounding_mg: 2.5          # optional
  regimen: ese-es-2024-fast     # id of a shipped regimen, or the regimen written here in full
flare:
  action: hold                  # hold | step-back | rescue
  min_days: 14
  stable_days: 14
  review_days: 28
  resume: continue              # continue | restart-step
  step_back: 1                  # only for step-back
  rescue: [{mg: 30, days: 3}]   # only for rescue; prednisone-equivalent
  max_flares: 2                 # the next one stops the taper; leave out for no limit
"""


def test_the_example_of_the_specification_is_read(trial):
    """§4.1.1."""
    protocol = trial(SPEC_EXAMPLE).protocol
    assert protocol.taper is not None
    assert protocol.taper.max_rounding_mg == Fraction(5, 2)
    assert isinstance(protocol.taper.regimen, Bands)
    assert protocol.flare is not None
    assert protocol.flare.max_flares == 2


@pytest.mark.parametrize("id_", sources.protocol_ids())
def test_every_shipped_protocol_is_read(id_):
    """§4.1.1."""
    assert sources.trial(id_).protocol.id == id_


@pytest.mark.parametrize("id_", sources.regimen_ids())
def test_every_shipped_regimen_can_be_named_where_its_source_leaves_nothing_open(trial, id_):
    """§4.4.6."""
    sheet = sources.regimen_sheet(id_)
    text = with_taper(id_, target=sheet["suggested_target_mg"])
    if sheet.get("needs"):
        with pytest.raises(Refusal, match="written in full with what its source leaves open"):
            trial(text)
    else:
        assert trial(text).regimen_id == id_


def test_what_is_left_out_has_the_defaults_of_the_specification(trial):
    """§4.1.2."""
    loaded = trial(HEAD + TAPER + "flare: {}\n")
    protocol, taper, flare = loaded.protocol, loaded.protocol.taper, loaded.protocol.flare
    assert (protocol.infusion_day, protocol.infusions[0].window_days.after) == (0, 0)
    assert (protocol.equivalence, loaded.table.id) == ("us-label", "us-label")
    assert (taper.offset_days, taper.maintenance_days) == (14, 28)
    assert taper.complete_within.end(date(2026, 1, 31)) == date(2026, 5, 31)
    assert (taper.drug, taper.rounding, taper.max_rounding_mg) == ("as-baseline", "nearest", None)
    assert (flare.action, flare.min_days, flare.stable_days, flare.review_days) == (
        "hold",
        14,
        14,
        28,
    )
    assert (flare.resume, flare.step_back, flare.max_flares) == ("continue", 1, None)


def test_a_percent_regimen_is_of_the_current_dose_and_has_no_least_decrease(trial):
    """§4.1.2."""
    regimen = trial(with_taper("{kind: percent, decrease_percent: 20, every_days: 28}"))
    assert regimen.protocol.taper.regimen.of == "current"
    assert regimen.protocol.taper.regimen.min_decrease_mg == 0


def test_a_table_is_entered_below_the_baseline(trial):
    """§4.1.2."""
    regimen = trial(with_taper("{kind: steps, steps: [{mg: 5, days: 7}]}")).protocol.taper.regimen
    assert isinstance(regimen, Steps)
    assert regimen.entry == "below"


def test_a_protocol_may_prescribe_no_taper(trial):
    """§4.1.7."""
    assert trial(HEAD).protocol.taper is None


def test_without_a_market_no_tablets_are_assumed(trial):
    """§5.2.3."""
    assert trial(HEAD).market == {}


def test_a_market_gives_whole_plain_tablets_of_each_drug(trial):
    """§4.4.9, §5.2.3."""
    market = trial(HEAD + "market: US\n").market
    assert market["prednisone"] == tuple(map(Fraction, ("1", "2.5", "5", "10", "20", "50")))
    assert Fraction(15) not in market["prednisolone"]  # orodispersible
    assert "triamcinolone" not in market


def test_the_table_that_the_protocol_names_is_used(trial):
    """§3.1.5."""
    assert trial(HEAD + "equivalence: axelrod\n").table.mg_per_5_prednisone[
        "betamethasone"
    ] == Fraction("0.6")


def test_thresholds_carry_their_source():
    """§8.1.2."""
    threshold = sources.trial("iimpact").thresholds["hpa-suppression"]
    assert threshold.figures == {"days": 21}
    assert "formulary" in threshold.source
    assert threshold.disagreement


# The rest -----------------------------------------------------------------------------------------


def test_status_approved_needs_an_approval(refused):
    """§4.1.4."""
    assert refused(HEAD.replace("draft", "approved")) == [
        "p.yaml: approval is missing; allowed: an approval with status approved, and only there."
    ]


def test_an_approval_is_given_only_with_status_approved(trial, refused):
    """§4.1.4."""
    approval = "approval: {document: D1, version: '2', date: 2026-01-01, role: sponsor}\n"
    assert trial(HEAD.replace("draft", "approved") + approval).protocol.is_approved
    assert refused(HEAD + approval) == [
        "p.yaml: approval (line 7) is {document: D1, version: 2, date: 2026-01-01, role: sponsor}; "
        "allowed: an approval with status approved, and only there."
    ]


@pytest.mark.parametrize(
    ("infusions", "allowed"),
    [
        ("[{number: 2, months: 0}]", "infusions that begin with number 1 at months 0"),
        ("[{number: 1, months: 1}]", "infusions that begin with number 1 at months 0"),
        (
            "[{number: 1, months: 0}, {number: 1, months: 3}]",
            "infusions whose numbers and times rise",
        ),
        (
            "[{number: 1, months: 0}, {number: 3, months: 3}, {number: 4, months: 2}]",
            "infusions whose numbers and times rise",
        ),
    ],
)
def test_infusions_are_counted_from_infusion_1(refused, infusions, allowed):
    """§4.2.1."""
    [message] = refused(HEAD.replace("[{number: 1, months: 0}]", infusions))
    assert message.startswith("p.yaml: infusions (line 6) is [{number: ")
    assert message.endswith(f"; allowed: {allowed}.")


def test_the_taper_starts_after_one_of_the_infusions(refused):
    """§4.4.1."""
    assert refused(HEAD + TAPER.replace("after_infusion: 1", "after_infusion: 2")) == [
        "p.yaml: taper.after_infusion (line 7) is '2'; allowed: the number of one of the infusions."
    ]


def test_an_infusion_is_planned_within_ten_years(refused):
    """§4.2.2, §2.3.8."""
    infusions = "[{number: 1, months: 0}, {number: 2, months: 99999}]"
    assert refused(HEAD.replace("[{number: 1, months: 0}]", infusions)) == [
        "p.yaml: infusions[2].months (line 6) is '99999'; allowed: a number of at most 120."
    ]


def test_the_window_is_given_in_one_unit(refused):
    """§4.4.3."""
    window = "  complete_within: {months: 4, weeks: 2}\n"
    assert refused(with_taper("ese-es-2024-fast", more=window)) == [
        "p.yaml: taper.complete_within (line 11) is {months: 4, weeks: 2}; allowed: exactly one of "
        "months, weeks or days."
    ]


def test_eligibility_lets_somebody_in(refused):
    """§4.3.2."""
    assert refused(HEAD + "eligibility: {min_mg: 30, max_mg: 25}\n") == [
        "p.yaml: eligibility.max_mg (line 7) is '25'; allowed: at least min_mg, 30 mg."
    ]
    (nobody,) = refused(HEAD + "eligibility: {max_mg: 0}\n")
    assert nobody.startswith("p.yaml: eligibility.max_mg (line 7) is '0'; allowed: a plain decimal")


def test_a_rescue_needs_its_table(refused):
    """§4.6.1."""
    assert refused(HEAD + "flare: {action: rescue}\n") == [
        "p.yaml: flare.rescue (line 7) is missing; allowed: a table of doses, which action rescue "
        "needs."
    ]


def test_a_key_that_would_name_an_arm_is_refused_by_name(refused):
    """§5.5.1."""
    assert refused(HEAD + "arms: [ULSC, placebo]\n") == [
        "p.yaml: arms (line 7) is present; allowed: no key that would name a person or an arm."
    ]


def test_a_window_without_a_length_is_none():
    """§4.4.3: as data that another program read may have it."""
    assert str(Window.model_validate({"months": None, "days": 30})) == "30 days"
    with pytest.raises(ValueError, match="exactly one of months, weeks or days"):
        Window.model_validate({"months": None})


@pytest.mark.parametrize("value", [1, 0, 1.0, "yes", None])
def test_a_flag_is_true_or_false_and_nothing_else(value: object):
    """§5.1.12: in any case; a number of another program is neither."""
    assert parse_flag("True") is parse_flag(True) is True
    with pytest.raises(ValueError, match="true or false"):
        parse_flag(value)
