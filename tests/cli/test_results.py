"""`taper results`: a folder and its diary, in every form; what is refused; the arms at the end."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import polars
import pyreadstat
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from taper.errors import ExitCode, Refusal
from taper.sources.groups import read_groups

SAMPLE = Path(__file__).parents[2] / "sample_results" / "phase-1"
DIARY = SAMPLE.parent / "diary.csv"
ASKED = ("--at", "6m", "--flag", "P1-05")
PROTOCOL = """\
id: ours
title: Our trial
version: "1.0"
status: draft
sources: [our protocol]
infusions: [{number: 1, months: 0}]
equivalence: us-label
market: US
taper: {after_infusion: 1, target_mg: 5, complete_within: {months: 6}, regimen: ese-es-2024-fast}
"""
WHO = """\
participant: A-01
protocol: ours.yaml
steroid: {drug: prednisone, dose_mg: 10, strengths: [5, 2.5, 1]}
infusions: [{number: 1, date: 2026-01-05}]
"""
HEAD = "participant,date,from,until,drug,dose_mg,strength_mg,handed_out,returned\n"


@pytest.fixture
def one(run, tmp_path):
    """One participant of our trial, with a diary of these rows, looked at after two weeks."""
    (tmp_path / "ours.yaml").write_text(PROTOCOL)
    (tmp_path / "A-01.yaml").write_text(WHO)

    def results(*rows: str, head: str = HEAD, name: str = "diary.csv", words: tuple = ()):
        (tmp_path / name).write_text(head + "".join(f"{row}\n" for row in rows))
        return run("results", "A-01.yaml", "--diary", name, "--at", "2w", *words)

    return results


def told(result, code: ExitCode = ExitCode.WRITTEN) -> dict:
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def sample(run):
    """The made-up cohort."""

    def results(*words: object):
        return run("results", SAMPLE, "--diary", DIARY, *ASKED, *words)

    return results


def test_days_before_the_trial_are_left_out_and_a_dose_far_over_is_named(one):
    """§11.1.8: 200 where 20 was meant, and a row of twenty years ago."""
    said = one(
        "A-01,,2005-01-05,2005-01-06,,10,,,",
        "A-01,,2025-12-07,2025-12-09,,10,,,",
        "A-01,2026-01-05,,,,10,,,",
        "A-01,,2026-01-06,2026-01-08,,100,,,",
        "A-01,2026-01-09,,,,90,,,",
        words=("--format", "json"),
    )
    data = told(said)
    far, straddling, high = data["remarks"]
    assert "row 2" in far
    why = "before 2025-12-08, 28 days before infusion 1, and are not counted."
    assert far.endswith(f": 2 days from 2005-01-05 lie {why}")
    assert straddling.endswith(f": 2025-12-07 lies {why.replace('are', 'is')}")
    assert "row 5" in high
    assert high.endswith(
        ": 100 mg prednisone-equivalent on 2026-01-06 is more than twice the 10 mg prescribed and "
        "over it by more than 20 mg prednisone-equivalent; it is counted: make sure that it is "
        "right."
    )
    for remark in data["remarks"]:
        assert remark in " ".join(said.stderr.split())


def test_a_dose_that_stays_while_the_plan_falls_is_named_once_a_stretch(sample):
    """§11.4.8: P1-07 took 20 mg all along; P1-05 rose, and is named for that alone (§11.1.8)."""
    data = told(sample("--format", "json"))
    stayed = [each for each in data["remarks"] if ", adherence: " in each]
    assert [each for each in stayed if "P1-07" in each] == [
        "P1-07, adherence: 20 mg prednisone-equivalent on 2026-05-11 is more than twice the 9 mg "
        "prescribed, the first of 69 days until 2026-07-18 on which the dose stayed while the plan "
        "fell; it is counted."
    ]
    assert [each[:5] for each in stayed] == ["P1-02", "P1-06", "P1-06", "P1-07"]


# The made-up cohort ------------------------------------------------------------------------------


def test_the_mean_falls_by_35_percent_without_the_flare_and_by_20_with_it(sample):
    """§11.6.4, §11.6.5: as a program reads it."""
    data = told(sample("--format", "json"))
    changes = {
        each["who"]: (each["n"], each["mean_change_percent"])
        for each in data["cohort"]
        if each["series"] == "taken"
    }
    assert changes == {"all": (9, "-20"), "without flagged": (8, "-35")}
    assert data["series"] == "taken"
    flared = next(each for each in data["participants"] if each["participant"] == "P1-05")
    (at,) = flared["at"]
    keys = ("date", "planned_mg", "prescribed_mg", "taken_mg", "change_percent")
    assert [at[key] for key in keys] == ["2026-06-08", "5", "7", "30", "100"]
    assert (flared["baseline_mg"], flared["flagged"]) == ("15", True)


def test_a_week_that_was_not_kept_is_missing_and_no_sum_hides_it(sample):
    """§11.1.3, §11.4.3."""
    data = told(sample("--format", "json"))
    (at,) = next(p for p in data["participants"] if p["participant"] == "P1-02")["at"]
    taken = at["taken"]
    assert (taken["days"], taken["days_known"], taken["cumulative_mg"]) == (182, 175, None)


def test_a_person_reads_the_three_series_side_by_side_and_by_which_rules(sample):
    """§11.5.4, §11.6.1 to §11.6.3."""
    said = sample().stdout
    assert re.search(r"P1-05 .*6m +2026-06-08 +5 +7 +30 +\+100", said)
    assert re.search(r"6m +taken +without flagged +8 +-35 ± 17.5 +6.2 +-40 \(-50 to -25\)", said)
    assert "1 of 9, 11.1 % (2 to 43.5)" in said
    for words in (
        "Estimand: treatment-policy (ICH E9(R1)",
        "Missing days: A day",
        "type 7",
        "Wilson",
    ):
        assert words in " ".join(said.split())


@pytest.mark.parametrize(
    ("estimand", "n", "mean"), [("hypothetical", 8, "-35"), ("composite", 9, "-20")]
)
def test_an_estimand_is_chosen_and_named(sample, estimand, n, mean):
    """§11.5.2, §11.5.3: by the composite the 30 mg after the flare stay, being above the 15 at
    entry."""
    data = told(sample("--format", "json", "--estimand", estimand.upper()))
    taken = next(e for e in data["cohort"] if (e["who"], e["series"]) == ("all", "taken"))
    assert (taken["n"], taken["mean_change_percent"]) == (n, mean)
    assert data["estimand"]["name"] == estimand


def test_csv_is_a_table_a_file_and_a_workbook_has_the_same(sample, tmp_path):
    """§11.4.1: numbers are numbers in the workbook."""
    assert sample("--format", "csv", "--out", "tables").exit_code == ExitCode.WRITTEN
    names = {path.stem for path in (tmp_path / "tables").iterdir()}
    assert {"participants", "target", "adherence", "cohort", "at_target", "mean_dose"} <= names
    text = (tmp_path / "tables" / "participants.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 9 * 3
    assert {row["change_percent"] for row in rows if row["participant"] == "P1-01"} == {
        "-60",
        "-50",
    }
    assert sample("--format", "xlsx", "--out", "r.xlsx").exit_code == ExitCode.WRITTEN
    book = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx"))
    head, first, *_ = book.get_sheet_by_name("participants").to_python()
    assert first[head.index("change_percent")] == -60.0
    assert first[head.index("participant")] == "P1-01"


def test_a_page_prints_and_asks_no_network(sample, tmp_path):
    """§11.8.1, §11.8.2: every picture beside its numbers, drawn in greys."""
    done = sample("--format", "html", "--out", "r.html", "--pictures", "drawn")
    assert done.exit_code == ExitCode.WRITTEN, done.stderr
    page = (tmp_path / "r.html").read_text("utf-8")
    assert page.count("<svg") == 4
    assert page.count("<figure") == 4
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=.?https?:", page)
    assert "P1-05" in page
    drawn = {path.name for path in (tmp_path / "drawn").iterdir()}
    names = ("swimmer", "mean-dose", "waterfall-6m", "time-to-target")
    assert drawn == {f"{name}.{end}" for name in names for end in ("svg", "png", "csv")}
    swimmer = (tmp_path / "drawn" / "swimmer.svg").read_text("utf-8")
    colours = set(re.findall(r"#[0-9a-fA-F]{6}", swimmer))
    assert all(c[1:3] == c[3:5] == c[5:7] for c in colours), "greys alone"
    assert "Taper Sans" in swimmer
    assert (tmp_path / "drawn" / "swimmer.png").read_bytes().startswith(b"\x89PNG")
    stretches = (tmp_path / "drawn" / "swimmer.csv").read_text("utf-8-sig")
    assert "P1-02,taken,61,70,17.5" in stretches
    assert "P1-02,taken,78,119,17.5" in stretches


# The arms, at the last step ----------------------------------------------------------------------

GROUPS = "participant,group\n" + "".join(
    f"P1-0{i},{'active' if i % 2 else 'placebo'}\n" for i in range(1, 10)
)


@pytest.fixture
def groups(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text(GROUPS)
    return path


def test_groups_are_joined_in_a_folder_of_their_own_and_every_row_says_so(sample, groups, tmp_path):
    """§11.7.2."""
    done = sample("--format", "csv", "--group-file", groups, "--out", "unblinded")
    assert done.exit_code == ExitCode.WRITTEN, done.stderr
    files = list((tmp_path / "unblinded").iterdir())
    assert all(path.name.startswith("UNBLINDED-") for path in files)
    for path in files:
        head, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
        assert head[-1] == "unblinded"
        assert all(row[-1].startswith("UNBLINDED") for row in rows)
    cohort = (tmp_path / "unblinded" / "UNBLINDED-cohort.csv").read_text("utf-8-sig")
    assert '"group active, without flagged",taken,change_percent,4,' in cohort
    again = sample("--format", "json", "--group-file", groups, "--out", "unblinded")
    assert again.exit_code == ExitCode.WRITTEN
    data = json.loads((tmp_path / "unblinded" / "UNBLINDED-results.json").read_text())
    assert data["unblinded"].startswith("UNBLINDED")
    assert sample("--group-file", groups, "--out", "unblinded").exit_code == ExitCode.WRITTEN
    said = (tmp_path / "unblinded" / "UNBLINDED-results.txt").read_text()
    assert said.startswith("UNBLINDED")


def test_without_the_file_no_arm_is_anywhere(sample):
    """§11.7.1."""
    assert not re.search("unblinded|placebo|group ", sample("--format", "json").stdout, re.I)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--group-file is given without --out"),
        (("--out", "."), "in which groups.csv lies; allowed: a folder of its own"),
        (("--out", "groups.csv"), "a file; allowed: a folder"),
        (("--out", "own", "--pictures", "."), "--pictures is ., in which groups.csv lies"),
    ],
)
def test_the_arms_lie_with_nothing_else(sample, groups, words, said):
    """§11.7.2."""
    done = sample("--group-file", groups, *words)
    assert done.exit_code == ExitCode.USAGE
    assert said in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GROUPS + "P1-03,placebo\n", "'P1-03', there before"),
        (GROUPS.replace("group", "site"), "two columns, participant and group"),
        (GROUPS.replace("P1-03,active", "P1-03,"), "without an id or a group"),
        (GROUPS.replace("P1-03,active", "P1-03,active,placebo"), "of another length than the head"),
        (GROUPS.replace("group", "group,group", 1), "two columns, participant and group"),
        (GROUPS.replace("P1-03,active", "P1-03,Áctive"), "two that differ in case, accents or"),
    ],
)
def test_a_file_of_groups_is_whole_or_refused_and_no_group_is_repeated(groups, text, said):
    """§11.7.2."""
    groups.write_text(text)
    with pytest.raises(Refusal) as refused:
        read_groups(groups)
    assert said in str(refused.value)
    assert "active" not in str(refused.value)


def test_no_group_is_told_under_the_name_of_a_part_of_another(sample, groups):
    """§11.7.2: P1-05 is flagged, so that there is a group active without flagged."""
    groups.write_text(GROUPS.replace("P1-03,active", 'P1-03,"active, without flagged"'))
    done = sample("--group-file", groups, "--out", "unblinded")
    assert done.exit_code == ExitCode.REFUSED
    assert "group is one that is called as a part of another, 'without flagged'" in done.stderr


def test_everybody_has_a_group(sample, groups):
    """§11.7.2."""
    groups.write_text(GROUPS.replace("P1-03,active\n", ""))
    done = sample("--group-file", groups, "--out", "unblinded")
    assert done.exit_code == ExitCode.REFUSED
    assert "participant is without P1-03" in done.stderr
    groups.write_text(GROUPS + "P1-77,active\n")
    done = sample("--group-file", groups, "--out", "unblinded")
    assert "--group-file: P1-77: in no result." in done.stderr


# The diary ---------------------------------------------------------------------------------------


def test_a_diary_has_days_stretches_drugs_and_counted_tablets(one):
    """§11.1.2, §11.1.6: 10 mg, two days of dexamethasone, 60 mg of counted tablets in 12 days."""
    data = told(
        one(
            "A-01,2026-01-05,,,,10,,,",
            "A-01,,2026-01-06,2026-01-07,Decadron,1.5,,,",
            "A-01,,2026-01-08,2026-01-19,,,5,14,3",
            "A-01,,2026-01-08,2026-01-19,,,1,5,",
            words=("--format", "json"),
        )
    )
    (who,) = data["participants"]
    taken = who["at"][0]["taken"]
    assert (taken["dose_mg"], taken["cumulative_mg"]) == ("5", "90")
    assert who["target"]["taken"]["derived_days"] == 12


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A-01,06.01.2026,,,,10,,,", "A-01 (diary.csv row 2): date is '06.01.2026'"),
        ('A-01,2026-01-06,,,,"7,5",,,', "dose_mg is '7,5'"),
        ("A-01,2026-01-06,,,aspirin,10,,,", "drug is 'aspirin'"),
        ("A-01,2026-01-06,,,,,,,", "dose_mg, or handed_out"),
        ("A-01,,2026-01-06,2026-01-07,,,5,1,2", "no more of a strength than was handed out"),
        (
            "A-01,2026-12-24,,,,10,,,",
            "(diary.csv row 2): date is 2026-12-24; allowed: a date up to today, 2026-11-23",
        ),
    ],
)
def test_a_wrong_row_refuses_its_participant_in_the_words_of_the_table(one, row, said):
    """§11.1.5, §11.1.6."""
    done = one(row)
    assert done.exit_code == ExitCode.REFUSED
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_day_that_file_and_diary_have_is_refused(one, tmp_path):
    """§11.1.5."""
    both = f"{WHO}taken: [{{date: 2026-01-05, dose_mg: 10}}]\n"
    (tmp_path / "A-01.yaml").write_text(both)
    done = one("A-01,2026-01-05,,,,10,,,")
    assert done.exit_code == ExitCode.REFUSED
    assert "prednisone on 2026-01-05, which A-01, taken[1], has too" in done.stderr


def test_a_day_that_two_diaries_of_one_name_have_is_refused_by_its_row(one, tmp_path):
    """§11.1.5."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "diary.csv").write_text(f"{HEAD}A-01,2026-01-05,,,,10,,,\n")
    done = one("A-01,2026-01-05,,,,10,,,", words=("--diary", str(other / "diary.csv")))
    assert done.exit_code == ExitCode.REFUSED
    assert "2026-01-05, which A-01 (diary.csv row 2) has too" in done.stderr


def test_a_row_of_nobody_is_told_and_the_others_are_counted(one):
    """§11.1.6."""
    done = one("A-02,2026-01-05,,,,10,,,", "A-01,2026-01-19,,,,8,,,", words=("--format", "json"))
    assert "participant is 'A-02'; allowed: a participant of the source" in done.stderr
    assert told(done, ExitCode.SOME_REFUSED)["participants"][0]["at"][0]["taken_mg"] == "8"


def test_who_is_not_in_the_source_any_more_is_told_once_whatever_their_rows(one):
    """§11.1.6: rows without an id are slips, each told where it stands."""
    left = [f"A-02,2026-01-0{day},,,,10,,," for day in (5, 6, 7)]
    done = one(*left, "A-01,2026-01-19,,,,8,,,", *2 * [",2026-01-08,,,,10,,,"])
    assert done.exit_code == ExitCode.SOME_REFUSED
    assert done.stderr.count("A-02") == 2
    assert "A-02 (diary.csv row 2): participant is 'A-02' in 3 rows, of which" in done.stderr
    assert done.stderr.count("participant is empty; allowed") == 2


def test_of_whom_no_day_is_known_it_is_not_said_that_the_target_was_not_reached(run, tmp_path):
    """§11.1.3: a gap is a gap."""
    (tmp_path / "ours.yaml").write_text(PROTOCOL)
    (tmp_path / "A-01.yaml").write_text(WHO)
    (tmp_path / "A-02.yaml").write_text(WHO.replace("A-01", "A-02"))
    (tmp_path / "diary.csv").write_text(f"{HEAD}A-01,2026-01-05,,,,10,,,\n")
    done = run("results", ".", "--diary", "diary.csv", "--at", "2w")
    reached = done.stdout[done.stdout.index("At target") :].splitlines()
    rows = {line.split()[0]: line for line in reached if line.startswith("A-0")}
    assert "not reached" in rows["A-01"]
    assert "not reached" not in rows["A-02"]
    assert rows["A-02"].count("undefined") == 3


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            "participant,date,dose_mg,treatment_arm\n",
            "no column that would name a person or an arm",
        ),
        ("participant,date,dose\n", "column 'dose' is not known"),
        ("participant,dose_mg\n", "date for single days, or from and until"),
        ("date,dose_mg\n", "column 'participant' is missing"),
        ("participant,date,date,dose_mg\n", "there twice"),
    ],
)
def test_a_header_is_known_whole_and_names_no_arm(one, head, said):
    """§11.1.6, §11.7.1."""
    done = one(head=head)
    assert done.exit_code == ExitCode.REFUSED
    assert said in done.stderr


def test_a_workbook_is_a_diary_too(one, tmp_path, run):
    """§11.1.6: with real dates; a date cell is read, a number in its place is not."""
    from datetime import date

    one()
    with xlsxwriter.Workbook(str(tmp_path / "diary.xlsx")) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for i, name in enumerate(("participant", "date", "dose_mg")):
            sheet.write_string(0, i, name)
        sheet.write_string(1, 0, "A-01")
        sheet.write_datetime(1, 1, date(2026, 1, 19), day)
        sheet.write_number(1, 2, 7.5)
    done = run(*("results", "A-01.yaml", "--diary", "diary.xlsx", "--at", "2w", "--format", "json"))
    assert told(done)["participants"][0]["at"][0]["taken_mg"] == "7.5"


# Other medicines of an SDTM file -----------------------------------------------------------------

CM = "STUDYID,DOMAIN,USUBJID,CMTRT,CMDOSE,CMDOSU,CMDOSFRQ,CMROUTE,CMSTDTC,CMENDTC,CMENRTPT,CMENTPT"


def test_of_other_medicines_what_can_be_counted_is_and_the_rest_is_named(one):
    """§11.1.7: 5 mg twice a day, every other day, and into a vein; fifteen others have a reason."""
    rows = [
        "T,CM,T-1-A-01,PREDNISONE,5,mg,BID,ORAL,2026-01-05,2026-01-10,,",
        "T,CM,T-1-A-01,Medrol,4,mg,QOD,ORAL,2026-01-11,2026-01-15,,",
        "T,CM,T-1-A-01,PREDNISONE,8,mg,QD,ORAL,2026-01-16,,ONGOING,2026-01-19",
        "T,CM,T-1-A-01,HYDROCORTISONE,150,mg,ONCE,INTRAVENOUS,2026-01-05,,,",
        "T,CM,T-1-A-01,PREDNISONE,5,mg,BID,ORAL,2026-01-05,2026-01-10,,",
        "T,CM,T-1-A-01,ASPIRIN,100,mg,QD,ORAL,2026-01-05,2026-01-10,,",
        "T,CM,T-1-A-01,PREDNISONE,1,VIAL,QD,ORAL,2026-01-05,2026-01-10,,",
        "T,CM,T-1-A-01,PREDNISONE,5,mg,PRN,ORAL,2026-01-05,2026-01-10,,",
        "T,CM,T-1-A-01,PREDNISONE,5,mg,QD,OPHTHALMIC,2026-01-05,2026-01-10,,",
        "T,CM,T-1-A-01,PREDNISONE,5,mg,QD,,2026-01-05,2026-01-10,,",
        "T,CM,T-1-A-01,PREDNISONE,5,mg,QD,ORAL,2026-01,2026-01-10,,",
        "T,CM,T-1-A-01,PREDNISONE,5,mg,QD,ORAL,2026-01-05,NA,ONGOING,",
        "T,CM,T-1-A-01,PREDNISONE,5,mg,QD,ORAL,2026-01-05,2026-01-01,,",
        "T,CM,T-1-A-01,PREDNISONE,,mg,QD,ORAL,2026-01-05,2026-01-10,,",
        "T,CM,T-1-B-07,PREDNISONE,5,mg,QD,ORAL,2026-01-05,2026-01-10,,",
    ]
    data = told(one(*rows, head=CM + "\n", name="cm.csv", words=("--format", "json")))
    (who,) = data["participants"]
    taken = who["at"][0]["taken"]
    assert (taken["dose_mg"], taken["cumulative_mg"]) == ("8", "107")  # 6 × 10, 3 × 5, 4 × 8
    assert who["exposures"][0]["prednisone_equivalent_mg"] == "37.5"
    reasons = {each["row"]: each["reason"] for each in data["left_out"]}
    assert reasons == {
        6: "it says what row 2 says",
        7: "it is no steroid that the tables know",
        8: "its unit is 'VIAL', and not mg",
        9: "its frequency is PRN, which is no number of times a day",
        10: "its route is ophthalmic, which no table holds for",
        11: "it has no route (CMROUTE)",
        12: "its start is '2026-01', and no whole date (CMSTDTC)",
        13: "it has no end (CMENDTC)",
        14: "it ends before it begins",
        15: "its dose is not said, and no plain number of mg",
        16: "it is of no participant of the source",
    }


def test_a_dataset_as_json_is_read_too_and_another_file_is_refused(one, run, tmp_path):
    """§11.1.7: with numbers as numbers, as Dataset-JSON has them."""
    one()
    names = CM.split(",")
    row = [
        "T",
        "CM",
        "A-01",
        "PREDNISONE",
        4,
        "mg",
        "BID",
        "ORAL",
        "2026-01-19",
        "2026-01-19",
        None,
    ]
    data = {"columns": [{"name": name} for name in names], "rows": [[*row, None]]}
    (tmp_path / "cm.json").write_text(json.dumps(data))
    words = ("results", "A-01.yaml", "--at", "2w", "--format", "json", "--diary")
    assert told(run(*words, "cm.json"))["participants"][0]["at"][0]["taken_mg"] == "8"
    (tmp_path / "cm.json").write_text("[1, 2")
    done = run(*words, "cm.json")
    assert done.exit_code == ExitCode.REFUSED
    assert "a dataset of domain CM as Dataset-JSON" in done.stderr


PILOT = Path(__file__).parent / "pilot_cm.csv"
"""The rows of steroids of CDISC's pilot study, as pharmaversesdtm (Apache 2.0, commit 530a5ea) has
them in its `cm`, without the ointments of which there are more, and one row of another drug."""
PILOT_WHO = """\
participant: 01-701-1444
protocol: ours.yaml
steroid: {drug: prednisone, dose_mg: 20, strengths: [5, 2.5, 1]}
infusions: [{number: 1, date: 2013-02-18}]
"""


def told_of_pilot(run, tmp_path, name: str) -> dict:
    (tmp_path / "ours.yaml").write_text(PROTOCOL)
    (tmp_path / "who.yaml").write_text(PILOT_WHO)
    return told(run("results", "who.yaml", "--diary", name, "--at", "81d", "--format", "json"))


def test_of_a_public_example_every_row_is_counted_or_named_with_its_reason(run, tmp_path):
    """§11.1.7: 20 mg from 18 February to 10 May are 82 days and 1,640 mg; of the other 54 rows each
    has a reason."""
    shutil.copy(PILOT, tmp_path / "cm.csv")
    data = told_of_pilot(run, tmp_path, "cm.csv")
    taken = data["participants"][0]["at"][0]["taken"]
    assert (taken["dose_mg"], taken["days_known"], taken["cumulative_mg"]) == ("20", 82, "1640")
    reasons = Counter(each["reason"] for each in data["left_out"])
    assert reasons.total() == 54
    assert reasons["its start is '2003', and no whole date (CMSTDTC)"] == 9
    assert reasons["its route is ophthalmic, which no table holds for"] == 13
    assert reasons["its frequency is PRN, which is no number of times a day"] == 1
    assert reasons["it is no steroid that the tables know"] >= 1


def test_a_sas_transport_file_says_what_its_table_says(run, tmp_path):
    """§11.1.7: with numbers as numbers and empty texts, as SAS has them."""
    rows = list(csv.DictReader(io.StringIO(PILOT.read_text("utf-8"))))
    texts = {name: ["" if r[name] == "NA" else r[name] for r in rows] for name in rows[0]}
    doses = [None if r["CMDOSE"] == "NA" else float(r["CMDOSE"]) for r in rows]
    table = polars.DataFrame({**texts, "CMDOSE": doses})
    pyreadstat.write_xport(table, tmp_path / "cm.xpt", table_name="CM", file_format_version=5)
    shutil.copy(PILOT, tmp_path / "cm.csv")
    as_table = told_of_pilot(run, tmp_path, "cm.csv")
    transported = told_of_pilot(run, tmp_path, "cm.xpt")
    assert transported["participants"] == as_table["participants"]
    named = [(each["participant"], each["reason"]) for each in as_table["left_out"]]
    assert [(each["participant"], each["reason"]) for each in transported["left_out"]] == named
    (tmp_path / "cm.xpt").write_text("nonsense")
    done = run("results", "who.yaml", "--diary", "cm.xpt", "--at", "2w")
    assert done.exit_code == ExitCode.REFUSED
    assert "a SAS transport file" in done.stderr


# Doses beside the ladder -------------------------------------------------------------------------

BESIDE = "participant,date,drug,dose_mg,route,reason\n"


def test_a_diary_has_doses_beside_the_ladder_by_their_route_and_reason(one):
    """§11.2.1, §11.2.2: 150 mg hydrocortisone are 37.5 mg prednisone, and no day of the ladder."""
    rows = ("A-01,2026-01-05,,10,,", "A-01,2026-01-05,Hydrocortisone,150,IV,at infusion 1")
    data = told(one(*rows, head=BESIDE, words=("--format", "json")))
    (who,) = data["participants"]
    (beside,) = who["exposures"]
    assert (beside["route"], beside["prednisone_equivalent_mg"]) == ("iv", "37.5")
    assert who["at"][0]["taken"]["known_mg"] == "10"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A-01,2026-01-05,hydrocortisone,150,iv,", "reason is missing"),
        ("A-01,2026-01-05,hydrocortisone,150,,at infusion 1", "route is missing"),
        ("A-01,2026-01-05,hydrocortisone,150,rectal,at infusion 1", "route is 'rectal'"),
        ("A-01,2026-01-05,,150,iv,at infusion 1", "drug is missing"),
        (
            "A-01,2026-12-24,hydrocortisone,150,iv,at infusion 1",
            "A-01 (diary.csv row 2): date is 2026-12-24; allowed: a date up to today, 2026-11-23",
        ),
        (
            "A-01,2026-01-05,deflazacort,150,oral,at infusion 1",
            "A-01 (diary.csv row 2): drug is deflazacort, which table us-label has no value for",
        ),
    ],
)
def test_a_dose_beside_the_ladder_says_all_of_it(one, row, said):
    """§11.1.5, §11.2.1: what cannot be is named by its row."""
    done = one(row, head=BESIDE)
    assert done.exit_code == ExitCode.REFUSED
    assert said in done.stderr


def test_what_is_wrong_in_a_table_of_participants_is_named_by_its_row_and_column(run, tmp_path):
    """§11.1.5: a dose beside the ladder too."""
    (tmp_path / "ours.yaml").write_text(PROTOCOL)
    keys = "participant,protocol,drug,dose_mg,strengths,infusion_1,exposure_1_date,exposure_1_drug"
    who, beside = "A-0{},ours.yaml,prednisone,10,5;1,2026-01-05", "150,iv,at infusion 1"
    rows = [
        f"{keys},exposure_1_dose_mg,exposure_1_route,exposure_1_reason",
        f"{who.format(1)},2026-12-24,hydrocortisone,{beside}",
        f"{who.format(2)},2026-01-05,deflazacort,150,oral,at infusion 1",
        f"{who.format(3)},2026-01-05,hydrocortisone,{beside}",
    ]
    (tmp_path / "site.csv").write_text("\n".join(rows))
    said = run("results", "site.csv", "--at", "2w").stderr
    assert "A-01 (site.csv row 2): exposure_1_date is 2026-12-24; allowed: a date up to" in said
    assert "A-02 (site.csv row 3): exposure_1_drug is deflazacort, which table us-label" in said


def test_a_dose_beside_the_ladder_that_is_told_twice_or_too_early_is_named_by_its_row(one):
    """§11.1.8, §11.2.3: file and diary may mean one dose, or two."""
    rows = [
        "A-01,2026-01-05,,10,,",
        "A-01,2026-01-05,hydrocortisone,150,iv,at infusion 1",
        "A-01,2026-01-05,hydrocortisone,150,iv,before the cells",
        "A-01,2024-01-05,hydrocortisone,150,iv,long before",
    ]
    data = told(one(*rows, head=BESIDE, words=("--format", "json")))
    assert len(data["participants"][0]["exposures"]) == 2
    early, twice = sorted(data["remarks"], key=len)
    assert early.startswith("A-01 (diary.csv row 5): 2024-01-05 lies before 2025-12-08")
    assert twice == (
        "A-01 (diary.csv row 4): hydrocortisone 150 mg iv on 2026-01-05 is what A-01 (diary.csv "
        "row 3) says too; both are counted: make sure that it was given twice."
    )


# What is typed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "6"), "--at is '6'; allowed: times after infusion 1"),
        (("--window", "0"), "--window is '0'; allowed: whole days from 1"),
        (("--estimand", "policy"), "--estimand is 'policy'; allowed: treatment-policy"),
        (("--format", "pdf"), "--format is 'pdf'; allowed: table, csv, json, xlsx, html or sdtm"),
        (("--flag", "P1-5"), "--flag is 'P1-5'; allowed: a participant of the source"),
        (("--format", "xlsx"), "--out is missing; allowed: --out FILE.xlsx"),
        (("--sheet", "x"), "--sheet is given without a table"),
    ],
)
def test_what_is_typed_wrong_is_one_sentence(run, words, said):
    done = run("results", SAMPLE, *words)
    assert done.exit_code == ExitCode.USAGE
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("module", "words", "said"),
    [
        ("scipy", (), "scipy is missing, which makes intervals and curves: install taper with"),
        ("vl_convert", ("--format", "html"), "vl-convert-python is missing, which draws"),
    ],
)
def test_without_the_extra_it_is_one_sentence_and_the_code_of_the_environment(
    run, monkeypatch, module, words, said
):
    from taper.operations.results import pictures

    pictures._library.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    done = run("results", SAMPLE, *words)
    pictures._library.cache_clear()
    assert done.exit_code == ExitCode.ENVIRONMENT
    assert said in done.stderr


def test_who_takes_no_steroid_has_nothing_to_compare_and_a_table_is_a_source(run, write, tmp_path):
    """§11.4.7: and without a diary the series prescribed is told first (§11.6.5)."""
    write()
    write("IIM-009.yaml", "participant: IIM-009\nprotocol: iimpact\nsteroid: none\n")
    data = told(run("results", "patients", "--at", "8m", "--format", "json"))
    assert (data["series"], data["not_on_steroid"]) == ("prescribed", ["IIM-009"])
    (at,) = data["participants"][0]["at"]
    assert (at["taken_mg"], at["prescribed_mg"], at["change_percent"]) == (None, "5", "-80")
    assert at["is_ahead"] is False
    ahead = run("results", "patients", "--at", "16m")
    assert "times lie after 2026-11-23: what is prescribed" in " ".join(ahead.stdout.split())
    table = "participant,protocol,drug,dose_mg,infusion_1,enrolment_drug,enrolment_dose_mg,"
    row = "R-1,iimpact,prednisone,25,2026-01-31,prednisone,20,2026-01-20"
    (tmp_path / "site.csv").write_text(f"{table}enrolment_date\n{row}\n")
    told_of = told(run("results", "site.csv", "--at", "8m", "--format", "json"))
    assert told_of["participants"][0]["baseline_mg"] == "20"
    assert told_of["participants"][0]["at"][0]["change_percent"] == "-75"


def test_whoever_is_refused_stops_no_other(run, write):
    write()
    write("IIM-002.yaml", "participant: IIM-002\nprotocol: iimpact\nsteroid: {drug: aspirin}\n")
    done = run("results", "patients", "--at", "8m", "--format", "json")
    data = told(done, ExitCode.SOME_REFUSED)
    assert len(data["participants"]) == 1
    assert "aspirin" in done.stderr
    assert any("aspirin" in each for each in data["refused"])


def test_check_looks_at_what_was_taken_too(run, write):
    """§11.1.5: as of the day."""
    text = (
        "participant: IIM-001\nprotocol: iimpact\nsteroid: {drug: prednisone, dose_mg: 25}\n"
        "infusions: [{number: 1, date: 2026-01-31}]\n"
        "taken: [{date: 2027-01-01, dose_mg: 5}]\n"
    )
    done = run("check", write(text=text))
    assert done.exit_code == ExitCode.REFUSED
    assert "taken[1].date (line 5) is 2027-01-01; allowed: a date up to today" in (
        done.stdout + done.stderr
    )
    shutil.rmtree("patients")


PUBLISHED = """\
id: published
title: A published taper from the day of the infusion on
version: "1.0"
status: draft
sources: [the sheet of the regimen]
infusions: [{{number: 1, months: 0}}]
equivalence: us-label
market: US
taper:
  {{after_infusion: 1, offset_days: 0, target_mg: 0, complete_within: {{months: 8}}, regimen: {}}}
"""


@pytest.mark.parametrize(
    ("regimen", "start", "last", "mg"),
    [("giacta-26-week", "60", "181d", "2632"), ("combivas", "20", "83d", "910")],
)
def test_the_sum_of_a_published_taper_is_the_one_that_its_sheet_adds_up_to(
    run, tmp_path, regimen, start, last, mg
):
    """§11.4.3: GiACTA's 26 weeks are 2,632 mg and COMBIVAS 910 mg, both days included."""
    (tmp_path / "ours.yaml").write_text(PUBLISHED.format(regimen))
    text = WHO.replace("dose_mg: 10", f"dose_mg: {start}").replace("[5, 2.5, 1]", "[20, 5, 2.5, 1]")
    (tmp_path / "A-01.yaml").write_text(text)
    data = told(run("results", "A-01.yaml", "--at", last, "--format", "json"))
    assert data["participants"][0]["at"][0]["planned"]["cumulative_mg"] == mg
