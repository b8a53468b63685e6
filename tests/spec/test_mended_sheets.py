"""What was wrong or missing in the shipped sheets, each with the value that its source gives."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from taper import sources
from taper.doses import dose
from taper.doses.evidence import Status
from taper.doses.products import Offered, Product
from taper.planning.totals import first_days
from taper.sources import rule_of
from taper.trial.regimens import Bands

F = Fraction


def offered(market: str, drug: str, form: str = "tablet") -> Iterator[tuple[Product, Offered]]:
    for product in sources.products(market):
        if (product.drug, product.form) == (drug, form):
            yield from ((product, each) for each in product.strengths)


def strengths(market: str, drug: str, form: str = "tablet") -> dict[str, tuple[int, str]]:
    """Each strength with what it may be broken into and its status."""
    return {
        dose.text(o.strength.mg): (o.strength.split, o.status.value)
        for _, o in offered(market, drug, form)
    }


READ = Status.LOOKED_UP.value


@pytest.mark.parametrize(
    ("market", "drug", "form", "mg", "split"),
    [
        ("DE", "methylprednisolone", "tablet", ["4", "8", "16", "32"], 4),
        ("DE", "dexamethasone", "tablet", ["0.5", "1.5", "2", "4", "8"], 2),
        ("DE", "deflazacort", "tablet", ["6"], 1),
        ("DE", "deflazacort", "tablet", ["30"], 4),
        ("UK", "betamethasone", "soluble", ["0.5"], 1),
        ("AU", "cortisone", "tablet", ["25"], 1),
        ("JP", "betamethasone", "tablet", ["0.5"], 1),
        ("JP", "dexamethasone", "tablet", ["0.5", "4"], 1),
        ("CA", "prednisone", "tablet", ["1", "5", "50"], 1),
        ("CA", "methylprednisolone", "tablet", ["4", "16"], 1),
        ("US", "hydrocortisone", "tablet", ["5", "10", "20"], 2),
        ("US", "prednisone", "delayed-release", ["1", "2", "5"], 1),
        ("NZ", "prednisone", "tablet", ["1", "2.5", "5", "20"], 1),
        ("NZ", "methylprednisolone", "tablet", ["4", "100"], 1),
        ("NZ", "dexamethasone", "tablet", ["4"], 1),
        ("NZ", "hydrocortisone", "tablet", ["5", "20"], 1),
    ],
)
def test_strengths_that_a_label_was_read_for(
    market: str, drug: str, form: str, mg: list[str], split: int
):
    listed = strengths(market, drug, form)
    assert {each: listed[each] for each in mg} == dict.fromkeys(mg, (split, READ))


def test_what_was_read_for_new_zealand_alone_is_no_more_than_read():
    assert strengths("NZ", "dexamethasone")["0.5"] == (1, Status.HIGH_CONFIDENCE.value)
    assert sources.market("NZ")["prednisone"] == (F(1), F("2.5"), F(5), F(20))


def test_the_two_regimens_of_new_zealand_have_a_market():
    assert {"cdhb-nz-fast", "cdhb-nz-slow"} <= set(sources.regimen_ids())
    assert "NZ" in sources.market_ids()


def test_the_labels_of_medrol_disagree_and_the_sheet_says_so():
    notes = {product.note for product, _ in offered("US", "methylprednisolone")}
    (note,) = notes
    assert note is not None
    assert "not meant for breaking" in note
    assert "cross-scored" in note
    assert "memory" in note


def test_deflazacort_6_mg_is_5_mg_prednisone_by_the_german_label():
    by = sources.sourced_table("de-label")
    assert by.figures["deflazacort"].mg == 6
    assert by.figures["deflazacort"].status is Status.LOOKED_UP
    assert "Calcort 6 mg" in by.figures["deflazacort"].source
    assert by.label(["deflazacort"]) == "de-label"
    assert by.label(["fluocortolone"]) == "de-label (unverified)"


# The sheet that is called fast -----------------------------------------------------------------


def days_above_five(id_: str) -> list[int]:
    rule = rule_of(sources.regimen_sheet(id_))
    assert isinstance(rule, Bands)
    return [band.every_days for band in rule.highest_first if band.above_mg >= 5]


def test_ese_es_2024_fast_keeps_its_rows_and_its_title_says_what_they_are():
    sheet = sources.regimen_sheet("ese-es-2024-fast")
    assert days_above_five("ese-es-2024-fast") == [7, 7, 7, 14]
    assert sheet["title"] == "ESE and Endocrine Society 2024, fast to 10 mg, then every 2 weeks"
    assert "ese-es-2024-fastest" in sheet["choice"]


def test_ese_es_2024_fastest_is_the_fast_end_of_every_range():
    assert days_above_five("ese-es-2024-fastest") == [7, 7, 7, 7]
    fastest = rule_of(sources.regimen_sheet("ese-es-2024-fastest"))
    assert first_days(fastest, F(25), 63) == 7 * (F(65) + F(40))  # 20+17.5+15+12.5, 10 to 6


def test_the_shipped_protocols_go_on_by_the_rows_they_had():
    for id_ in ("iimpact", "iimpact-2025-design"):
        assert sources.trial(id_).regimen_id == "ese-es-2024-fast"


# Citations -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "cited"),
    [
        ("diagnostics-2021-fast", "Pelewicz K and Miśkiewicz P"),
        ("diagnostics-2021-slow", "Pelewicz K and Miśkiewicz P"),
        ("mitigate", "N Engl J Med 2025;392:1168"),
        ("kdigo-2024-reduced-fast", "Kidney Int 2024;105(1S):S1"),
        ("kdigo-2024-reduced-slow", "Kidney Int 2024;105(1S):S1"),
    ],
)
def test_a_citation_is_whole(id_: str, cited: str):
    assert cited in sources.regimen_sheet(id_)["sources"][0]["citation"]
