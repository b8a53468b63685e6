"""Every number in `src/taper/data` has a unit, a source and a date.

The sheets are read as text and checked with nothing but the rules below, so that a wrong sheet is
found without the planner. The checker itself is tested at the end: it must refuse broken sheets.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.events import AliasEvent, NodeEvent

DATA = Path(__file__).resolve().parents[2] / "src" / "taper" / "data"
# What the fields of a REDCap project mean is no sheet, nor is who signed a translation: no number
# is in either.
WITHOUT_NUMBERS = ("redcap", "languages")
PATHS = sorted(path for path in DATA.rglob("*.yaml") if path.parent.name not in WITHOUT_NUMBERS)

STATUSES = {"looked-up", "high-confidence", "unverified"}
GRADES = {"high", "moderate", "low-confidence"}
READ_HOW = {"looked-up", "secondary", "memory", "project"}
FORMS = {"tablet", "gastro-resistant", "delayed-release", "orodispersible", "soluble", "myeloma"}
IDENTIFIERS = {"atc", "rxnorm", "version", "date", "checked", "number"}

PLAIN_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
NUMBER_LIKE = re.compile(r"[-+]?[0-9][0-9.,_eE+-]*")
YEAR = re.compile(r"\b(19|20)[0-9]{2}\b")
DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")
# A protocol is written in the form that a site writes, where the key itself names the unit.
KEY_WITH_UNIT = re.compile(r"(\w+_)?(mg|days|weeks|months|kg|infusion|flares|day)|step_back")

Sheet = dict[str, Any]


@cache
def load(path: Path) -> Sheet:
    """A sheet with every scalar as text; read once, so no test may change it."""
    sheet: Sheet = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
    return sheet


def kind_of(path: Path) -> str:
    return path.parent.name if path.parent != DATA else path.stem


def sheets(kind: str) -> list[Sheet]:
    return [load(path) for path in PATHS if kind_of(path) == kind]


def sheet(kind: str, name: str) -> Sheet:
    return load(DATA / kind / f"{name}.yaml")


# --- the checker ---------------------------------------------------------------------------------


def numbers(node: Any, enclosing: tuple[Sheet, ...] = (), key: str = "") -> Iterator[Any]:
    """Every scalar that is a number: its key, its text, the mappings around it (outer first)."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from numbers(value, (*enclosing, node), name)
    elif isinstance(node, list):
        for value in node:
            yield from numbers(value, enclosing, key)
    elif NUMBER_LIKE.fullmatch(str(node)) and key not in IDENTIFIERS:
        yield key, str(node), enclosing


def nearest(enclosing: tuple[Sheet, ...], key: str) -> Any:
    return next((mapping[key] for mapping in reversed(enclosing) if key in mapping), None)


def mappings(node: Any, enclosing: tuple[Sheet, ...] = ()) -> Iterator[tuple[Sheet, ...]]:
    if isinstance(node, dict):
        yield (*enclosing, node)
        for value in node.values():
            yield from mappings(value, (*enclosing, node))
    elif isinstance(node, list):
        for value in node:
            yield from mappings(value, enclosing)


def source_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    sources = sheet.get("sources")
    if not sources:
        yield "the sheet has no sources"
    elif kind == "protocols":
        yield from (f"source without a year: {text}" for text in sources if not YEAR.search(text))
    else:
        if len({source.get("key") for source in sources}) < len(sources):
            yield "two sources share a key"
        for source in sources:
            name = source.get("key", "?")
            yield from (
                f"source {name} has no {k}" for k in ("key", "citation") if not source.get(k)
            )
            date = source.get("date", "")
            if not (YEAR.search(date) or date == "undated"):
                yield f"source {name} has no date"
            if not DAY.fullmatch(source.get("checked", "")):
                yield f"source {name} has no date on which it was checked"
            if source.get("how") not in READ_HOW:
                yield f"source {name} does not say how it was read"


def number_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    for key, text, enclosing in numbers(sheet):
        if not PLAIN_DECIMAL.fullmatch(text):
            yield f"{key}: {text} is not a plain decimal"
        if kind == "protocols":
            if not KEY_WITH_UNIT.fullmatch(key):
                yield f"{key}: {text} has no unit"
            continue
        if not nearest(enclosing, "unit"):
            yield f"{key}: {text} has no unit"
        # A regimen's rows rest on the sheet's own sources; every other number names its source.
        if kind not in ("regimens", "bursts") and nearest(enclosing, "source") is None:
            yield f"{key}: {text} has no source"


def status_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    if kind == "protocols":
        if sheet.get("status") not in ("draft", "illustrative", "approved"):
            yield f"unknown status {sheet.get('status')}"
        return
    how = {source.get("key"): source.get("how") for source in sheet.get("sources") or []}
    for enclosing in mappings(sheet):
        entry = enclosing[-1]
        if "source" in entry and entry["source"] not in how:
            yield f"unknown source {entry['source']}"
        if "status" not in entry:
            continue
        if entry["status"] not in STATUSES:
            yield f"unknown status {entry['status']}"
        if entry["status"] == "unverified" and not nearest(enclosing, "verify"):
            yield "an unverified entry does not name what to verify"
        primary = nearest(enclosing, "source") or next(iter(how), None)
        if entry["status"] == "looked-up" and how.get(primary) != "looked-up":
            yield f"a looked-up entry rests on {primary}, which was not looked up"
    if kind in ("equivalence", "products"):
        valued = [m[-1] for m in mappings(sheet) if "mg" in m[-1]]
        yield from ("a value has no status" for entry in valued if "status" not in entry)


def shape_problems(sheet: Sheet, kind: str) -> Iterator[str]:
    if kind not in ("regimens", "bursts"):
        return
    wanted = ("id", "title", "status", "evidence_grade", "drug_published", "published", "choice")
    yield from (f"the sheet has no {key}" for key in wanted if not sheet.get(key))
    if sheet.get("evidence_grade") not in GRADES:
        yield f"unknown evidence grade {sheet.get('evidence_grade')}"
    if sheet.get("status") != "looked-up" and not sheet.get("verify"):
        yield "the sheet was not looked up whole and names no primary source to verify"
    if kind == "regimens":
        marked = any(
            value == "needs" for m in mappings(sheet["regimen"]) for value in m[-1].values()
        )
        if marked != bool(sheet.get("needs")):
            yield "the rows marked needs and the list of needs do not agree"


def problems(sheet: Sheet, kind: str) -> list[str]:
    checks = (source_problems, number_problems, status_problems, shape_problems)
    return [problem for check in checks for problem in check(sheet, kind)]


# --- how a table is read --------------------------------------------------------------------------


def fits(table: Sheet, value: Fraction) -> bool:
    return (
        ("from" not in table or value >= Fraction(table["from"]))
        and ("above" not in table or value > Fraction(table["above"]))
        and ("below" not in table or value < Fraction(table["below"]))
        and ("up_to" not in table or value <= Fraction(table["up_to"]))
    )


def cycle(row: Sheet) -> list[Fraction]:
    return [Fraction(mg) for mg in (row["mg"] if isinstance(row["mg"], list) else [row["mg"]])]


def days_of(rows: list[Sheet], baseline: Fraction | None = None) -> list[Fraction]:
    """Every day of a table; no row is above the baseline."""
    doses: list[Fraction] = []
    for row in rows:
        pattern = cycle(row)
        for day in range(int(row["days"])):
            dose = pattern[day % len(pattern)]
            doses.append(dose if baseline is None else min(dose, baseline))
    return doses


def tables_of(regimen: Sheet) -> list[list[Sheet]]:
    if regimen["kind"] != "steps":
        return []
    return [table["steps"] for table in regimen.get("tables", [regimen])]


def chosen_rows(regimen: Sheet, start: Fraction, weight: Fraction | None) -> list[Sheet]:
    """The rows of one participant who joins the table at `start`."""
    value = weight if regimen.get("choose_by") == "weight_kg" else start
    tables = regimen.get("tables", [regimen])
    [table] = [t for t in tables if value is None or fits(t, value)]
    rows: list[Sheet] = table["steps"]
    if regimen["entry"] == "first":
        return rows
    first = next(
        i
        for i, row in enumerate(rows)
        if max(cycle(row)) < start or (regimen["entry"] == "join" and max(cycle(row)) == start)
    )
    return rows[first:]


def published_total(sheet: Sheet, total: Sheet) -> Fraction:
    if "rescue" in sheet:
        return sum(days_of(sheet["rescue"])[: int(total["days"])], Fraction(0))
    start = Fraction(total["from_mg"])
    weight = Fraction(total["weight_kg"]) if "weight_kg" in total else None
    days = days_of(chosen_rows(sheet["regimen"], start, weight), start)
    assert len(days) >= int(total["days"])
    return sum(days[: int(total["days"])], Fraction(0))


def total_of(name: str, start: str, weight: str | None, days: int) -> Fraction:
    asked = {"from_mg": start, "days": str(days)} | ({"weight_kg": weight} if weight else {})
    return published_total(sheet("regimens", name), asked)


# --- the sheets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS, ids=lambda p: str(p.relative_to(DATA)))
class TestEverySheet:
    def test_each_number_has_a_unit_a_source_and_a_date(self, path: Path) -> None:
        """§8.1.2."""
        assert problems(load(path), kind_of(path)) == []

    def test_is_named_after_its_id(self, path: Path) -> None:
        sheet = load(path)
        named = {"products": "market", "data": None}.get(path.parent.name, "id")
        assert named is None or sheet[named] == path.stem

    def test_has_no_anchor_and_no_alias(self, path: Path) -> None:
        events = YAML(typ="base", pure=True).parse(path.read_text(encoding="utf-8"))
        for event in events:
            assert not isinstance(event, AliasEvent)
            assert not isinstance(event, NodeEvent) or event.anchor is None

    def test_cites_and_does_not_link(self, path: Path) -> None:
        assert "://" not in path.read_text(encoding="utf-8")


def test_the_library_holds_what_was_asked_for() -> None:
    assert {s["id"] for s in sheets("regimens")} >= {
        "ese-es-2024-fast", "ese-es-2024-slow", "diagnostics-2021-fast", "diagnostics-2021-slow",
        "cdhb-nz-fast", "cdhb-nz-slow", "giacta-26-week", "pexivas-reduced", "pexivas-standard",
        "advocate", "combivas", "aramis", "semira", "bsr-pmr-2010-fast", "bsr-pmr-2010-slow",
        "etg-pmr-fast", "etg-pmr-slow", "sarcort-low", "cobra", "etg-myositis",
        "hhe-myositis-fast", "hhe-myositis-slow", "nhs-slow-wean", "kdigo-2024-reduced-fast",
        "kdigo-2024-reduced-slow", "medrol-dose-pack", "eular-pmr-2015", "predmeth", "mitigate",
        "oddis-aggarwal-fast", "oddis-aggarwal-slow",
    }  # fmt: skip
    assert {s["id"] for s in sheets("bursts")} == {"aramis-option-1", "aramis-option-2"}


# --- regimens ------------------------------------------------------------------------------------

REGIMENS = sheets("regimens")
BURSTS = sheets("bursts")


def regimen_ids(value: Any) -> str:
    return value["id"] if isinstance(value, dict) and "id" in value else ""


@pytest.mark.parametrize("sheet", [s for s in REGIMENS + BURSTS if "totals" in s], ids=regimen_ids)
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


@pytest.mark.parametrize("sheet", REGIMENS + BURSTS, ids=regimen_ids)
def test_no_table_rises(sheet: Sheet) -> None:
    for rows in tables_of(sheet["regimen"]) if "regimen" in sheet else [sheet["rescue"]]:
        known = [row for row in rows if row.get("mg", "needs") != "needs"]
        highest = [max(cycle(row)) for row in known]
        mean = [sum(cycle(row)) / len(cycle(row)) for row in known]
        assert highest == sorted(highest, reverse=True)
        assert mean == sorted(mean, reverse=True)
        assert len(set(mean)) == len(mean), "two rows hold the same dose"
        per_kg = [Fraction(row["mg_per_kg"]) for row in rows if "mg_per_kg" in row]
        assert per_kg == sorted(per_kg, reverse=True)
        assert all(row["days"] == "needs" or int(row["days"]) > 0 for row in rows)


@pytest.mark.parametrize("sheet", REGIMENS, ids=regimen_ids)
def test_bands_fall_and_leave_no_gap(sheet: Sheet) -> None:
    bands = sheet["regimen"].get("bands", [])
    edges = [Fraction(band["above_mg"]) for band in bands]
    assert edges == sorted(set(edges), reverse=True)
    sizes = [Fraction(b["decrease_mg"]) for b in bands if b["decrease_mg"] != "needs"]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size > 0 for size in sizes)
    assert not edges or edges[-1] <= Fraction(sheet["suggested_target_mg"])


@pytest.mark.parametrize("sheet", REGIMENS, ids=regimen_ids)
def test_a_table_ends_at_or_under_its_suggested_target(sheet: Sheet) -> None:
    target = Fraction(sheet["suggested_target_mg"])
    for rows in tables_of(sheet["regimen"]):
        known = [row for row in rows if row.get("mg", "needs") != "needs"]
        assert max(cycle(known[-1])) <= target
        if max(cycle(known[-1])) == 0:
            assert known[-1] == {"mg": "0", "days": "7"}


@pytest.mark.parametrize("sheet", REGIMENS, ids=regimen_ids)
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


# --- equivalence, drugs, products ----------------------------------------------------------------

COMMON = {
    "prednisone": "5", "prednisolone": "5", "methylprednisolone": "4", "triamcinolone": "4",
    "hydrocortisone": "20", "cortisone": "25", "dexamethasone": "0.75",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("us-label", {"betamethasone": "0.75", "paramethasone": "2"}),
        ("bnf", {"betamethasone": "0.75", "deflazacort": "6"}),
        ("axelrod", {"betamethasone": "0.6"}),
    ],
)
def test_each_table_has_its_own_values(name: str, own: dict[str, str]) -> None:
    """§3.1.2."""
    drugs = sheet("equivalence", name)["drugs"]
    assert {drug: entry["mg"] for drug, entry in drugs.items()} == COMMON | own


def test_the_physiologic_list_is_for_warnings_and_lies_inside_what_is_published() -> None:
    """§3.3.1."""
    hpa = sheet("equivalence", "hpa")
    values = {drug: entry["mg"] for drug, entry in hpa["drugs"].items()}
    assert values == {
        "prednisone": "5", "prednisolone": "5", "methylprednisolone": "4", "hydrocortisone": "20",
        "cortisone": "25", "dexamethasone": "0.5", "betamethasone": "0.5",
    }  # fmt: skip
    for row in hpa["disagreements"]:
        if row["source"] == "ese-es-2024":
            value = Fraction(values[row["drug"]])
            assert Fraction(row["from_mg"]) <= value <= Fraction(row["up_to_mg"])


@pytest.mark.parametrize("table", sheets("equivalence"), ids=regimen_ids)
def test_a_table_names_known_drugs_their_route_and_a_caveat(table: Sheet) -> None:
    """§3.1.3."""
    assert set(table["drugs"]) <= set(load(DATA / "drugs.yaml")["drugs"])
    assert table["routes"] == ["oral", "intravenous"]
    assert table["caveat"].endswith(".")


def test_a_name_belongs_to_one_drug_only() -> None:
    """§3.4.1."""
    drugs = load(DATA / "drugs.yaml")
    both = {**drugs["drugs"], **drugs["refused"]}
    names = [name for drug, entry in both.items() for name in (drug, *entry["names"])]
    names += [p["name"] for entry in drugs["refused_routes"].values() for p in entry["products"]]
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in names]
    assert len(set(plain)) == len(plain)


def test_each_drug_has_its_codes_and_each_refusal_its_reason() -> None:
    """§3.4.4, §3.4.5."""
    drugs = load(DATA / "drugs.yaml")
    for entry in drugs["drugs"].values():
        assert re.fullmatch(r"H02AB[0-9]{2}", entry["atc"])
        assert re.fullmatch(r"[0-9]+", entry["rxnorm"])
        assert entry["duration"] in ("short", "intermediate", "long", "unknown")
    codes = [(e["atc"], e["rxnorm"]) for e in drugs["drugs"].values()]
    assert len({a for a, _ in codes}) == len({r for _, r in codes}) == len(codes)
    refused = [*drugs["refused"].values(), *drugs["refused_routes"].values()]
    reasons = [entry["reason"] for entry in refused]
    assert all(re.fullmatch(r"[^.]+\.", reason) for reason in reasons)
    assert set(drugs["refused"]) >= {"fludrocortisone", "budesonide", "vamorolone", "ACTH"}


@pytest.mark.parametrize("market", sheets("products"), ids=lambda s: s["market"])
def test_products_are_whole_unless_a_label_says_otherwise(market: Sheet) -> None:
    """§5.2.3."""
    seen = set()
    for product in market["products"]:
        assert product["form"] in FORMS
        splits = [int(s["split"]) for s in product["strengths"]]
        assert set(splits) <= {1, 2, 4}
        assert product["splittable"] == ("true" if max(splits) > 1 else "false")
        assert product["form"] == "tablet" or max(splits) == 1
        for strength in product["strengths"]:
            assert Fraction(strength["mg"]) > 0
            assert (product["drug"], product["form"], strength["mg"]) not in seen
            seen.add((product["drug"], product["form"], strength["mg"]))


def test_the_seven_markets_are_there_and_us_prednisone_is_complete() -> None:
    assert {s["market"] for s in sheets("products")} == {"US", "UK", "DE", "AU", "CA", "JP", "NZ"}
    us = [p for p in sheet("products", "US")["products"] if p["drug"] == "prednisone"]
    tablets = {s["mg"] for p in us if p["form"] == "tablet" for s in p["strengths"]}
    assert tablets == {"1", "2.5", "5", "10", "20", "50"}


# --- protocols, thresholds -----------------------------------------------------------------------


@pytest.mark.parametrize("protocol", sheets("protocols"), ids=regimen_ids)
def test_a_protocol_names_sheets_that_exist_and_says_nothing_of_treatment_groups(
    protocol: Sheet,
) -> None:
    """§5.5.1."""
    assert (DATA / "equivalence" / f"{protocol['equivalence']}.yaml").is_file()
    assert (DATA / "products" / f"{protocol['market']}.yaml").is_file()
    assert protocol["status"] == "illustrative"
    for infusion in protocol["infusions"]:
        assert set(infusion) <= {"number", "months", "window_days"}
    if "taper" in protocol:
        assert (DATA / "regimens" / f"{protocol['taper']['regimen']}.yaml").is_file()
    assert ("taper" in protocol) == ("flare" in protocol)


@pytest.mark.parametrize(
    ("name", "months", "anchor"),
    [
        ("iimpact", ["0", "3", "6", "9", "12", "15"], "2"),
        ("iimpact-2025-design", ["0", "4", "8", "12"], "1"),
        ("ulsc-phase1", ["0"], None),
        ("ssc-ucmsc", ["0", "3"], None),
    ],
)
def test_a_protocol_has_its_published_infusions(
    name: str, months: list[str], anchor: str | None
) -> None:
    protocol = sheet("protocols", name)
    assert [i["months"] for i in protocol["infusions"]] == months
    assert [i["number"] for i in protocol["infusions"]] == [str(n + 1) for n in range(len(months))]
    assert protocol.get("taper", {}).get("after_infusion") == anchor


def test_the_thresholds_are_those_of_the_findings() -> None:
    """§8.1.2."""
    text = {"unit", "source", "disagreement"}
    found = {
        name: {key: value for key, value in entry.items() if key not in text}
        for name, entry in load(DATA / "thresholds.yaml")["thresholds"].items()
    }
    assert found == {
        "pjp-prophylaxis": {"dose_mg": "20", "days": "28"},
        "bone-protection": {"dose_mg": "2.5", "days": "90"},
        "hpa-suppression": {"days": "21"},
        "fast-below-physiologic": {"days": "28"},
        "large-drop": {"mg": "10", "fraction": "0.5", "times_regimen": "2"},
        "rounded": {"caution_over_mg": "1"},
        "many-tablets": {"pieces": "8"},
        "since-default": {"days": "28"},
        "largest-dose": {"methylprednisolone_mg": "1000"},
    }


# --- the checker refuses what it should ----------------------------------------------------------

SOURCE = {
    "key": "label", "citation": "A label", "date": "2024", "how": "looked-up",
    "checked": "2026-11-23",
}  # fmt: skip
TABLE: Sheet = {
    "id": "good", "unit": "mg", "sources": [SOURCE],
    "drugs": {"prednisone": {"mg": "5", "source": "label", "status": "looked-up"}},
}  # fmt: skip
RULE: Sheet = {
    "id": "good", "title": "Good", "status": "looked-up", "evidence_grade": "high", "unit": "mg",
    "drug_published": "prednisone", "sources": [SOURCE], "published": ["5 mg"], "choice": "None.",
    "regimen": {"kind": "steps", "entry": "join", "steps": [{"mg": "5", "days": "7"}]},
}  # fmt: skip
TRIAL: Sheet = {
    "id": "good", "status": "illustrative", "sources": ["Registry record of 2026"],
    "infusions": [{"number": "1", "months": "0"}], "taper": {"target_mg": "5"},
}  # fmt: skip


def broken(good: Sheet, place: str, value: Any = None) -> Sheet:
    """A copy with the value at a dotted place replaced, or taken away."""
    sheet = copy.deepcopy(good)
    *parents, last = place.split(".")
    node: Any = sheet
    for step in parents:
        node = node[int(step)] if isinstance(node, list) else node[step]
    if value is None:
        del node[last]
    else:
        node[int(last) if isinstance(node, list) else last] = value
    return sheet


@pytest.mark.parametrize(
    ("good", "kind"), [(TABLE, "equivalence"), (RULE, "regimens"), (TRIAL, "protocols")]
)
def test_the_checker_accepts_a_good_sheet(good: Sheet, kind: str) -> None:
    assert problems(good, kind) == []


@pytest.mark.parametrize(
    ("bad", "kind", "says"),
    [
        (broken(TABLE, "unit"), "equivalence", "has no unit"),
        (broken(TABLE, "drugs.prednisone.source"), "equivalence", "has no source"),
        (broken(TABLE, "drugs.prednisone.source", "other"), "equivalence", "unknown source other"),
        (broken(TABLE, "sources"), "equivalence", "the sheet has no sources"),
        (broken(TABLE, "sources.0.date"), "equivalence", "has no date"),
        (broken(TABLE, "sources.0.date", "recently"), "equivalence", "has no date"),
        (broken(TABLE, "sources.0.checked"), "equivalence", "no date on which it was checked"),
        (broken(TABLE, "sources.0.how", "hearsay"), "equivalence", "how it was read"),
        (broken(TABLE, "sources.0.how", "memory"), "equivalence", "was not looked up"),
        (broken(TABLE, "drugs.prednisone.status"), "equivalence", "has no status"),
        (broken(TABLE, "drugs.prednisone.status", "sure"), "equivalence", "unknown status sure"),
        (broken(TABLE, "drugs.prednisone.status", "unverified"), "equivalence", "what to verify"),
        (broken(TABLE, "drugs.prednisone.mg", "5.0"), "equivalence", "not a plain decimal"),
        (broken(TABLE, "drugs.prednisone.mg", "1e1"), "equivalence", "not a plain decimal"),
        (broken(TABLE, "drugs.prednisone.mg", "05"), "equivalence", "not a plain decimal"),
        (broken(RULE, "unit"), "regimens", "has no unit"),
        (broken(RULE, "choice"), "regimens", "has no choice"),
        (broken(RULE, "evidence_grade", "fair"), "regimens", "unknown evidence grade"),
        (broken(RULE, "status", "high-confidence"), "regimens", "no primary source to verify"),
        (broken(RULE, "regimen.steps.0.mg", "needs"), "regimens", "list of needs do not agree"),
        (broken(TRIAL, "status", "final"), "protocols", "unknown status final"),
        (broken(TRIAL, "sources.0", "a friend"), "protocols", "source without a year"),
        (broken(TRIAL, "taper", {"target": "5"}), "protocols", "target: 5 has no unit"),
    ],
)
def test_the_checker_refuses_a_broken_sheet(bad: Sheet, kind: str, says: str) -> None:
    assert any(says in problem for problem in problems(bad, kind)), problems(bad, kind)
