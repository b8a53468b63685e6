"""§4.7 to §4.11: the regimen of a protocol, shipped or written out, and whether it can end."""

from __future__ import annotations

import pytest
from spec.protocol_file.own import HEAD, TAPER, with_taper

from taper import sources


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
        "the id of a shipped one, or the path of a sheet beside this file (did you mean "
        "ese-es-2024-fast?)."
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
        "p.yaml: taper.regimen.kind (line 10) is 'band'; allowed: bands, percent, linear, "
        "steps or phases (did you mean bands?)."
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
            "taper.regimen (line 10) is {kind: steps, steps: [{mg_per_kg: 0.5, days: 7}]}; "
            "allowed: a last row of at most the target, 5 mg.",
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
            "taper.regimen.every_days (line 10) is '200'; allowed: an interval that fits into the "
            "window, complete_within of "
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
