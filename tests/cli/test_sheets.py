"""`taper protocols` and `taper regimens`: lists, sheets, infusion dates, comparisons."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from dateutil.relativedelta import relativedelta

from taper import sources
from taper.doses import dose
from taper.drawing.regimens import as_svg
from taper.errors import ExitCode
from taper.planning import comparison
from taper.planning.planner import make_plan
from taper.sources import rule_of
from taper.trial import infusions
from taper.trial.participant import Participant, Steroid
from taper.trial.protocol import Window
from taper.wording.layout import WIDTH

OURS = """\
id: ours
title: Our trial
version: "1"
status: draft
sources: [section 6.3]
infusions: [{number: 1, months: 0}]
taper:
  after_infusion: 1
  target_mg: 5
  regimen: {kind: steps, steps: [{mg: 15, days: 14}, {mg: [10, 5], days: 3}, {mg: 5, days: 7}]}
"""


@pytest.fixture
def shown(run):
    """What a command of this page shows; it needs no day."""

    def show(*words: object) -> str:
        result = run(*words, today=None)
        assert (result.exit_code, result.stderr) == (ExitCode.WRITTEN, "")
        return str(result.stdout)

    return show


@pytest.fixture
def refused(run):
    def refuse(*words: object) -> str:
        result = run(*words, today=None)
        assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
        return str(result.stderr)

    return refuse


# Protocols ------------------------------------------------------------------------------------


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
        (["regimens", "compare", "--from", "25", "--to", "5"], "Missing argument 'ID'."),
        (["regimens", "compare", "aramis", "--to", "5"], "Missing option '--from'."),
    ],
)
def test_a_wrong_command_line_is_one_sentence(refused, words: list[str], sentence: str):
    said = refused(*words)
    assert said.startswith(sentence)
    assert said.count("\n") == 1


# Regimens -------------------------------------------------------------------------------------


def test_every_regimen_is_listed(shown):
    lines = shown("regimens").splitlines()
    first_words = {line.split(" ")[0] for line in lines}
    assert set(sources.regimen_ids()) <= first_words
    assert any(
        line.startswith("Not usable before numbers that the source leaves") for line in lines
    )


@pytest.mark.parametrize("id_", sources.regimen_ids())
def test_a_regimen_is_shown_with_its_sources_and_the_range_beside_the_choice(shown, id_: str):
    sheet = sources.regimen_sheet(id_)
    text = shown("regimens", id_)
    said = " ".join(text.split())
    assert sheet["status"] in said
    assert sheet["evidence_grade"] in said
    for source in sheet["sources"]:
        assert f"- {source['citation']}" in said
    for left_open in sheet.get("needs", []):
        assert left_open in said
    if "verify" in sheet:
        assert f"Check against {sheet['verify']}" in said
    beside = text[text.index("Published  ") :].splitlines()[2:]
    divided = beside and [(line[:39], line[39:]) for line in beside]
    published = " ".join(" ".join(left for left, _ in divided).split())
    assert all(" ".join(each.split()) in published for each in sheet["published"])


def test_the_list_of_regimens_names_the_flare_bursts(shown):
    text = " ".join(shown("regimens").split())
    for id_ in sources.burst_ids():
        assert f"For flare.rescue: {id_}, looked-up" in text


def test_regimens_as_json_are_the_sheets(shown):
    assert json.loads(shown("regimens", "--format", "json"))[0] == dict(
        sources.regimen_sheet(sources.regimen_ids()[0])
    )
    one = json.loads(shown("regimens", "semira", "--format", "json"))
    assert one == dict(sources.regimen_sheet("semira"))


EVERYTHING = [
    ["protocols"],
    *(["protocols", id_] for id_ in sources.protocol_ids()),
    *(["protocols", id_, "--first-infusion", "2026-01-31"] for id_ in sources.protocol_ids()),
    ["regimens"],
    *(["regimens", id_] for id_ in sources.regimen_ids()),
    ["regimens", "compare", *sources.regimen_ids(), "--from", "60", "--to", "5", "--weight", "71"],
    ["regimens", "compare", *sources.regimen_ids(), "--from", "1000", "--to", "0"],
    [
        "regimens",
        "compare",
        "ese-es-2024-slow",
        "--from",
        "25",
        "--to",
        "5",
        "--start",
        "2026-05-14",
    ],
    ["--help"],
    *([*command, "--help"] for command in (["protocols"], ["regimens"], ["event"], ["check"])),
    ["regimens", "compare", "--help"],
]


@pytest.mark.parametrize("words", EVERYTHING, ids=" ".join)
def test_nothing_is_wider_than_a_terminal(shown, words: list[str]):
    assert max(map(len, shown(*words).splitlines())) <= WIDTH


def test_help_names_the_commands_of_regimens(shown):
    helped = shown("regimens", "--help")
    assert "List the regimens, show one, or compare them." in helped
    assert "compare" in helped


# Comparisons ----------------------------------------------------------------------------------


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
        (["--from", "25", "--to", "5", "--start", "soon"], "--start is 'soon'; allowed: a cal"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence(refused, more: list[str], sentence: str):
    assert refused("regimens", "compare", "ese-es-2024-fast", *more).startswith(sentence)


# Drawings -------------------------------------------------------------------------------------

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


# A regimen for a protocol that prescribes none ------------------------------------------------

NO_TAPER = """\
participant: A1
protocol: {protocol}
steroid: {{drug: prednisone, dose_mg: 20, strengths: [20, 5, 2.5, 1]}}
infusions: [{{number: 1, date: 2026-01-31}}]
"""


@pytest.fixture
def plan(run, tmp_path):
    def taper_plan(*words: object, protocol: str = "ulsc-phase1"):
        (tmp_path / "A1.yaml").write_text(NO_TAPER.format(protocol=protocol), encoding="utf-8")
        return run("plan", "A1.yaml", *words)

    return taper_plan


@pytest.mark.parametrize("protocol", ["ulsc-phase1", "ssc-ucmsc"])
def test_a_protocol_without_a_taper_says_so_in_one_sentence_and_offers_regimen(plan, protocol):
    """§4.1.7."""
    result = plan(protocol=protocol)
    assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
    assert result.stderr == (
        f"A1: protocol is {protocol}, which prescribes no taper; allowed: a regimen chosen with "
        "--regimen ID (taper regimens lists them), or a protocol that prescribes a taper.\n"
    )


@pytest.mark.parametrize(("regimen", "target"), [("ese-es-2024-fast", "5"), ("combivas", "0")])
def test_a_chosen_regimen_takes_the_usual_rules_and_says_that_it_was_chosen(plan, regimen, target):
    """§4.1.7, §8.2.4."""
    document = json.loads(plan("--regimen", regimen, "--format", "json").stdout)
    assert document["anchor"] == {"infusion": 1, "date": "2026-01-31"}
    assert document["taper_start"] == "2026-02-14"
    assert document["target_mg"] == target
    assert document["protocol"]["status"] == "illustrative"
    first = document["findings"][0]
    assert (first["code"], first["severity"]) == ("regimen-chosen", "warning")
    assert first["text"] == (
        f"Protocol ulsc-phase1 prescribes no taper: regimen {regimen} was chosen, from 14 days "
        f"after infusion 1 down to {target} mg prednisone a day, within 4 months."
    )
    assert first["source"] == sources.regimen_sheet(regimen)["sources"][0]["citation"]


def test_a_chosen_regimen_that_was_not_published_for_that_dose_says_so(plan):
    """§8.2.5."""
    said = " ".join(plan("--regimen", "cobra").stdout.split())
    assert "is outside the published start doses of cobra, 60 mg." in said


def test_a_chosen_regimen_is_no_part_of_any_approval(plan, tmp_path):
    """§4.1.8."""
    (tmp_path / "approved.yaml").write_text(
        OURS[: OURS.index("taper:")].replace("status: draft", "status: approved")
        + "approval: {document: D, version: '1', date: 2026-01-01, role: sponsor}\n",
        encoding="utf-8",
    )
    words = ["--regimen", "ese-es-2024-fast", "--format", "json"]
    document = json.loads(plan(*words, protocol="approved.yaml").stdout)
    assert document["protocol"]["status"] == "illustrative"
    assert "protocol-not-approved" in [finding["code"] for finding in document["findings"]]


@pytest.mark.parametrize(
    ("words", "protocol", "code", "sentence"),
    [
        (["--regimen", "combiva"], "ulsc-phase1", ExitCode.USAGE, "--regimen is 'combiva'; allo"),
        (
            ["--regimen", "combivas"],
            "iimpact",
            ExitCode.USAGE,
            "--regimen is combivas, and protocol iimpact prescribes its own taper; allowed: ",
        ),
        (
            ["--regimen", "eular-pmr-2015"],
            "ulsc-phase1",
            ExitCode.REFUSED,
            "ulsc-phase1: taper.regimen is 'eular-pmr-2015'; allowed: this regimen written in",
        ),
    ],
)
def test_a_regimen_that_cannot_be_chosen_is_one_sentence(plan, words, protocol, code, sentence):
    result = plan(*words, protocol=protocol)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1
