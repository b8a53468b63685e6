"""`taper check` and `taper schema`: files looked at before anybody plans by them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from taper.errors import ExitCode
from taper.sources.schema import DIALECT

DATA = Path(str(files("taper"))) / "data"
GOOD = """\
participant: A1
protocol: iimpact
steroid: {drug: prednisone, dose_mg: 25}
infusions: [{number: 1, date: 2026-01-31}, {number: 2, date: 2026-04-30}]
"""
PLANNED = "tapering, taper from 2026-05-14, target reached 2026-08-20, printed until 2026-09-16"
REGIMEN = """\
id: own
title: Own
status: looked-up
sources: [{citation: our protocol}]
regimen:
  kind: steps
  steps:
    - {mg: 20, days: 7}
    - {mg: 5, days: 7}
"""
PROTOCOL = """\
id: ours
title: Ours
version: "1"
status: draft
sources: [section 6]
infusions: [{number: 1, months: 0}]
taper: {after_infusion: 1, target_mg: 5, regimen: ese-es-2024-fast}
"""


@pytest.fixture
def check(run, tmp_path):
    """`taper check` of files that are written first; the answer without the folder's name."""

    def taper_check(*paths: object, **contents: str):
        for name, text in contents.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return run("check", *(paths or [f"{name}.yaml" for name in contents]))

    return taper_check


@pytest.mark.parametrize(("text", "subject"), [(PROTOCOL, "protocol"), (REGIMEN, "regimen")])
def test_a_good_file_is_one_line(check, text: str, subject: str):
    result = check(file=text)
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout == f"file.yaml: a {subject} in order\n"
    assert result.stderr == ""


def test_a_participant_in_order_says_what_was_planned_and_what_was_found(check, run):
    result = check(A1=GOOD)
    assert result.exit_code == ExitCode.WRITTEN
    first, _, findings = result.stdout.partition("\n")
    assert first == f"A1.yaml: a participant in order, {PLANNED}"
    shown = run("plan", "A1.yaml").stdout
    assert findings.strip() in shown
    assert "WARNING  protocol-not-approved" in findings


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            GOOD.replace("25", "300"),
            "steroid.dose_mg (line 3) is 300 mg prednisone-equivalent; allowed: at most 25 mg at "
            "baseline in protocol iimpact, or eligibility_waived with who waived it.",
        ),
        (
            GOOD.replace("25}", "7, strengths: [5]}") + "taper_started: 2026-05-16\n",
            "steroid.dose_mg (line 3) is 7 mg; allowed: a dose that prednisone tablets of 5 mg can "
            "make, the nearest are 5 and 10 mg.",
        ),
        (
            GOOD.replace("date: 2026-04-30", "missed: true"),
            "infusions (number 2) (line 4) is missed; allowed: infusion 2 with its date, ",
        ),
        (
            GOOD + "events: [{type: flare, date: 2026-03-01}]\n",
            "events[1].date (line 5) is ",
        ),
        (
            GOOD + "events:\n  - {type: flare, date: 2026-06-01, resolved: 2026-06-20}\n"
            "  - {type: flare, date: 2026-06-10}\n",
            "events[2]",
        ),
        (GOOD.replace("iimpact", "ulsc-phase1"), "protocol (line 2) is ulsc-phase1, which"),
    ],
    ids=["over the limit", "unmakeable", "missed", "before the anchor", "overlapping", "no taper"],
)
def test_what_planning_refuses_is_told_with_its_line(check, text: str, sentence: str):
    result = check(a=text)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stdout == ""
    assert result.stderr.startswith(f"a.yaml: {sentence}")


def test_what_is_refused_depends_on_the_day(check, run):
    check(a=GOOD + "taper_started: 2026-05-16\n")
    assert run("check", "a.yaml", today="2026-05-15").exit_code == ExitCode.REFUSED
    assert run("check", "a.yaml", today="2026-05-16").exit_code == ExitCode.WRITTEN


def test_two_files_with_one_id_are_both_refused(check, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "A1.yaml").write_text(GOOD.replace("25", "5 mg"))
    result = check("A1.yaml", "old", "A1.yaml", A1=GOOD)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stdout == ""
    old = Path("old/A1.yaml")
    assert [line.partition("; ")[0] for line in result.stderr.splitlines()] == [
        f"A1.yaml: participant is A1, and {old} has A1",
        f"{old}: steroid.dose_mg (line 3) is '5 mg'",
        f"{old}: participant is A1, and A1.yaml has A1",
        f"A1.yaml: participant is A1, and {old} has A1",
    ]


def test_ids_that_look_alike_are_a_finding_of_each(check):
    result = check(a=GOOD.replace("A1", "SO-11"), b=GOOD.replace("A1", "S0-1l"))
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout.count("look-alike-id") == 2


def test_the_same_as_json(check, run):
    check(a=GOOD, b=GOOD.replace("A1", "B1").replace("25", "300"))
    result = run("check", "a.yaml", "b.yaml", "--format", "json")
    assert result.exit_code == ExitCode.REFUSED
    first, second = json.loads(result.stdout)["files"]
    plan = json.loads(run("plan", "a.yaml", "--format", "json").stdout)
    assert first["problems"] == []
    assert {key: plan[key] for key in first["plan"].keys() & plan.keys()} == {
        key: value for key, value in first["plan"].items() if key != "last_day"
    }
    assert first["plan"]["last_day"] == plan["days"][-1]["date"]
    assert second["plan"] is None
    assert second["problems"][0]["field"] == "steroid.dose_mg"
    assert second["problems"][0]["line"] == 3


def test_a_language_that_is_not_there_is_one_problem_of_the_file(check):
    """§5.1.5."""
    result = check(file=f"{GOOD}locale: it_IT\n")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "file.yaml: locale (line 5) is 'it_IT'; allowed: the language de, en, es, fr, pt or ru, "
        "alone or with a country, such as en_US.\n"
    )


def test_every_shipped_protocol_and_regimen_is_in_order(check):
    result = check(DATA / "protocols", DATA / "regimens")
    assert result.exit_code == ExitCode.WRITTEN
    names = [line.partition(": ")[0] for line in result.stdout.splitlines()]
    shipped = [*(DATA / "protocols").glob("*.yaml"), *(DATA / "regimens").glob("*.yaml")]
    assert sorted(names) == sorted(map(str, shipped))


def test_a_regimen_with_open_numbers_says_so(check):
    result = check(DATA / "regimens" / "kdigo-2024-reduced-fast.yaml")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout.endswith(": a regimen in order, its source leaves numbers open\n")


def test_every_problem_of_every_file_is_told_with_its_line(check):
    """§5.1.4."""
    result = check(
        a=GOOD.replace("25}", "25 mg}").replace("A1", "Jane Doe") + "wieght_kg: 70\n",
        b=PROTOCOL.replace("draft", "final").replace("months: 0", "months: x"),
        c=REGIMEN.replace("days: 7", "days: 0").replace("looked-up", "sure"),
        d=GOOD.replace("A1", "D1"),
    )
    assert result.exit_code == ExitCode.REFUSED
    assert result.stdout.startswith("d.yaml: a participant in order, tapering, ")
    told = [line.partition(" is ")[0] for line in result.stderr.splitlines()]
    assert told == [
        "a.yaml: participant (line 1)",
        "a.yaml: steroid.dose_mg (line 3)",
        "a.yaml: wieght_kg (line 5)",
        "b.yaml: status (line 4)",
        "b.yaml: infusions[1].months (line 6)",
        "c.yaml: status (line 3)",
        "c.yaml: regimen.steps[1].days (line 8)",
        "c.yaml: regimen.steps[2].days (line 9)",
    ]


def test_the_form_and_the_values_of_a_file_are_told_together(check):
    result = check(a=GOOD.replace("25}", "0}") + "protocol: iimpact\n", c=REGIMEN + "id: own\n")
    told = [line.partition("; ")[0] for line in result.stderr.splitlines()]
    assert told == [
        "a.yaml: steroid.dose_mg (line 3) is '0'",
        "a.yaml: protocol (line 5) is given twice (first in line 2)",
        "c.yaml: id (line 10) is given twice (first in line 1)",
    ]


@pytest.mark.parametrize(
    ("regimen", "sentence"),
    [
        (
            REGIMEN + "suggested_target_mg: 2.5\n",
            "regimen (line 5) is {kind: steps, steps: [{mg: 20, days: 7}, {mg: 5, days: 7}]}; "
            "allowed: a last row of at most the target, 2.5 mg.",
        ),
        (REGIMEN.replace("looked-up", "unverified"), "verify is missing; allowed: the primary"),
        (REGIMEN + "start_mg: {from: 40, up_to: 20}\n", "start_mg.up_to (line 10) is "),
        (REGIMEN + "treatment_arm: 1\n", "treatment_arm (line 10) is present; allowed: no key"),
        (REGIMEN.replace("steps\n", "sudden\n"), "regimen.kind (line 6) is 'sudden'; allowed:"),
        (REGIMEN + "needs: []\n", "needs (line 10) is "),
    ],
)
def test_a_bad_regimen_is_refused_as_a_bad_protocol_is(check, regimen: str, sentence: str):
    result = check(own=regimen)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith(f"own.yaml: {sentence}")


def test_a_participant_of_an_unknown_protocol_is_told_with_the_line(check):
    result = check(a=GOOD.replace("iimpact", "iimpct"))
    assert result.stderr.startswith("a.yaml: protocol (line 2) is 'iimpct'; allowed: a path to a")
    assert "(did you mean iimpact?)" in result.stderr


def test_a_participant_of_a_protocol_that_is_wrong_itself_is_told(check):
    result = check(a=GOOD.replace("iimpact", "b.yaml"), b=PROTOCOL.replace("draft", "final"))
    first, second = result.stderr.splitlines()
    assert first == (
        "a.yaml: protocol (line 2) is 'b.yaml', whose file is refused itself; allowed: a protocol "
        "in order."
    )
    assert second.startswith("b.yaml: status (line 4) is 'final'")


def test_a_file_of_no_known_kind_is_told(check):
    result = check(other="hello: world\n")
    assert result.stderr == (
        "other.yaml: the file is of no known kind; allowed: a file with the keys of a participant, "
        "a protocol or a regimen.\n"
    )


@pytest.mark.parametrize("text", ["", "a: [1\n", "- 1\n", "\t\n", "just words\n", "a: b: c\n"])
def test_what_is_no_yaml_of_keys_is_one_sentence(check, text: str):
    result = check(file=text)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("file.yaml: the file")
    assert result.stderr.count("\n") == 1


def test_a_table_is_not_taken_for_a_file_of_keys(check, tmp_path):
    (tmp_path / "site.csv").write_text("participant,protocol,drug\n", encoding="utf-8")
    said = check(tmp_path / "site.csv").stderr
    assert "the file is a table; allowed: a YAML file, or taper batch TABLE --check" in said


def test_folders_are_searched_and_what_is_no_file_of_ours_is_passed_by(check, tmp_path):
    (tmp_path / "site" / "deep").mkdir(parents=True)
    (tmp_path / "site" / ".hidden").mkdir()
    (tmp_path / "site" / "deep" / "A1.yml").write_text(GOOD)
    (tmp_path / "site" / ".hidden" / "A2.yaml").write_text("x")
    (tmp_path / "site" / "A1.yaml.1.bak").write_text("x")
    (tmp_path / "site" / "notes.txt").write_text("x")
    result = check("site")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout.startswith(f"{Path('site/deep/A1.yml')}: a participant in order, ")
    assert result.stdout.count(" in order") == 1


def test_a_folder_without_files_and_a_file_that_is_not_there_are_told(check, tmp_path):
    (tmp_path / "empty").mkdir()
    result = check("empty", "gone.yaml")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.splitlines() == [
        "empty: the folder is without a YAML file; allowed: one with some.",
        "gone.yaml: the file is missing; allowed: a file that can be read.",
    ]


@pytest.mark.parametrize("subject", ["participant", "protocol", "regimen"])
def test_a_schema_is_printed_as_it_is_published(run, subject: str):
    result = run("schema", subject, today=None)
    assert result.exit_code == ExitCode.WRITTEN
    assert json.loads(result.stdout)["$schema"] == DIALECT
    published = DATA / "schemas" / f"{subject}.schema.json"
    assert result.stdout == published.read_text(encoding="utf-8")


def test_a_schema_of_nothing_known_is_one_sentence(run):
    result = run("schema", "trial", today=None)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr == ("The kind is 'trial'; allowed: participant, protocol or regimen.\n")


def test_rows_that_rise_are_named(check):
    """§4.12.8: a slip (25 for 12.5) is in order as a file, and no row raises a dose."""
    rising = REGIMEN.replace("{mg: 20, days: 7}", "{mg: 15, days: 7}\n    - {mg: 25, days: 7}")
    own = rising.split("regimen:")[1].replace("\n", "\n  ").rstrip()
    protocol = PROTOCOL.replace(" regimen: ese-es-2024-fast}", "}").replace(
        "taper: {after_infusion: 1, target_mg: 5,}",
        f"taper:\n  after_infusion: 1\n  target_mg: 5\n  regimen:{own}",
    )
    said = "but row 2, 25 mg, is above the 15 mg before it: no row raises a dose, so it is cut"
    for text in (rising, protocol):
        result = check(file=text)
        assert result.exit_code == ExitCode.WRITTEN
        assert said in " ".join(result.stdout.split())


PHASES = """  regimen:
    kind: phases
    phases:
      - {kind: bands, to_mg: 10, bands: [{above_mg: 0, decrease_mg: 5, every_days: 7}]}
      - {kind: steps, steps: [{mg: 10, weeks: 4}, {mg: 7.5, weeks: 4}, {mg: 5, weeks: 4}]}"""


def test_a_row_that_no_phase_before_leads_to_is_named(check):
    """§4.14.11: four weeks of 10 mg behind a phase that ends at 10 mg are given to nobody."""
    protocol = PROTOCOL.replace(" regimen: ese-es-2024-fast}", "}").replace(
        "taper: {after_infusion: 1, target_mg: 5,}",
        f"taper:\n  after_infusion: 1\n  target_mg: 5\n{PHASES}",
    )
    said = (
        "but in phase 2 row 1, 10 mg, is not under 10 mg, where phase 1 ends: nobody begins "
        "with it (entry: join begins with a row at that dose)"
    )
    assert said in " ".join(check(file=protocol).stdout.split())
    bands = (
        "      - {kind: bands, to_mg: 15, bands: [{above_mg: 0, decrease_mg: 5, every_days: 7}]}\n"
    )
    odd = protocol.replace("      - {kind: steps", f"{bands}      - {{kind: steps")
    said = "but phase 2, down to 15 mg, is not under 10 mg, where phase 1 ends: nobody"
    assert said in " ".join(check(file=odd).stdout.split())
    for mended in (("kind: steps,", "kind: steps, entry: join,"), ("{mg: 10, weeks: 4}, ", "")):
        assert "but" not in check(file=protocol.replace(*mended)).stdout


def test_a_dose_taken_far_over_what_was_prescribed_is_named_as_in_results(check, run):
    """§11.1.8: 250 typed for 25; what is no more than twice is not named."""
    taken = "taken: [{date: 2026-05-01, dose_mg: 250}, {date: 2026-05-02, dose_mg: 30}]\n"
    result = check(A1=GOOD + taken)
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stderr.startswith(
        "A1, taken[1]: 250 mg prednisone-equivalent on 2026-05-01 is more than twice the 25 mg "
        "prescribed"
    )
    assert result.stderr.count("\n") == 1
    (file,) = json.loads(run("check", "A1.yaml", "--format", "json").stdout)["files"]
    assert [f"{said}\n" for said in file["far_over"]] == [result.stderr]
    assert result.stderr in run("results", "A1.yaml").stderr


AT_INFUSION = (
    "{date: 2026-01-31, drug: hydrocortisone, dose_mg: 150, route: iv, reason: infusion 1}"
)
COUNTED = "{from: 2026-05-03, until: 2026-05-04, handed_out: [{mg: 5, count: 10}]}"


@pytest.mark.parametrize(
    ("more", "named", "refused"),
    [
        ("taken: [{date: 2026-05-01, dose_mg: 25}]", [], []),
        ("taken: [{date: 2020-05-01, dose_mg: 25}]", ["2020-05-01 lies before"], []),
        (f"taken: [{COUNTED}]", ["what came back of the tablets of 5 mg is not said"], []),
        (f"exposures: [{AT_INFUSION}]", [], []),
        (f"exposures: [{AT_INFUSION}, {AT_INFUSION}]", ["is what A1, exposures[1] says too"], []),
        (f"exposures: [{AT_INFUSION.replace('2026', '2020')}]", ["2020-01-31 lies before"], []),
        (
            "taken: [{date: 2026-05-01, dose_mg: 25}, {date: 2026-05-01, dose_mg: 25}]",
            [],
            ["taken[2]"],
        ),
        ("taken: [{date: 2031-05-01, dose_mg: 25}]", [], ["taken[1]"]),
        (f"exposures: [{AT_INFUSION.replace('2026', '2031')}]", [], ["exposures[1]"]),
    ],
)
def test_what_was_taken_is_counted_as_in_results(check, more, named, refused):
    """§11.1.5, §11.1.8, §11.2.3: so many are named, and so many are problems of the file."""
    result = check("A1.yaml", "--format", "json", A1=f"{GOOD}{more}\n")
    assert result.exit_code == (ExitCode.REFUSED if refused else ExitCode.WRITTEN)
    (file,) = json.loads(result.stdout)["files"]
    assert len(file["far_over"]) == len(named)
    assert all(part in said for part, said in zip(named, file["far_over"], strict=True))
    at = [problem["field"] for problem in file["problems"]]
    assert [field.partition(".")[0] for field in at] == refused


def test_before_the_baseline_what_was_prescribed_is_the_dose_at_entry(check):
    """§11.1.4, §11.1.8: 25 mg at entry, 12 from March on, before the taper of infusion 2."""
    since = GOOD.replace("dose_mg: 25}", "dose_mg: 12, since: 2026-03-01}")
    entry = "enrolment: {drug: prednisone, dose_mg: 25, date: 2026-01-20}\n"
    for day, told in (("02-01", ""), ("03-01", "A1, taken[1]: 25 mg prednisone-equivalent")):
        result = check(A1=f"{since}{entry}taken: [{{date: 2026-{day}, dose_mg: 25}}]\n")
        assert (result.exit_code, result.stderr[: len(told) or None]) == (ExitCode.WRITTEN, told)
