"""The shipped regimens: what was published of them, and the form of their tables."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from spec.data_sheets.sheets import DATA, Sheet, by_id, sheet, sheets
from spec.data_sheets.totals import (
    chosen_rows,
    cycle,
    days_of,
    fits,
    published_total,
    tables_of,
    total_of,
)

from taper.sources.diseases import DISEASES

REGIMENS = sheets("regimens")
BURSTS = sheets("bursts")


@pytest.mark.parametrize("sheet", [s for s in REGIMENS + BURSTS if "totals" in s], ids=by_id)
def test_each_published_total_is_the_sum_of_the_rows(sheet: Sheet) -> None:
    for total in sheet["totals"]:
        assert published_total(sheet, total) == Fraction(total["mg"]), total


def test_the_totals_that_the_literature_is_known_by() -> None:
    assert total_of("giacta-26-week", "60", None, 182) == 2632
    assert total_of("combivas", "20", None, 84) == 910
    assert total_of("sarcort-low", "20", None, 168) == 2380
    assert total_of("advocate", "60", "55", 140) == 2450
    assert total_of("advocate", "45", "54", 140) == 2345
    assert total_of("nhs-slow-wean", "4", None, 56) == 128


@pytest.mark.parametrize(
    ("weight", "start"), [("49", "50"), ("50", "60"), ("75", "60"), ("76", "75")]
)
def test_pexivas_reduced_is_under_60_percent_of_standard_at_26_weeks(
    weight: str, start: str
) -> None:
    reduced = total_of("pexivas-reduced", start, weight, 182)
    standard = total_of("pexivas-standard", start, weight, 182)
    assert Fraction(55, 100) < reduced / standard < Fraction(60, 100)


@pytest.mark.parametrize("name", ["pexivas-reduced", "pexivas-standard"])
@pytest.mark.parametrize(("weight", "start"), [("49", "50"), ("60", "60"), ("76", "75")])
def test_pexivas_lasts_52_weeks(name: str, weight: str, start: str) -> None:
    rows = chosen_rows(sheet("regimens", name)["regimen"], Fraction(start), Fraction(weight))
    assert sum(int(row["days"]) for row in rows) == 364


@pytest.mark.parametrize(
    ("start", "first_free_day"), [("40", 49), ("30", 49), ("29", 49), ("14", 41), ("4", 29)]
)
def test_aramis_reaches_zero_on_the_published_day(start: str, first_free_day: int) -> None:
    rows = chosen_rows(sheet("regimens", "aramis")["regimen"], Fraction(start), None)
    days = days_of(rows, Fraction(start))
    assert days.index(Fraction(0)) + 2 == first_free_day  # the rows begin with day 2


def known_rows(rows: list[Sheet]) -> list[Sheet]:
    """The rows in mg whose numbers are all there."""
    return [row for row in rows if row.get("mg", "needs") != "needs" or "by_weekday" in row]


@pytest.mark.parametrize("sheet", REGIMENS + BURSTS, ids=by_id)
def test_no_table_rises(sheet: Sheet) -> None:
    for rows in tables_of(sheet["regimen"]) if "regimen" in sheet else [sheet["rescue"]]:
        known = known_rows(rows)
        highest = [max(cycle(row)) for row in known]
        mean = [sum(cycle(row)) / len(cycle(row)) for row in known]
        assert highest == sorted(highest, reverse=True)
        assert mean == sorted(mean, reverse=True)
        assert len(set(mean)) == len(mean), "two rows hold the same dose"
        per_kg = [cycle({"mg": row["mg_per_kg"]}) for row in rows if "mg_per_kg" in row]
        means = [sum(days) / len(days) for days in per_kg]
        assert means == sorted(means, reverse=True)
        assert all(row["days"] == "needs" or int(row["days"]) > 0 for row in rows)


def bands_of(regimen: Sheet) -> list[Sheet]:
    last = regimen["phases"][-1] if regimen["kind"] == "phases" else regimen
    bands: list[Sheet] = last.get("bands", [])
    return bands


@pytest.mark.parametrize("sheet", REGIMENS, ids=by_id)
def test_bands_fall_and_leave_no_gap(sheet: Sheet) -> None:
    bands = bands_of(sheet["regimen"])
    edges = [Fraction(band["above_mg"]) for band in bands]
    assert edges == sorted(set(edges), reverse=True)
    sizes = [Fraction(b["decrease_mg"]) for b in bands if b["decrease_mg"] != "needs"]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size > 0 for size in sizes)
    assert not edges or edges[-1] <= Fraction(sheet["suggested_target_mg"])


@pytest.mark.parametrize("sheet", REGIMENS, ids=by_id)
def test_a_table_ends_at_or_under_its_suggested_target(sheet: Sheet) -> None:
    target = Fraction(sheet["suggested_target_mg"])
    if sheet["regimen"]["kind"] == "phases":
        return  # whose tables but the last end where the next phase begins
    for rows in tables_of(sheet["regimen"]):
        known = known_rows(rows)
        last = max(cycle(known[-1])) if known else Fraction(rows[-1]["max_mg"])
        assert last <= target
        if last == 0:
            assert known[-1] == {"mg": "0", "days": "7"}


@pytest.mark.parametrize("sheet", REGIMENS, ids=by_id)
def test_the_start_domain_is_a_range_and_every_start_in_it_has_one_table(sheet: Sheet) -> None:
    low, high = Fraction(sheet["start_mg"]["from"]), Fraction(sheet["start_mg"]["up_to"])
    assert 0 <= low <= high <= 1000
    regimen = sheet["regimen"]
    if regimen.get("choose_by") == "start_mg":
        quarters = [Fraction(n, 4) for n in range(int(low * 4), int(high * 4) + 1)]
        assert all(sum(fits(t, mg) for t in regimen["tables"]) == 1 for mg in quarters)
    if regimen.get("choose_by") == "weight_kg":
        weights = [Fraction(n, 2) for n in range(60, 400)]
        assert all(sum(fits(t, kg) for t in regimen["tables"]) == 1 for kg in weights)


def test_every_regimen_says_what_it_is_for() -> None:
    assert all(set(s["for"]) <= set(DISEASES) for s in REGIMENS)
    assert {d for s in REGIMENS for d in s["for"]} == set(DISEASES)


def test_each_choice_inside_a_published_range_has_its_twin() -> None:
    ids = {s["id"] for s in REGIMENS}
    for name in ids:
        assert not name.endswith("-fast") or name.replace("-fast", "-slow") in ids
        assert not name.endswith("-slow") or name.replace("-slow", "-fast") in ids


def test_the_page_of_sources_gives_the_status_and_grade_of_every_regimen() -> None:
    page = (DATA.parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.count("|") == 5]
    told = {
        (name, row[1].strip(), row[2].strip())
        for row in rows
        for name in re.findall(r"[a-z0-9-]+", row[0])
    }
    for regimen in REGIMENS + BURSTS:
        assert (regimen["id"], regimen["status"], regimen["evidence_grade"]) in told


def test_the_fast_choice_of_ese_es_2024_is_the_one_that_the_protocols_use() -> None:
    bands = sheet("regimens", "ese-es-2024-fast")["regimen"]["bands"]
    assert [(b["above_mg"], b["decrease_mg"], b["every_days"]) for b in bands] == [
        ("40", "10", "7"), ("20", "5", "7"), ("10", "2.5", "7"), ("5", "1", "14"), ("0", "1", "28"),
    ]  # fmt: skip
