"""`taper protocols explore`: what becomes of every baseline, before anybody is enrolled."""

from __future__ import annotations

import json
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from taper.errors import ExitCode, Refusal
from taper.operations.trying.exploring import explore
from taper.planning.explored import Explored
from taper.planning.explored_words import row_of
from taper.wording.layout import WIDTH

SLOW = """\
id: slow
title: Slow
version: "1"
status: draft
sources: [section 6.3]
infusions: [{number: 1, months: 0}]
market: US
taper: {after_infusion: 1, target_mg: 5, regimen: ese-es-2024-slow}
"""
NARROW = 45


@pytest.fixture
def explored(shown):
    """The answer for a protocol as JSON, and its baselines by their dose."""

    def ask(protocol: str, *words: object) -> tuple[dict, dict[str, dict]]:
        answer = json.loads(shown("protocols", "explore", protocol, *words, "--format", "json"))
        return answer, {each["dose_mg"]: each for each in answer["baselines"]}

    return ask


@pytest.fixture
def protocol(tmp_path):
    """A protocol's file, changed in a place."""

    def write(*changes: tuple[str, str]) -> str:
        text = SLOW
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "slow.yaml").write_text(text, encoding="utf-8")
        return "slow.yaml"

    return write


def test_a_baseline_by_hand(explored):
    """With 5 and 1 mg: 20, 18, 15, 13 for 7 days each; 10, 9, 8, 7, 6 for 14 each; then 5."""
    answer, found = explored("iimpact", "--strengths", "5,1")
    assert found["25"] == {
        "dose_mg": "25",
        "prednisone_mg": "25",
        "days_to_target": 4 * 7 + 5 * 14,
        "within_window": True,
        "spare_days": [120 - 98, 123 - 98],
        "cumulative_mg": str(7 * (20 + 18 + 15 + 13) + 14 * (10 + 9 + 8 + 7 + 6)),
        "largest_drop_mg": "5",
        "most_tablets": 3 + 3,
        "strengths_mg": ["5", "1"],
    }
    assert (answer["window"], answer["window_days"]) == ("4 months", [120, 123])


def test_the_baselines_are_what_the_tablets_make_from_over_the_target_to_the_most(explored):
    _, whole = explored("iimpact", "--strengths", "10,5")
    assert list(whole) == ["10", "15", "20", "25"]
    _, halved = explored("iimpact", "--strengths", "5:2", "--from", "12", "--to", "20")
    assert list(halved) == ["12.5", "15", "17.5", "20"]
    _, poured = explored("iimpact", "--strengths", "3/mL:0.5", "--to", "9")
    assert list(poured) == ["6", "7.5", "9"]
    assert {each["most_tablets"] for each in poured.values()} == {None}


def test_a_baseline_may_lie_over_what_is_eligible_and_it_is_said(shown):
    said = shown("protocols", "explore", "iimpact", "--strengths", "5,1", "--to", 40)
    assert " 40   119  1 left" in said
    assert "Within the window: 6 to 40 mg." in said
    assert "Over 25 mg prednisone nobody is eligible by this protocol." in said


def test_what_overruns_is_seen_before_anybody_is_enrolled(explored, shown, protocol):
    words = [protocol(), "--strengths", "5", "--to", 40]
    _, found = explored(*words)
    fits = {mg: each["within_window"] for mg, each in found.items()}
    assert fits == {"10": True} | dict.fromkeys(["15", "20", "25", "30", "35", "40"], False)
    assert found["15"]["spare_days"] == [120 - 168, 123 - 168]
    said = shown("protocols", "explore", *words)
    assert "Within the window: 10 mg.\nOver the window: 15 to 40 mg." in said


def test_a_window_that_depends_on_its_months_is_said_to(explored, shown, protocol):
    """112 days to 5 mg, and a window of four months is 120 to 123: 121 days are in between."""
    regimen = "{kind: steps, entry: first, steps: [{mg: 10, days: 121}, {mg: 5, days: 7}]}"
    name = protocol(("ese-es-2024-slow", regimen))
    _, found = explored(name, "--strengths", "10,5", "--to", "10")
    assert (found["10"]["within_window"], found["10"]["spare_days"]) == (None, [-1, 2])
    said = shown("protocols", "explore", name, "--strengths", "10,5", "--to", "10")
    assert "Within it or not, as the months are long: 10 mg." in said


def test_days_of_change_are_waited_for(explored, protocol):
    """28 days a level from 9 mg, whole weeks: only the first fall waits, 6 days at most."""
    name = protocol(("ese-es-2024-slow", "ese-es-2024-slow, change_on: monday"))
    _, waited = explored(name, "--strengths", "1", "--from", "10", "--to", "10")
    _, at_once = explored(protocol(), "--strengths", "1", "--from", "10", "--to", "10")
    assert waited["10"]["days_to_target"] == at_once["10"]["days_to_target"] + 6


def test_another_drug_is_compared_in_prednisone(explored):
    words = ["iimpact", "--drug", "methylprednisolone", "--strengths", "4,2", "--from", "15"]
    _, found = explored(*words)
    assert list(found) == ["12", "14", "16", "18", "20"]
    assert [each["prednisone_mg"] for each in found.values()] == ["15", "17.5", "20", "22.5", "25"]
    assert found["20"]["largest_drop_mg"] == "5"


def test_a_regimen_by_weight_takes_the_weight(explored, protocol):
    name = protocol(("ese-es-2024-slow", "pm-textbook-fast"))
    _, found = explored(name, "--strengths", "5", "--from", 60, "--to", 60, "--weight-kg", 60)
    assert found["60"]["days_to_target"] == 28 + 7 * 6 + 14 * 4  # 55 to 30, 25 to 10


def test_a_baseline_without_a_plan_has_the_reason(explored, shown, protocol):
    words = [protocol(("ese-es-2024-slow", "aramis")), "--strengths", "5", "--from", 35, "--to", 45]
    _, found = explored(*words)
    assert "days_to_target" in found["40"]
    assert found["45"]["refused"].startswith("steroid.dose_mg is 45 mg")
    assert " 45     -  no plan" in shown("protocols", "explore", *words)


def test_tablets_that_are_too_coarse_are_told_once_for_all_baselines(shown):
    words = ["protocols", "explore", "iimpact", "--drug", "methylprednisolone", "--strengths", "4"]
    said = " ".join(shown(*words).split())
    assert said.count("steroid.strengths is 4 mg tablets, which make 8 mg where the taper ") == 1
    assert "No plan from 8 to 20 mg: steroid.strengths is 4 mg tablets" in said


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], ExitCode.REFUSED, "slow: eligibility.max_mg is missing; allowed: one there, or --to "),
        (
            ["--from", 30, "--to", 20],
            ExitCode.REFUSED,
            "slow: the range of baselines is 30 to 20 mg; allo",
        ),
        (["--to", "20 mg"], ExitCode.USAGE, "--to is '20 mg'; allowed: a plain decimal "),
        (["--drug", "budesonide", "--to", 20], ExitCode.REFUSED, "taper protocols explore: --dru"),
        (
            ["--strengths", "0.01", "--to", 20],
            ExitCode.REFUSED,
            "slow: the range of baselines is 5.01 to 20 mg, of which these tablets make more; "
            "allowed: at most 400 (--from and --to, or tablets with larger steps).\n",
        ),
        (
            ["--strengths", "50", "--from", 10, "--to", 20],
            ExitCode.REFUSED,
            "slow: the range of baselines is 10 to 20 mg, of which these tablets make none; al",
        ),
    ],
)
def test_what_cannot_be_explored_is_one_sentence(run, protocol, words, code, sentence):
    result = run("protocols", "explore", protocol(), *words, today=None)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            ("ese-es-2024-slow", "pm-textbook-slow"),
            "slow: the weight is missing; allowed: a weight in kg (--weight-kg), as the regimen "
            "goes by weight.\n",
        ),
        (
            ("target_mg: 5,", "target_mg: 5, drug: prednisolone,"),
            "slow: the drug is prednisone; allowed: prednisolone, the drug of the taper.\n",
        ),
        (
            (SLOW[SLOW.index("taper:") :], ""),
            "slow: taper is none, as the protocol prescribes none; allowed: a protocol that ",
        ),
    ],
)
def test_a_protocol_that_cannot_be_explored_says_why(run, protocol, change, sentence):
    words = [protocol(change), "--to", 20, "--drug", "prednisone", "--strengths", 5]
    result = run("protocols", "explore", *words, today=None)
    assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
    assert result.stderr.startswith(sentence)


def test_the_usual_drug_is_the_one_that_is_marketed_or_in_which_the_taper_is_given(
    explored, protocol
):
    assert explored(protocol(), "--to", 6)[0]["drug"] == "prednisone"
    assert explored(protocol(("market: US", "market: UK")), "--to", 6)[0]["drug"] == "prednisolone"
    given = protocol(("target_mg: 5,", "target_mg: 5, drug: methylprednisolone,"))
    assert explored(given, "--to", 10)[0]["drug"] == "methylprednisolone"


@pytest.mark.parametrize("drug", ["prednisone", "dexamethasone"])
def test_the_table_fits_a_narrow_terminal_and_the_rest_a_usual_one(shown, drug):
    lines = shown("protocols", "explore", "iimpact", "--drug", drug).splitlines()
    rule = next(i for i, line in enumerate(lines) if line.startswith("----"))
    table = lines[rule - 1 : lines.index("", rule)]
    assert max(map(len, table)) <= NARROW
    assert max(map(len, lines)) <= WIDTH


def test_the_picture_tells_without_colour_which_baselines_overrun(run, tmp_path, protocol):
    words = [protocol(), "--strengths", "5", "--to", 40, "--svg", "p.svg"]
    result = run("protocols", "explore", *words, today=None)
    assert (result.exit_code, result.stderr) == (ExitCode.WRITTEN, "Wrote p.svg\n")
    root = ElementTree.parse(tmp_path / "p.svg").getroot()
    bars = [each.get("fill") for each in root.iter() if (each.get("d") or "").endswith("Z")]
    assert bars == ["#ffffff", *["#000000"] * 6]
    said = [each.text for each in root.iter() if each.tag.endswith("text")]
    assert {"prednisone, 5 mg tablets", "dashed: window of 4 months", "over the window"} <= set(
        said
    )
    assert said.count("40") == 1
    for each in root.iter():
        for paint in (each.get("fill"), each.get("stroke")):
            if paint and paint.startswith("#"):
                parts = paint[1:] if len(paint) == 4 else [paint[i : i + 2] for i in (1, 3, 5)]
                assert len(set(parts)) == 1, paint


SETS = ("--strengths", "5,1", "--strengths", "10,5", "--strengths", "5:2")


def test_sets_of_tablets_are_compared_baseline_by_baseline(run, shown, explored, tmp_path):
    """Which baselines overrun, for which tablets: a table, a picture and JSON."""
    words = ["iimpact", *SETS, "--from", 10, "--to", 40]
    answer = json.loads(shown("protocols", "explore", *words, "--format", "json"))
    assert [each["set"] for each in answer["sets"]] == ["A", "B", "C"]
    for each, strengths in zip(answer["sets"], SETS[1::2], strict=True):
        alone, _ = explored("iimpact", "--strengths", strengths, "--from", 10, "--to", 40)
        assert {**answer, **each} == {**alone, "sets": answer["sets"], "set": each["set"]}
    result = run("protocols", "explore", *words, "--svg", "sets.svg", today=None)
    said = result.stdout
    assert said.index("A: 5 and 1 mg\nB: 10 and 5 mg\nC: 5 (halves) mg\n") < said.index("Dose  A")
    assert "\n  10  56 days, 64 left   no plan  56 days, 64 left\n" in said
    assert "\n12.5  -                  -        70 days, 50 left\n" in said
    assert said.count("Within the window: ") == 2
    root = ElementTree.parse(tmp_path / "sets.svg").getroot()
    words_drawn = [each.text for each in root.iter() if each.tag.endswith("text")]
    assert [w for w in words_drawn if w[:2] in ("A:", "B:", "C:")] == [
        "A: 5 and 1 mg",
        "B: 10 and 5 mg",
        "C: 5 (halves) mg",
    ]
    bars = [each for each in root.iter() if (each.get("d") or "").endswith("Z")]
    assert len(bars) == 31 + 13
    assert words_drawn.count("×") == 7
    high = int(root.get("height"))
    assert all(float(each.get("y") or 0) < high for each in root.iter())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--strengths", "5,1", "--strengths", "1, 5"],
            "taper protocols explore: --strengths is 5 and 1 mg tablets, twice; allowed: each ",
        ),
        (
            [word for n in range(1, 8) for word in ("--strengths", n)],
            "taper protocols explore: --strengths is given 7 times; allowed: at most 6 sets ",
        ),
        (
            ["--strengths", "5,1", "--strengths", "50", "--to", 20],
            "slow with 50 mg tablets: the range of baselines is 50 to 20 mg; allowed: a --from",
        ),
    ],
)
def test_sets_that_cannot_be_compared_are_one_sentence(run, protocol, words, sentence):
    result = run("protocols", "explore", protocol(), *words, today=None)
    assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


def test_baselines_over_any_dose_are_refused():
    """§2.3.4: 250 mg prednisone are 1250 mg cortisone."""
    with pytest.raises(
        Refusal, match=r"250 mg, which are 1250 mg cortisone; allowed: at most 1000"
    ):
        explore("iimpact", drug="cortisone", strengths=[25], least_mg="190", most_mg="250")


def test_a_sum_is_told_in_whole_milligrams_half_up():
    """§2.4.2."""
    ten = Explored(Fraction(10), Fraction(10), cumulative_mg=Fraction(2025, 2))
    assert row_of(ten, in_ml=True)[3] == "1013"


def test_a_program_asks_the_same(explored):
    answer, _ = explored("iimpact", "--strengths", "5,1", "--to", "10")
    assert explore("iimpact", strengths=[5, 1], most_mg="10").as_dict() == answer
    with pytest.raises(Refusal, match=r"taper\.explore: most_mg is '10 mg'"):
        explore("iimpact", most_mg="10 mg")
    with pytest.raises(Refusal, match="lists no prednisone tablets"):
        explore(SLOW.replace("market: US", "market: UK"), drug="prednisone")


def test_the_days_are_those_of_a_plan(explored, plan, tmp_path):
    """The same participant, planned: from the first taper day to the day the target is reached."""
    document = json.loads(plan("--format", "json", protocol="iimpact").stdout)
    mg = document["baseline"]["dose_mg"]
    _, found = explored("iimpact", "--strengths", "20,5,2.5,1", "--from", mg, "--to", mg)
    assert Fraction(mg) == 20
    assert found[mg]["days_to_target"] == 91
