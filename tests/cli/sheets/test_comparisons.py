"""`taper regimens compare`: figures, notes, and drawings."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cli.sheets.own import OURS

from taper import sources
from taper.doses import dose
from taper.drawing.regimens import as_svg
from taper.errors import ExitCode
from taper.planning import comparison
from taper.planning.planner import make_plan
from taper.sources import rule_of
from taper.trial.participant import Participant, Steroid
from taper.trial.protocol import Window
from taper.wording.layout import WIDTH

# Comparisons --------------------------------------------------------------------------------------


def question(start_mg: str, target: str, **more: object) -> comparison.Question:
    return comparison.Question(
        start_mg=dose.parse(start_mg),
        target_mg=dose.parse(target),
        window=Window(months=4),
        **more,  # type: ignore[arg-type]
    )


def figures(id_: str, start: str, target: str, **more: object) -> comparison.Figures:
    answer = comparison.answer(
        id_, rule_of(sources.regimen_sheet(id_)), question(start, target, **more)
    )
    assert answer.figures is not None, answer.refused
    return answer.figures


@pytest.mark.parametrize(
    ("id_", "start", "days", "mg"),
    [
        ("giacta-26-week", "60", 182, 2632),
        ("combivas", "20", 84, 910),
        ("sarcort-low", "20", 182, 2380),
    ],
)
def test_published_totals_come_out(id_: str, start: str, days: int, mg: int):
    found = figures(id_, start, "0")
    assert found.mg == mg
    assert found.days <= days


def test_bands_by_hand():
    """20 mg 7 days, 17.5, 15, 12.5: 7 each; 10, 9, 8, 7, 6: 14 each; then 5."""
    found = figures("ese-es-2024-fast", "25", "5")
    assert found.days == 4 * 7 + 5 * 14
    assert found.mg == 7 * (20 + Fraction(35, 2) + 15 + Fraction(25, 2)) + 14 * (10 + 9 + 8 + 7 + 6)
    assert (found.steps, found.largest_drop_mg) == (10, 5)
    assert found.spare_days == (120 - 98, 123 - 98)
    assert found.fits is True
    assert found.reached(date(2026, 5, 14)) == date(2026, 8, 20)


def test_percentages_stay_exact():
    found = figures("oddis-aggarwal-fast", "25", "5")
    levels = [25 * Fraction(3, 4) ** n for n in range(1, 6)]
    assert levels[-1] > 5 > levels[-1] * Fraction(3, 4)
    assert found.mg == 30 * sum(levels)
    assert found.largest_drop_mg == Fraction(25, 4)


def test_a_cycle_ends_on_its_last_day_over_the_target(tmp_path, shown):
    """15 mg 14 days; 10, 5, 10 mg; then 5."""
    (tmp_path / "ours.yaml").write_text(OURS)
    said = shown("regimens", "compare", "ours.yaml", "--from", 25, "--to", 5, "--format", "json")
    (ours,) = json.loads(said)
    assert (ours["days"], ours["mg"], ours["steps"]) == (17, "235", 3)
    assert ours["largest_drop_mg"] == "10"


@pytest.mark.parametrize("id_", ["ese-es-2024-fast", "hhe-myositis-slow", "etg-pmr-fast", "aramis"])
@pytest.mark.parametrize("start_mg", ["25", "16", "12.5"])
def test_a_comparison_agrees_with_a_plan(id_: str, start_mg: str):
    """With tablets that make every dose, a plan reaches the target on the day compared."""
    data = sources.trial("ulsc-phase1").protocol.model_dump(mode="json", exclude_none=True)
    taper = {"after_infusion": 1, "target_mg": "5", "regimen": id_}
    trial = sources.validate_trial({**data, "taper": taper}, "trial")
    infusion = {"number": "1", "date": "2026-01-31"}
    steroid = Steroid(drug="prednisone", dose_mg=start_mg, strengths=["0.5", "1", "5"])
    who = Participant(
        participant="A1", protocol="p", steroid=steroid.model_dump(), infusions=[infusion]
    )
    plan = make_plan(trial, who, date(2026, 2, 1))
    found = figures(id_, start_mg, "5")
    assert plan.target_reached == found.reached(plan.taper_start)
    taken = [day.dose_mg for day in plan.days() if day.date >= plan.taper_start]
    assert sum(taken[: found.days], Fraction(0)) == found.mg


def test_a_window_of_months_is_as_long_as_its_months():
    assert question("25", "5").window_days == (120, 123)
    assert question("25", "5", start=date(2026, 5, 14)).window_days == (123, 123)


def test_a_target_between_the_shortest_and_the_longest_window_depends():
    (level,) = [f for f in [figures("ese-es-2024-fast", "25", "5")] if f]
    assert comparison.Figures((), 121, Fraction(0), 1, Fraction(1), (-1, 2)).fits is None
    assert level.fits is True


def test_a_regimen_that_cannot_be_used_is_listed_with_its_refusal(shown):
    text = shown(
        "regimens",
        "compare",
        "pexivas-reduced",
        "etg-myositis",
        "kdigo-2024-reduced-fast",
        "ese-es-2024-fast",
        "aramis",
        "--from",
        60,
        "--to",
        5,
    )
    said = " ".join(text.split())
    assert text.count("cannot be used") == 4
    assert "pexivas-reduced: the weight is missing; allowed: the weight in kg" in said
    assert "etg-myositis: the regimen is one that never reaches 5 mg; allowed: " in said
    assert "kdigo-2024-reduced-fast: not usable before its open numbers are filled in: " in said
    assert "aramis: the start dose is 60 mg prednisone, which fits no table" in said


def test_a_start_dose_that_was_not_published_and_an_unverified_sheet_are_said(shown):
    said = " ".join(shown("regimens", "compare", "giacta-26-week", "--from", 80, "--to", 5).split())
    assert "giacta-26-week: 80 mg is outside its published start doses, 20 to 60 mg." in said
    assert "giacta-26-week: unverified; check it against " in said


def test_all_that_fit_are_compared_the_shortest_first(shown):
    words = ["regimens", "compare", "--for", "myositis", "--from", 25, "--to", 5]
    found = json.loads(shown(*words, "--format", "json"))
    assert all(one["fits"] is not False for one in found)
    assert [one["days"] for one in found] == sorted(one["days"] for one in found)
    assert "ese-es-2024-fast" in [one["regimen"] for one in found]
    said = " ".join(shown(*words).split())
    assert "Too long for the window: cdhb-nz-slow, " in said
    assert "By weight, and none was given: etg-myositis-whole, pm-textbook-fast, " in said
    assert "Not between these doses: etg-myositis, " in said
    assert "giacta-26-week" not in said


def test_those_for_a_disease_come_beside_those_that_are_named(shown, tmp_path):
    (tmp_path / "ours.yaml").write_text(OURS)
    words = ["regimens", "compare", "ours.yaml", "hhe-myositis-slow", "--for", "myositis"]
    found = json.loads(shown(*words, "--from", 25, "--to", 5, "--format", "json"))
    names = [one["regimen"] for one in found]
    assert names[:2] == ["ours.yaml", "hhe-myositis-slow"]
    assert len(set(names)) == len(names) > 2


def test_the_weight_chooses_the_table(shown):
    by_weight = [
        json.loads(
            shown(
                "regimens",
                "compare",
                "pexivas-reduced",
                "--from",
                75,
                "--to",
                5,
                "--weight",
                kg,
                "--format",
                "json",
            )
        )[0]["mg"]
        for kg in ("49.9", "50", "75", "75.1")
    ]
    assert by_weight[1] == by_weight[2]
    assert len(set(by_weight)) == 3


def test_with_a_start_there_are_dates(shown):
    text = shown(
        "regimens", "compare", "ese-es-2024-fast", "--from", 25, "--to", 5, "--start", "2026-05-14"
    )
    assert "fits, 25 days left" in text
    assert "2026-08-20" in text


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--from", "5", "--to", "5"], "--from is 5 and --to is 5; allowed: a --from above --to."),
        (["--from", "-5", "--to", "5"], "--from is '-5'; allowed: a plain decimal above 0"),
        (["--from", "25", "--to", "5 mg"], "--to is '5 mg'; allowed: a plain decimal from 0"),
        (
            ["--from", "25", "--to", "5", "--window-months", "0"],
            "--window-months is '0'; allowed: whole months from 1 to 120.",
        ),
        (["--from", "25", "--to", "5", "--weight", "0"], "--weight is '0'; allowed: a plain"),
        (["--from", "25", "--to", "5", "--weight-kg", "0"], "--weight is '0'; allowed: a plain"),
        (["--from", "25", "--to", "5", "--start", "soon"], "--start is 'soon'; allowed: a cal"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence(refused, more: list[str], sentence: str):
    assert refused("regimens", "compare", "ese-es-2024-fast", *more).startswith(sentence)


# Drawings -----------------------------------------------------------------------------------------


COMPARED = ["ese-es-2024-fast", "ese-es-2024-slow", "hhe-myositis-fast", "pexivas-reduced"]


def test_the_drawing_in_characters_falls_from_full_height_and_marks_the_window(shown):
    text = shown("regimens", "compare", *COMPARED, "--from", 25, "--to", 5)
    (fast,) = [
        line for line in text.splitlines() if line.startswith("ese-es-2024-fast  ") and "█" in line
    ]
    bars = fast.removeprefix("ese-es-2024-fast").strip()
    heights = ["▁▂▃▄▅▆▇█".index(bar) for bar in bars]
    assert heights == sorted(heights, reverse=True)
    (mark,) = [line for line in text.splitlines() if line.endswith("▲")]
    assert mark.index("▲") == 19 + 120 // 5


def test_the_svg_is_well_formed_and_has_a_numbered_line_a_regimen(run, tmp_path):
    words = ["regimens", "compare", *COMPARED, "--from", "25", "--to", "5", "--svg", "c.svg"]
    result = run(*words, today=None)
    assert result.stderr == "Wrote c.svg\n"
    svg = (tmp_path / "c.svg").read_bytes()
    root = ElementTree.fromstring(svg)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "1  ese-es-2024-fast: 98 days, 1015 mg" in texts
    assert "pexivas-reduced: not from this dose" in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 3
    run(*words, today=None)
    assert (tmp_path / "c.svg").read_bytes() == svg


def test_an_svg_that_cannot_be_written_is_one_sentence(run, tmp_path):
    words = ["regimens", "compare", "semira", "--from", "5", "--to", "0", "--svg"]
    result = run(*words, tmp_path, today=None)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == f"{tmp_path} cannot be written: a folder of that name is in the way.\n"


def test_a_name_with_signs_of_markup_is_drawn_as_it_is():
    answer = comparison.Answer("<a & 'b'>", figures("semira", "5", "0"))
    ElementTree.fromstring(as_svg([answer], question("5", "0")))


def test_nothing_to_draw_is_no_fault(shown, tmp_path):
    text = shown("regimens", "compare", "etg-myositis", "--from", 25, "--to", 5)
    assert "▲" not in text
    refused = comparison.Answer("x", refused="x: no.")
    ElementTree.fromstring(as_svg([refused], question("25", "5")))


def test_a_long_name_is_no_wider_than_a_terminal(shown, tmp_path):
    name = f"{'a-trial-with-a-long-name-' * 3}.yaml"
    (tmp_path / name).write_text(OURS)
    text = shown("regimens", "compare", f"./{name}", "semira", "--from", 25, "--to", 5)
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_path_may_stand_for_an_id(shown, tmp_path):
    own = Path(tmp_path / "own.yaml")
    own.write_text(
        "id: own\ntitle: Own\nstatus: looked-up\nsources: [{citation: ours}]\n"
        "regimen: {kind: linear, every_days: 14}\n"
    )
    assert shown("regimens", "own.yaml").startswith("own: Own\n")
    assert "own.yaml" in shown("regimens", "compare", "own.yaml", "--from", 25, "--to", 5)
