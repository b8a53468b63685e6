"""`taper stock`, `taper quantities` and `taper plan --dispense` on files and folders."""

from __future__ import annotations

import json

import pytest

from taper.errors import ExitCode
from taper.record import plan_document

OTHER = """\
participant: {id}
protocol: iimpact
steroid: {{drug: methylprednisolone, dose_mg: 16, strengths: [16, {{mg: 4, split: 2}}]}}
infusions: [{{number: 1, date: 2026-01-31}}, {{number: 2, date: 2026-04-30}}]
"""
NOBODY = "participant: {id}\nprotocol: iimpact\nsteroid: none\n"
UNKNOWN = OTHER.replace("methylprednisolone", "triamcinolone").replace("split: 2", "split: 4")


@pytest.fixture
def other(write):
    return write("IIM-002.yaml", OTHER.format(id="IIM-002"))


@pytest.fixture
def nobody(write):
    return write("IIM-009.yaml", NOBODY.format(id="IIM-009"))


def answered(result, code: ExitCode = ExitCode.WRITTEN) -> dict:
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout)


def refused(result, *named: str, code: ExitCode = ExitCode.REFUSED) -> None:
    assert result.exit_code == code
    assert result.stdout == ""
    for name in named:
        assert name in result.stderr
    assert "Traceback" not in result.stderr


# taper stock -----------------------------------------------------------------------------------


def test_the_best_one_two_and_three_strengths_of_a_course(run, write):
    """17.5 and 12.5 mg need 2.5 mg, 9 mg to 6 mg need 1 mg: the third choice is the one to make."""
    (need,) = answered(run("stock", write(), "--format", "json"))["stock"]
    assert (need["drug"], need["participants"]) == ("prednisone", ["IIM-001"])
    assert sum(each["tablets"] for each in need["as_planned"]) == 357
    assert [[s["strength_mg"] for s in best["strengths"]] for best in need["best"]] == [
        ["2.5", "1"],
        ["5", "2.5", "1"],
    ]
    assert [best["tablets"] for best in need["best"]] == [686, 420]
    assert need["best"][1]["quantities"] == [
        {"strength_mg": "5", "tablets": 266},
        {"strength_mg": "2.5", "tablets": 14},
        {"strength_mg": "1", "tablets": 140},
    ]
    assert len(need["choices"]) == 6 + 15 + 20
    fives = [{"strength_mg": "5", "split": 1}]
    failing = next(choice for choice in need["choices"] if choice["strengths"] == fives)
    assert (failing["feasible"], failing["tablets"]) == (False, None)
    assert failing["cannot_make_mg"] == ["17.5", "12.5", "9", "8", "7", "6"]


def test_strengths_that_may_be_broken(run, other):
    result = run("stock", other, "--strengths", "16,4:2,2:2", "--format", "json")
    (need,) = answered(result)["stock"]
    assert need["candidates"][1] == {"strength_mg": "4", "split": 2}
    assert all(best["broken_days"] for best in need["best"] if len(best["strengths"]) == 1)


def test_the_trade_off_as_a_table(run, write):
    said = run("stock", write()).stdout
    assert "Best one: no one of them can make every dose." in said
    assert "Best three: 5, 2.5 and 1 mg, 420 tablets." in said
    assert "As planned: 20, 5, 2.5 and 1 mg, 357 tablets." in said
    row = next(line for line in said.splitlines() if line.startswith("5, 2.5, 1 "))
    assert row.split() == ["5,", "2.5,", "1", "420", "266", "+", "14", "+", "140", "5", "0", "yes"]
    assert "not 17.5, 12.5 mg" in said
    everything = run("stock", write(), "--all").stdout
    assert len(everything.splitlines()) > len(said.splitlines())
    assert max(len(line) for line in f"{said}{everything}".splitlines()) <= 80


def test_a_folder_is_one_stock_a_drug(run, write, other, nobody):
    write()
    write("IIM-003.yaml")
    result = run("stock", "patients", "--format", "json")
    needs = answered(result)["stock"]
    assert [(need["drug"], need["participants"]) for need in needs] == [
        ("prednisone", ["IIM-001", "IIM-003"]),
        ("methylprednisolone", ["IIM-002"]),
    ]
    assert needs[0]["best"][1]["tablets"] == 2 * 420
    assert "IIM-009 takes no steroid" in result.stderr


def test_strengths_are_those_of_one_drug(run, write, other):
    write()
    refused(run("stock", "patients", "--strengths", "5,1"), "--drug", code=ExitCode.USAGE)
    result = run("stock", "patients", "--strengths", "5:2", "--drug", "Medrol", "--format", "json")
    assert [need["drug"] for need in answered(result)["stock"]] == ["methylprednisolone"]


def test_a_drug_without_known_tablets_stops_no_other(run, write):
    write()
    alone = write("IIM-004.yaml", UNKNOWN.format(id="IIM-004"))
    result = run("stock", "patients", "--format", "json")
    assert [n["drug"] for n in answered(result, ExitCode.SOME_REFUSED)["stock"]] == ["prednisone"]
    assert "triamcinolone" in result.stderr
    refused(run("stock", alone), "no checked tablets of triamcinolone")


def test_another_market(run, write):
    (need,) = answered(run("stock", write(), "--market", "ca", "--format", "json"))["stock"]
    assert [c["strength_mg"] for c in need["candidates"]] == ["50", "5", "1"]
    assert need["best"] == []
    said = run("stock", write(), "--market", "CA").stdout
    assert "Best three: no three of them can make every dose." in said
    assert "Others can be named with --strengths" in said


def test_nothing_to_stock(run, nobody):
    refused(run("stock", nobody), "takes no steroid", "Nobody here takes a tablet.")


# taper quantities ------------------------------------------------------------------------------


def test_from_each_infusion_to_the_next(run, write):
    result = run("quantities", write(), "--spare-days", 3, "--packs", "5:30,1:100", "--format=json")
    (each,) = answered(result)["participants"]
    assert each["participant"] == "IIM-001"
    intervals = each["dispensing"]["intervals"]
    assert [(i["start"], i["opened_by"], i["planned"]) for i in intervals] == [
        ("2026-04-30", "infusion 2", False),
        ("2026-07-31", "infusion 3", True),
    ]
    assert intervals[0]["supplies"][1] == {
        "drug": "prednisone",
        "strength_mg": "5",
        "taken": "134",
        "tablets": 134,
        "with_spare": 137,
        "packs": 5,
        "pack_tablets": 30,
        "dispensed": 150,
        "returns_expected": "16",
    }
    assert [(t["strength_mg"], t["dispensed"]) for t in answered(result)["in_all"]] == [
        ("1", 300),
        ("2.5", 14),
        ("5", 210),
        ("20", 21),
    ]


def test_the_quantities_as_a_table(run, write):
    result = run("quantities", write(), "--dispense", "days:28", "--packs", "5:30,1:100")
    said = result.stdout
    assert result.exit_code == ExitCode.WRITTEN
    assert "EXAMPLE, NOT FOR PATIENT USE" in said
    rows = [line.split() for line in said.splitlines()]
    assert ["2026-04-30", "2026-05-27", "20", "mg", "21", "21", "loose", "21", "0"] in rows
    assert ["infusion", "2", "28", "days", "5", "mg", "35", "35", "2×30", "60", "25"] in rows
    assert max(map(len, said.splitlines())) <= 80


def test_a_provisional_plan_says_so(run, write):
    planned = write()
    planned.write_text(planned.read_text().replace("  - {number: 2, date: 2026-04-30}\n", ""))
    said = run("quantities", planned, today="2026-02-01").stdout
    assert "PROVISIONAL, NOT FOR PATIENT USE" in said
    assert "planned" in said


def test_several_participants_are_added_up_and_nobody_stops_another(run, write, other, nobody):
    write()
    write("IIM-003.yaml", "participant: IIM-003\n")
    result = run("quantities", "patients")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert "IIM-003.yaml: " in result.stderr
    assert "All 3 participants" in result.stdout
    assert "No steroid is taken, so nothing is handed out." in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_two_files_of_one_participant_are_counted_for_neither(run, write):
    one, two = write(), write("again.yaml", id="iim-1")
    refused(run("quantities", one, two), "IIM-001", "iim-1")
    assert len(answered(run("quantities", one, one, "--format", "json"))["participants"]) == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--dispense", "days:0"), "days:28"),
        (("--dispense", "days:-1"), "days:28"),
        (("--dispense", "monthly"), "infusions"),
        (("--dispense", "visits:2026-02-30"), "visits:"),
        (("--spare-days", "1e1"), "whole number"),
        (("--spare-days", "-1"), "whole number"),
        (("--packs", "5"), "5:30"),
        (("--packs", "5:0"), "5:30"),
        (("--packs", "0:30"), "5:30"),
        (("--packs", "5:30,5:60"), "each strength once"),
        (("--packs", "5:\u0663"), "5:30"),
        (("--format", "pdf"), "table or json"),
        (("--today", "1.5.2026"), "YYYY-MM-DD"),
    ],
)
def test_a_wrong_command_line(run, write, words, named):
    result = run("quantities", write(), *words, today=None)
    refused(result, named, code=ExitCode.USAGE)
    assert len(result.stderr.splitlines()) == 1


def test_a_pack_and_a_visit_that_concern_nobody_are_told(run, write):
    visits, packs = "visits:2026-05-14,2031-01-01", "7:30,5:30,cortisone:5:30"
    result = run("quantities", write(), "--dispense", visits, "--packs", packs)
    assert result.stderr.splitlines() == [
        "--packs: no tablet of 7 mg is needed.",
        "--packs: no tablet of 5 mg of cortisone is needed.",
        "--dispense: 2031-01-01 is no printed day.",
    ]


def test_no_file_and_no_folder(run, tmp_path):
    refused(run("quantities", "nowhere.yaml"), "nowhere.yaml")
    (tmp_path / "empty").mkdir()
    refused(run("stock", "empty"), "empty")
    refused(run("quantities"), "FILE|DIR", code=ExitCode.USAGE)


# taper plan --dispense -------------------------------------------------------------------------


def test_the_plan_json_gains_a_key_and_keeps_its_id(run, write):
    plain = answered(run("plan", write(), "--format", "json"))
    words = ("--dispense", "infusions", "--spare-days", 3, "--packs", "5:30,1:100")
    more = answered(run("plan", write(), *words, "--discard-halves", "--format", "json"))
    dispensing = more.pop("dispensing")
    assert more == plain
    assert plan_document.identity({**more, "dispensing": dispensing}) == plain["plan_id"]
    assert (dispensing["spare_days"], dispensing["discard_halves"]) == (3, True)
    assert "dispensing" not in plain


def test_the_plan_table_gains_the_tablets_to_hand_out(run, write):
    said = run("plan", write(), "--dispense", "days:28").stdout
    assert "Handed out every 28 days." in said
    assert said.startswith(run("plan", write()).stdout)


def test_terms_without_dispensing_are_no_terms(run, write):
    for words in (("--spare-days", 3), ("--packs", "5:30"), ("--discard-halves",)):
        refused(run("plan", write(), *words), "--dispense", code=ExitCode.USAGE)
