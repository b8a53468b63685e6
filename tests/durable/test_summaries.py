"""What is said of all participants at once: tables, tablets to order, a page, one PDF."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from datetime import date
from fractions import Fraction
from math import ceil

import pypdfium2
import pytest
from durable.folders import FLARE, LATER, entries, run, tree, write

EARLIER = date(2026, 4, 30)
FORMULA = '=HYPERLINK("http://x","y")'


@pytest.fixture
def out(patients, tmp_path):
    run(patients, tmp_path / "out")
    return tmp_path / "out"


def rows(path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def plans(out) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(out.glob("IIM-*.json"))]


def sheet(out, number: int) -> str:
    with zipfile.ZipFile(out / "summary.xlsx") as book:
        return book.read(f"xl/worksheets/sheet{number}.xml").decode()


# Tables -----------------------------------------------------------------------------------------


def test_the_summary_says_of_each_what_its_plan_says(out):
    for row, plan in zip(rows(out / "summary.csv"), plans(out), strict=True):
        assert row["participant"] == plan["participant"]
        assert row["state"] == plan["state"]
        assert row["plan"] == plan["plan_id"][:8]
        assert row["taper_start"] == (plan["taper_start"] or "")
        assert row["target_reached"] == (plan["target_reached"] or "")
        assert int(row["steps"]) == len(plan["steps"])
        doses = [Fraction(day["prednisone_equivalent_mg"]) for day in plan["days"]]
        assert Fraction(row["cumulative_prednisone_mg"]) == sum(doses)
        assert row["findings"].split("; ") == list(
            dict.fromkeys(finding["code"] for finding in plan["findings"])
        )


@pytest.mark.parametrize(
    "day", ["2026-04-01", "2026-06-10", "2026-07-31", "2026-09-16", "2026-09-17"]
)
def test_the_tablets_to_order_are_those_of_the_days_that_are_not_over(patients, tmp_path, day: str):
    """Counted again day by day, rounded up once for each participant."""
    out = tmp_path / "out"
    run(patients, out, today=date.fromisoformat(day))
    needed: Counter[tuple[str, str]] = Counter()
    for plan in plans(out):
        taken: dict[tuple[str, str], Fraction] = {}
        for each in plan["days"]:
            for tablet in each["tablets"] if each["date"] >= day else ():
                key = (each["drug"], tablet["strength_mg"])
                taken[key] = taken.get(key, Fraction(0)) + Fraction(tablet["count"])
        needed.update({key: ceil(count) for key, count in taken.items()})
    found = rows(out / "tablets.csv")
    assert {(r["drug"], r["strength_mg"]): int(r["tablets"]) for r in found} == needed
    assert {r["from"] for r in found} <= {day}
    assert {r["protocol_status"] for r in found} <= {"illustrative"}
    strengths = [Fraction(r["strength_mg"]) for r in found]
    assert strengths == sorted(strengths, reverse=True)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert f"Tablets to order from {day} on" in page


def test_each_site_has_its_own_order_and_what_is_provisional_is_told(patients, tmp_path):
    write(patients, "IIM-001", more="contact: {site: Harbor}\n")
    write(patients, "IIM-002", more="contact: {site: Harbor}\n", second="date: 2027-01-01")
    run(patients, tmp_path / "out", today=EARLIER)
    found = rows(tmp_path / "out" / "tablets.csv")
    harbor = next(r for r in found if (r["site"], r["strength_mg"]) == ("Harbor", "20"))
    other = next(r for r in found if (r["site"], r["strength_mg"]) == ("", "20"))
    assert (harbor["participants"], other["participants"]) == ("2", "1")
    assert int(harbor["tablets"]) == 2 * int(harbor["of_these_provisional"])


def test_the_workbook_holds_numbers_dates_and_ids_as_what_they_are(patients, tmp_path):
    write(patients, "001")
    run(patients, tmp_path / "out", today=EARLIER)
    participants, tablets = (sheet(tmp_path / "out", number) for number in (1, 2))
    assert "<is><t>001</t></is>" in participants
    assert re.search(r'<c r="M2" s="\d"><v>25</v></c>', participants)
    assert re.search(r'<c r="O2" s="\d"><v>\d{5}</v></c>', participants)
    assert "<v>" in tablets
    assert "<f>" not in participants + tablets
    for each in (participants, tablets):  # a page as wide as the table, and rows to choose from
        assert 'orientation="landscape"' in each
        assert '<pageSetUpPr fitToPage="1"/>' in each
        assert "<autoFilter" in each


@pytest.mark.parametrize("site", [FORMULA, "+12", "-12", "@x"])
def test_what_a_person_typed_never_becomes_a_formula(patients, tmp_path, site):
    write(patients, "IIM-001", more=f"contact: {{site: '{site}'}}\n")
    run(patients, tmp_path / "out", today=EARLIER)
    out = tmp_path / "out"
    assert rows(out / "summary.csv")[0]["site"] == f"'{site}"
    assert f"'{site}" in {row["site"] for row in rows(out / "tablets.csv")}
    assert "<f>" not in sheet(out, 1) + sheet(out, 2)


def test_whoever_is_no_longer_in_the_source_is_still_in_the_summary(out, patients):
    """Their calendar lies in the folder all the same."""
    (patients / "IIM-002.yaml").unlink()
    write(patients, "IIM-001", more=FLARE)
    run(patients, out, today=LATER)
    found = rows(out / "summary.csv")
    assert [row["participant"] for row in found] == [
        "IIM-001",
        "IIM-002",
        "IIM-003",
        "IIM-004",
        "IIM-009",
    ]
    assert [row["revision"] for row in found] == ["2", "1", "1", "1", "1"]
    assert found[0]["replaces"] == "1"
    assert found[0]["why"].startswith("event: flare of 2026-06-11 added; past days: 93 days")


# The page ---------------------------------------------------------------------------------------


def test_days_that_are_past_and_read_otherwise_now_have_columns(patients, tmp_path):
    """§6.16.7: how many, the first of them, and both doses."""
    out = tmp_path / "out"
    run(patients, out)
    write(patients, "IIM-001", dose_mg="20")
    run(patients, out, accepted="Dr Lee, typed wrong, to be seen")
    changed, usual, *_ = rows(out / "summary.csv")
    said = [changed[f"past_{part}"] for part in ("days_altered", "first", "before", "after")]
    assert said == ["77", "2026-04-30", "25 mg prednisone", "20 mg prednisone"]
    assert {value for key, value in usual.items() if key.startswith("past_")} == {""}


def test_the_page_links_every_file_and_escapes_what_was_typed(patients, tmp_path):
    write(patients, "IIM-001", more="contact: {site: '<b>Harbor</b>'}\n")
    out = tmp_path / "out"
    run(patients, out, formats=["json", "html"], today=EARLIER)
    page = (out / "index.html").read_text()
    links = set(re.findall(r'href="([^"]+)"', page))
    assert links == {name for name in tree(out) if (out / name).is_file()} - {
        "index.html",
        "ledger.jsonl",
        "manifest.json",
    }
    assert "&lt;b&gt;Harbor&lt;/b&gt;" in page
    assert "EXAMPLE, NOT FOR PATIENT USE" in page


def test_the_page_names_what_was_replaced(out, patients):
    write(patients, "IIM-001", more=FLARE)
    run(patients, out)
    page = (out / "index.html").read_text()
    assert (
        len(re.findall(r">revision 1</td><td[^>]*>revision 2, issued 2026-11-23</td>", page)) == 1
    )
    assert "event: flare of 2026-06-11 added" in page


# The manifest -----------------------------------------------------------------------------------


def test_the_manifest_names_every_file_by_its_hash_and_where_it_comes_from(out, patients):
    write(patients, "IIM-001", more=FLARE)
    run(patients, out)
    manifest = json.loads((out / "manifest.json").read_text())
    listed = {item["name"]: item for item in manifest["files"]}
    there = {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name not in {"manifest.json", "ledger.jsonl"}
    }
    assert {name: item["sha256"] for name, item in listed.items()} == there
    plan = json.loads((out / "IIM-001.json").read_text())
    item = listed["IIM-001.json"]
    assert item["revision"] == plan["revision"] == 2
    assert item["plan_id"] == plan["plan_id"]
    assert item["inputs_sha256"] == plan["inputs_sha256"]
    assert item["protocol"]["sha256"] == plan["protocol"]["sha256"]
    assert item["engine"] == plan["engine"]
    assert listed["superseded/IIM-001-r1.json"]["superseded_by"] == 2
    last = (out / "ledger.jsonl").read_bytes().splitlines()[-1]
    assert manifest["ledger"]["sha256"] == hashlib.sha256(last).hexdigest()


# One PDF for the printer ------------------------------------------------------------------------


@pytest.fixture
def printed(patients, tmp_path):
    for name in ("IIM-003", "IIM-004"):
        (patients / f"{name}.yaml").unlink()
    outcomes = run(patients, tmp_path / "out", formats=["pdf"], merged=True)
    assert [outcome.refused for outcome in outcomes] == [()] * 3
    return tmp_path / "out"


def pages(path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_the_merged_pdf_has_every_page_and_each_calendar_begins_on_a_sheet_of_its_own(
    printed, patients
):
    """§10.11.12: the emergency card, which nobody asked for, is a paper of its revision too."""
    kept = {each.participant: len(each.files) for each in entries(printed)}
    assert kept == {"IIM-001": 2, "IIM-002": 2, "IIM-009": 0}
    merged = pages(printed / "merged.pdf")
    expected: list[str] = []
    for id in ("IIM-001", "IIM-002"):
        expected += pages(printed / f"{id}.pdf")
        expected += [""] * (len(expected) % 2)
        expected += [*pages(printed / f"{id}+emergency.pdf"), ""]
    assert merged == expected

    before = tree(printed)
    run(patients, printed, formats=["pdf"], merged=True)
    assert tree(printed) == before
    (printed / "merged.pdf").unlink()  # neither a clock nor chance is in it
    run(patients, printed, formats=["pdf"], merged=True)
    assert tree(printed) == before

    write(patients, "IIM-001", more=FLARE)  # not asked for again, and yet never out of date
    run(patients, printed, formats=["pdf"])
    assert "June 11" in " ".join(pages(printed / "merged.pdf")[0].split())


def test_merged_without_pdf_is_a_wrong_command(run_batch, tmp_path):
    result = run_batch("--merged")
    assert (result.exit_code, result.stderr) == (
        2,
        "--merged is given without --format pdf; allowed: both, or neither.\n",
    )
    assert not (tmp_path / "out").exists()
