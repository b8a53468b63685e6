"""The shipped tables of equivalence, drugs and products."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from spec.data_sheets.sheets import DATA, Sheet, by_id, load, sheet, sheets

FORMS = {"tablet", "gastro-resistant", "delayed-release", "orodispersible", "soluble", "myeloma"}
SOLUTION = "solution"


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


@pytest.mark.parametrize("table", sheets("equivalence"), ids=by_id)
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
        if product["form"] == SOLUTION:
            continue
        assert product["form"] in FORMS
        splits = [int(s["split"]) for s in product["strengths"]]
        assert set(splits) <= {1, 2, 4}
        assert product["splittable"] == ("true" if max(splits) > 1 else "false")
        assert product["form"] == "tablet" or max(splits) == 1
        for strength in product["strengths"]:
            assert Fraction(strength["mg"]) > 0
            assert (product["drug"], product["form"], strength["mg"]) not in seen
            seen.add((product["drug"], product["form"], strength["mg"]))


@pytest.mark.parametrize("market", sheets("products"), ids=lambda s: s["market"])
def test_solutions_are_mg_in_one_ml_with_their_bottles(market: Sheet) -> None:
    """§7.3.6."""
    strengths = [
        (product["drug"], strength["mg_per_ml"])
        for product in market["products"]
        if product["form"] == SOLUTION
        for strength in product["strengths"]
    ]
    assert len(set(strengths)) == len(strengths)
    assert all(0 < Fraction(mg) <= 25 for _, mg in strengths)
    for product in market["products"]:
        bottles = product.get("bottles_ml", ())
        assert not bottles or product["form"] == SOLUTION
        assert all(20 <= int(ml) <= 500 for ml in bottles)


def test_the_seven_markets_are_there_and_us_prednisone_is_complete() -> None:
    assert {s["market"] for s in sheets("products")} == {"US", "UK", "DE", "AU", "CA", "JP", "NZ"}
    us = [p for p in sheet("products", "US")["products"] if p["drug"] == "prednisone"]
    tablets = {s["mg"] for p in us if p["form"] == "tablet" for s in p["strengths"]}
    assert tablets == {"1", "2.5", "5", "10", "20", "50"}
