"""§4: the protocol file."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from taper import sources
from taper.errors import Refusal
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
HEAD = """id: p
title: A trial
version: "1"
status: draft
sources: [own]
infusions: [{number: 1, months: 0}]
"""
TAPER = "taper: {after_infusion: 1, target_mg: 5, regimen: ese-es-2024-fast}\n"


@pytest.fixture
def trial(tmp_path):
    def load_trial(text: str):
        (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
        return sources.trial("p.yaml", beside=tmp_path)

    return load_trial


@pytest.fixture
def refused(trial):
    def messages(text: str) -> list[str]:
        with pytest.raises(Refusal) as refusal:
            trial(text)
        return str(refusal.value).splitlines()

    return messages


def with_taper(regimen: str, target: str = "5", more: str = "") -> str:
    return f"{HEAD}taper:\n  after_infusion: 1\n  target_mg: {target}\n  regimen: {regimen}\n{more}"


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
    assert (protocol.infusion_day, protocol.infusions[0].window_days) == (0, 0)
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


# The regimen ------------------------------------------------------------------------------------


def test_a_shipped_regimen_and_the_same_one_written_in_full_are_the_same_rules(trial):
    """§4.4.6."""
    in_full = """
    kind: bands
    bands:
      - {above_mg: 40, decrease_mg: 10, every_days: 7}
      - {above_mg: 20, decrease_mg: 5.0, every_days: 7}   # layout and comments do not matter
      - {above_mg: 10, decrease_mg: 2.5, every_days: 7}
      - {above_mg: 5, decrease_mg: 1, every_days: 14}
      - {above_mg: 0, decrease_mg: 1, every_days: 28}
"""
    shipped, written = trial(with_taper("ese-es-2024-fast")), trial(with_taper(in_full))
    assert shipped.protocol == written.protocol
    assert shipped.protocol_sha256 == written.protocol_sha256
    assert (shipped.regimen_id, written.regimen_id) == ("ese-es-2024-fast", None)


def test_the_hash_of_a_protocol_changes_with_every_rule(trial):
    """§9.1.2."""
    texts = [
        HEAD + TAPER,
        HEAD + TAPER.replace("target_mg: 5", "target_mg: 4"),
        HEAD + TAPER.replace("-fast", "-slow"),
        HEAD + TAPER + "flare: {}\n",
        HEAD + TAPER + "equivalence: bnf\n",
    ]
    assert len({trial(text).protocol_sha256 for text in texts}) == len(texts)


def test_a_default_that_is_written_out_does_not_change_the_hash(trial):
    """§9.1.2."""
    written_out = trial(HEAD + TAPER + "infusion_day: 0\nequivalence: us-label\n")
    assert trial(HEAD + TAPER).protocol_sha256 == written_out.protocol_sha256


def test_an_unverified_regimen_names_the_primary_source_to_check(trial):
    """§8.2.2."""
    unverified = [
        id_ for id_ in sources.regimen_ids() if sources.regimen_sheet(id_)["status"] == "unverified"
    ]
    for id_ in unverified:
        sheet = sources.regimen_sheet(id_)
        if not sheet.get("needs"):
            loaded = trial(with_taper(id_, target=sheet["suggested_target_mg"]))
            assert loaded.unverified_regimen == sheet["verify"]
    assert sources.trial("iimpact").unverified_regimen is None


def test_an_unknown_regimen_is_answered_with_the_one_that_was_meant(refused):
    """§4.4.6."""
    assert refused(with_taper("ese-es-2024-fst")) == [
        "p.yaml: taper.regimen (line 10) is 'ese-es-2024-fst'; allowed: a regimen written in full, "
        "or the id of a shipped one (did you mean ese-es-2024-fast?)."
    ]


def test_a_taper_without_a_regimen_is_refused(refused):
    """§4.1.3."""
    assert refused(HEAD + TAPER.replace(", regimen: ese-es-2024-fast", "")) == [
        "p.yaml: taper.regimen (line 7) is missing; allowed: the id of a shipped regimen, or keys "
        "with values, kind among them."
    ]


def test_a_regimen_of_an_unknown_kind_is_refused(refused):
    """§4.1.3."""
    assert refused(with_taper("{kind: band}")) == [
        "p.yaml: taper.regimen.kind (line 10) is 'band'; allowed: bands, percent, linear or steps "
        "(did you mean bands?)."
    ]


@pytest.mark.parametrize(
    ("regimen", "target", "message"),
    [
        (
            "etg-myositis",
            "5",
            "taper.regimen (line 10) is 'etg-myositis'; allowed: a lowest above_mg of at most the "
            "target, 5 mg.",
        ),
        (
            "{kind: bands, bands: [{above_mg: 7.5, decrease_mg: 1, every_days: 7}]}",
            "5",
            "taper.regimen (line 10) is "
            "{kind: bands, bands: [{above_mg: 7.5, decrease_mg: 1, every…; allowed: a lowest "
            "above_mg of at most the target, 5 mg.",
        ),
        (
            "{kind: steps, steps: [{mg: 10, days: 7}, {mg: [5, 7.5], days: 14}]}",
            "5",
            "taper.regimen (line 10) is "
            "{kind: steps, steps: [{mg: 10, days: 7}, {mg: [5, 7.5], day…; allowed: a last row of "
            "at most the target, 5 mg.",
        ),
        (
            "{kind: steps, steps: [{mg_per_kg: 0.5, days: 7}]}",
            "5",
            "taper.regimen.steps[1] (line 10) is {mg_per_kg: 0.5, days: 7}; allowed: mg_per_kg "
            "together with max_mg.",
        ),
        (
            "{kind: percent, decrease_percent: 20, every_days: 28}",
            "0",
            "taper.regimen (line 10) is {kind: percent, decrease_percent: 20, every_days: 28}; "
            "allowed: a min_decrease_mg above 0 where the target is 0 mg.",
        ),
        (
            "{kind: linear, every_days: 200}",
            "5",
            "taper.regimen.every_days (line 10) is '200'; allowed: days that fit in the window of "
            "4 months.",
        ),
        (
            "{kind: linear, every_days: 0}",
            "5",
            "taper.regimen.every_days (line 10) is '0'; allowed: whole days from 1 to 3660.",
        ),
    ],
)
def test_a_protocol_that_can_never_reach_its_target_is_refused(refused, regimen, target, message):
    """§4.7.1, §4.7.2, §4.7.4, §4.7.5."""
    assert refused(with_taper(regimen, target)) == [f"p.yaml: {message}"]


def by_dose(*bounds: str) -> str:
    tables = ", ".join(f"{{{each}, steps: [{{mg: 5, days: 7}}]}}" for each in bounds)
    return f"{{kind: steps, choose_by: start_mg, tables: [{tables}]}}"


@pytest.mark.parametrize(
    ("bounds", "which"),
    [
        (("up_to: 10", "from: 10"), "1 and 2 both fit 10"),
        (("from: 10", "above: 8, up_to: 12"), "1 and 2 both fit 10"),
        (("below: 20", "above: 8"), "1 and 2 both fit 14"),
        (("above: 40", "above: 30"), "1 and 2 both fit 41"),
        (("from: 20", "below: 10", "above: 5, below: 9"), "2 and 3 both fit 7"),
    ],
)
def test_tables_that_overlap_are_refused_when_the_protocol_is_loaded(refused, bounds, which):
    """§4.7.8: nobody may have to wait for the participant whom two tables fit."""
    [message] = refused(with_taper(by_dose(*bounds)))
    assert message.startswith("p.yaml: taper.regimen.tables (line 10) is [")
    assert message.endswith(f"; allowed: tables of which at most one fits, and {which}.")


@pytest.mark.parametrize(
    "bounds", ["from: 30, below: 15", "above: 10, up_to: 10", "from: 10, below: 10", "up_to: 0"]
)
def test_a_table_that_fits_nobody_is_refused_when_the_protocol_is_loaded(refused, bounds):
    """§4.7.8: its bounds are not the ones that were meant."""
    [message] = refused(with_taper(by_dose(bounds)))
    assert message.startswith("p.yaml: taper.regimen.tables[1] (line 10) is {")
    assert message.endswith("; allowed: bounds between which a value above 0 lies.")


def test_tables_may_leave_a_gap(trial):
    """§4.7.8: whom none fits is refused as a participant, and a trial may have nobody like that."""
    regimen = by_dose("up_to: 10", "above: 10, below: 20", "from: 30")
    assert len(trial(with_taper(regimen)).protocol.taper.regimen.tables) == 3


def test_a_regimen_whose_source_leaves_numbers_open_is_refused_until_they_are_written(refused):
    """§4.4.7."""
    [message] = refused(with_taper("kdigo-2024-reduced-fast", "2.5"))
    assert message.startswith(
        "p.yaml: taper.regimen (line 10) is 'kdigo-2024-reduced-fast'; allowed: this regimen "
        "written in full with what its source leaves open: "
    )
    for need in sources.regimen_sheet("kdigo-2024-reduced-fast")["needs"]:
        assert need in message


# The sheets and the drug that a protocol names --------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "equivalence: us-lable",
            "equivalence (line 7) is 'us-lable'; allowed: one of axelrod, bnf, de-label or "
            "us-label (did you mean us-label?).",
        ),
        # a list of physiologic doses is for warnings and never for a conversion
        (
            "equivalence: hpa",
            "equivalence (line 7) is 'hpa'; allowed: one of axelrod, bnf, de-label or us-label.",
        ),
        ("market: XX", "market (line 7) is 'XX'; allowed: one of AU, CA, DE, JP, UK or US."),
    ],
)
def test_an_unknown_table_or_market_is_refused_with_those_there_are(refused, line, message):
    """§3.1.6."""
    assert refused(f"{HEAD}{line}\n") == [f"p.yaml: {message}"]


def test_a_taper_may_be_given_in_one_drug_under_any_of_its_names(trial):
    """§4.4.4."""
    assert trial(
        with_taper("ese-es-2024-fast", more="  drug: Deltasone\n")
    ).protocol.taper.drug == ("prednisone")


def test_a_taper_in_an_unknown_drug_is_refused(refused):
    """§4.4.4."""
    [message] = refused(with_taper("ese-es-2024-fast", more="  drug: aspirin\n"))
    assert message.startswith("p.yaml: taper.drug (line 11) is 'aspirin'; allowed: one of ")


def test_a_taper_in_a_drug_that_its_table_lacks_is_refused(refused):
    """§4.4.4."""
    [message] = refused(with_taper("ese-es-2024-fast", more="  drug: deflazacort\n"))
    assert message.startswith(
        "p.yaml: taper.drug (line 11) is 'deflazacort'; allowed: as-baseline, or one of table "
        "us-label: prednisone, "
    )


# The rest ---------------------------------------------------------------------------------------


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
            "infusions whose numbers and months rise",
        ),
        (
            "[{number: 1, months: 0}, {number: 3, months: 3}, {number: 4, months: 2}]",
            "infusions whose numbers and months rise",
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


# What a reference may be ------------------------------------------------------------------------


def test_a_protocol_is_a_shipped_id_or_a_path_relative_to_the_participant_file(tmp_path):
    """§4.1.6."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "own.yaml").write_text(HEAD, encoding="utf-8")
    assert sources.trial("sub/own.yaml", beside=tmp_path).protocol.id == "p"
    assert sources.trial("../sub/own.yaml", beside=tmp_path / "sub").protocol.id == "p"
    assert sources.trial(str(tmp_path / "sub" / "own.yaml")).protocol.id == "p"


def test_without_a_participant_file_a_path_is_relative_to_the_current_folder(tmp_path, monkeypatch):
    """§4.1.6."""
    (tmp_path / "own.yaml").write_text(HEAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert sources.trial("own.yaml").protocol.id == "p"


def test_the_name_of_the_file_and_the_id_may_differ(tmp_path):
    (tmp_path / "renamed").write_text(HEAD, encoding="utf-8")
    assert sources.trial("renamed", beside=tmp_path).protocol.id == "p"


def test_a_shipped_id_wins_over_a_file_of_that_name(tmp_path):
    """§4.1.6."""
    (tmp_path / "iimpact").write_text(HEAD, encoding="utf-8")
    assert sources.trial("iimpact", beside=tmp_path).protocol.id == "iimpact"


def test_a_file_that_changed_is_read_again(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(HEAD, encoding="utf-8")
    before = sources.trial("own.yaml", beside=tmp_path)
    own.write_text(HEAD.replace("A trial", "Another trial"), encoding="utf-8")
    assert sources.trial("own.yaml", beside=tmp_path).protocol_sha256 != before.protocol_sha256


def test_an_unknown_id_is_answered_with_the_one_that_was_meant(tmp_path):
    """§4.1.6."""
    with pytest.raises(Refusal) as refusal:
        sources.trial("impact", beside=tmp_path, who="IIM-001")
    assert str(refusal.value) == (
        "IIM-001: protocol is 'impact'; allowed: a path to a file, or one of iimpact, "
        "iimpact-2025-design, ssc-ucmsc or ulsc-phase1 (did you mean iimpact?)."
    )


def test_a_missing_file_is_said_of_the_participant_who_names_it(tmp_path):
    """§1.1.4."""
    with pytest.raises(Refusal) as refusal:
        sources.trial("own.yaml", beside=tmp_path, who="IIM-001")
    assert str(refusal.value) == (
        "IIM-001: protocol is 'own.yaml', which is missing; allowed: a file that can be read."
    )


def test_what_is_wrong_in_the_file_is_said_of_the_file(tmp_path):
    (tmp_path / "own.yaml").write_text(HEAD.replace("draft", "final"), encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        sources.trial("own.yaml", beside=tmp_path, who="IIM-001")
    assert str(refusal.value) == (
        "own.yaml: status (line 4) is 'final'; allowed: draft, illustrative or approved."
    )


def test_every_golden_case_can_be_read(case_files: list[Path]):
    assert case_files
    for path in case_files:
        data = sources.read(path).data
        sources.validate_trial(data["protocol"], path.name)
        sources.validate_participant(data["participant"], path.name)


@pytest.fixture
def case_files() -> list[Path]:
    return sorted((Path(__file__).parents[1] / "golden" / "cases").glob("*.yaml"))


@pytest.mark.parametrize("id_", sources.burst_ids())
def test_a_rescue_may_be_the_id_of_a_shipped_burst(tmp_path: Path, id_: str):
    """§4.6.4."""
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + f"flare: {{action: rescue, rescue: {id_}}}\n")
    flare = sources.trial(str(path)).protocol.flare
    assert flare is not None
    published = sources.burst_sheet(id_)["rescue"]
    assert [(str(row.days), row.mg) for row in flare.rescue] == [
        (row["days"], Fraction(row["mg"])) for row in published
    ]


def test_a_burst_that_nobody_ships_is_refused_with_the_near_one(refused):
    """§4.6.4."""
    (said,) = refused(HEAD + "flare: {action: rescue, rescue: aramis-option-3}\n")
    assert said.startswith("p.yaml: flare.rescue (line 7) is 'aramis-option-3'; allowed: the doses")
    assert "aramis-option-1 or aramis-option-2" in said
