"""§3: what a conversion answers, and what it says of its table."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from cases import plan_of
from ruamel.yaml import YAML

from taper import sources
from taper.doses import dose
from taper.doses.conversion import (
    Conversion,
    Route,
    Taken,
    disagreements,
    prints_exactly,
    tables_with,
)
from taper.doses.evidence import Status, least_sure
from taper.errors import Refusal
from taper.planning.plan import Plan
from taper.sources.drugs import UnknownDrugError, canonical, drug_facts
from taper.sources.routes import UnknownRouteError, route

F = Fraction
DATA = Path(sources.__file__).parents[1] / "data"
TABLES = [sources.sourced_table(id_) for id_ in sources.equivalence_ids()]


def converted(mg: str, drug: str, to: str, by: str = "us-label", way: str = "oral") -> Conversion:
    return Conversion((Taken(drug, F(mg), Route(way)),), to, sources.sourced_table(by))


def printed(mg: str, drug: str, to: str, by: str = "us-label") -> str:
    return dose.text(converted(mg, drug, to, by).dose_mg)


def raw(*names: str) -> dict:
    """A sheet as plain text, read without the package."""
    return YAML(typ="base", pure=True).load(DATA.joinpath(*names).with_suffix(".yaml").read_text())


# dose_in_B = dose_in_A × B / A -----------------------------------------------------------------


def test_dexamethasone_4_mg_is_26_6667_mg_prednisone():
    """§3.2.2."""
    answer = converted("4", "dexamethasone", "prednisone")
    assert answer.dose_mg == F(80, 3)
    assert dose.text(answer.dose_mg) == "26.6667"
    assert not answer.is_exact


@pytest.mark.parametrize(
    ("mg", "drug", "to", "by", "answer"),
    [
        ("16", "methylprednisolone", "prednisone", "us-label", "20"),
        ("150", "hydrocortisone", "prednisone", "us-label", "37.5"),
        ("20", "prednisone", "deflazacort", "bnf", "24"),
        ("3", "betamethasone", "prednisone", "us-label", "20"),
        ("3", "betamethasone", "prednisone", "axelrod", "25"),
        ("25", "prednisone", "prednisolone", "bnf", "25"),
        ("0.0001", "dexamethasone", "dexamethasone", "us-label", "0.0001"),
        ("10", "dexamethasone", "cortisone", "us-label", "333.3333"),
        ("0.75", "dexamethasone", "betamethasone", "axelrod", "0.6"),
    ],
)
def test_a_dose_by_a_table(mg, drug, to, by, answer):
    """§3.2.1."""
    assert printed(mg, drug, to, by) == answer


@pytest.mark.parametrize("id_", sources.equivalence_ids())
def test_every_pair_of_every_table_is_the_quotient_of_its_figures(id_):
    """§3.2.1: Read from the sheet again, and multiplied out so that nothing is divided."""
    figures = {drug: F(entry["mg"]) for drug, entry in raw("equivalence", id_)["drugs"].items()}
    for (drug, from_mg), (to, to_mg) in product(figures.items(), repeat=2):
        answer = converted("7.5", drug, to, id_).dose_mg
        assert answer * from_mg == F("7.5") * to_mg
        assert Conversion((Taken(to, answer),), drug, sources.sourced_table(id_)).dose_mg == F(
            "7.5"
        )


def test_several_drugs_of_a_day_are_added_up():
    """§3.2.3."""
    taken = (Taken("hydrocortisone", F(20)), Taken("dexamethasone", F("0.5")))
    answer = Conversion(taken, "prednisone", sources.sourced_table("us-label"))
    assert answer.parts == (F(5), F(10, 3))
    assert answer.dose_mg == answer.prednisone_mg == F(25, 3)
    assert dose.text(answer.dose_mg) == "8.3333"


def test_the_sum_is_rounded_once_and_not_its_parts():
    """§3.2.3: Three parts that each print as 1.6667 are 5, not 5.0001."""
    part = Taken("dexamethasone", F("0.25"))
    answer = Conversion((part, part, part), "prednisone", sources.sourced_table("us-label"))
    assert [dose.text(each) for each in answer.parts] == ["1.6667"] * 3
    assert answer.dose_mg == 5
    assert answer.is_exact


@pytest.mark.parametrize(
    ("mg", "exact"), [("26.6667", True), ("20", True), (F(80, 3), False), (F(1, 20000), False)]
)
def test_exact_says_whether_what_is_printed_is_the_dose_itself(mg, exact):
    """§3.2.2."""
    assert prints_exactly(F(mg)) is exact


def test_a_dose_that_is_exact_while_its_prednisone_is_not_says_so():
    """§3.2.2."""
    answer = converted("4", "dexamethasone", "betamethasone")
    assert answer.is_exact
    assert dose.text(answer.prednisone_mg) == "26.6667"
    assert "The prednisone equivalent is rounded to 4 decimals, half up." in answer.notes


# Every answer names its table and its source ---------------------------------------------------


def test_the_source_is_the_citation_behind_each_figure_used():
    """§3.1.3."""
    sheet = raw("equivalence", "axelrod")
    citation = {source["key"]: source["citation"] for source in sheet["sources"]}
    answer = converted("3", "betamethasone", "prednisone", "axelrod")
    assert answer.source == f"{citation['axelrod-1976']}; {citation['globalrph']}"
    assert converted("3", "cortisone", "prednisone", "axelrod").source == citation["globalrph"]


@pytest.mark.parametrize("by", TABLES, ids=lambda by: by.id)
def test_every_answer_carries_the_caveat_of_its_table(by):
    """§3.1.3."""
    drug = next(iter(by.figures))
    assert Conversion((Taken(drug, F(5)),), "prednisone", by).notes[0] == by.table.caveat


def test_an_unverified_figure_is_said_to_be_one_wherever_it_is_used():
    """§3.1.7."""
    for by in TABLES:
        for drug, figure in by.figures.items():
            answer = Conversion((Taken(drug, F(5)),), "prednisone", by)
            said = any("unverified" in note and drug in note for note in answer.notes)
            assert said is (figure.status is Status.UNVERIFIED), (by.id, drug)


def test_the_primary_source_still_to_be_read_is_named():
    """§3.1.7."""
    notes = " ".join(converted("5", "fluocortolone", "prednisone", "de-label").notes)
    assert "to be checked: The current German product information" in notes


def test_a_figure_from_memory_is_said_to_be_high_confidence():
    answer = converted("3", "betamethasone", "prednisone", "axelrod")
    assert answer.status is Status.HIGH_CONFIDENCE
    assert any("betamethasone 0.6 mg in axelrod is high-conf" in note for note in answer.notes)


def test_an_answer_is_as_sure_as_its_least_sure_figure():
    """§3.1.7."""
    assert least_sure(Status.LOOKED_UP, Status.UNVERIFIED, Status.HIGH_CONFIDENCE) == "unverified"
    assert least_sure(Status.LOOKED_UP) is Status.LOOKED_UP


def test_intravenous_doses_are_converted_with_a_word_about_pulses():
    """§3.4.3."""
    answer = converted("150", "hydrocortisone", "prednisone", way="iv")
    assert answer.dose_mg == F("37.5")
    assert any("pulses" in note for note in answer.notes)


# Tables disagree, so none is "the" table -------------------------------------------------------


def test_the_tables_disagree_about_betamethasone_and_nothing_else():
    """§3.1.2."""
    found = disagreements(drug_facts(), TABLES)
    assert [disagreement.drug for disagreement in found] == ["betamethasone"]
    assert found[0].tables_of == {
        F("0.6"): ("axelrod",),
        F("0.75"): ("bnf", "de-label (unverified)", "us-label"),
    }


def test_a_table_that_has_the_drug_is_named_and_an_unchecked_one_last():
    """§3.1.6."""
    assert tables_with(["deflazacort"], TABLES) == ["bnf", "de-label"]
    assert tables_with(["fluocortolone"], TABLES) == ["de-label (unverified)"]
    assert tables_with(["paramethasone"], TABLES) == ["us-label", "de-label (unverified)"]
    assert tables_with(["deflazacort", "fluocortolone"], TABLES) == ["de-label (unverified)"]
    assert tables_with(["dexamethasone", "fluocortolone"], TABLES) == []


def test_the_physiologic_doses_are_no_table_for_conversions():
    """§3.3.2."""
    assert "hpa" not in sources.equivalence_ids()


# Names and routes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "drug"),
    [
        ("Medrol", "methylprednisolone"),
        ("SOLU-MEDROL", "methylprednisolone"),
        ("solu medrol", "methylprednisolone"),
        ("Medrone", "methylprednisolone"),
        ("Decadron", "dexamethasone"),
        ("Cortef", "hydrocortisone"),
        ("cortisol", "hydrocortisone"),
        ("DELTASONE", "prednisone"),
        ("Emflaza", "deflazacort"),
        ("Decortin", "prednisone"),
        ("decortin-h", "prednisolone"),
        ("  prednisone ", "prednisone"),
    ],
)
def test_names_that_a_pharmacist_types(typed, drug):
    """§3.4.1."""
    assert canonical(typed) == drug


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("prednison", "prednisone"),
        ("predisolone", "prednisolone"),
        ("hidrocortisone", "hydrocortisone"),
        ("methylpred", "methylprednisolone"),
        ("dexa", "dexamethasone"),
        ("medrl", "methylprednisolone"),
    ],
)
def test_a_slip_is_answered_with_what_may_be_meant_and_never_taken_for_it(typed, meant):
    """§3.4.2."""
    with pytest.raises(UnknownDrugError) as unknown:
        canonical(typed)
    assert "did you mean" in str(unknown.value)
    assert meant in str(unknown.value).partition("did you mean")[2]


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("fludrocortisone", "mineralocorticoid"),
        ("Florinef", "mineralocorticoid"),
        ("fludrocortison", "mineralocorticoid"),
        ("budesonide", "liver"),
        ("Entocort", "liver"),
        ("Depo-Medrol", "depot"),
        ("Kenalog", "depot"),
        ("KENALOG 40", "depot"),
        ("Kenalogg", "depot"),
        ("Celestone Soluspan", "depot"),
        ("Volon A", "depot"),
        ("triamcinolone acetonide", "depot"),
        ("methylprednisolone acetate 40 mg", "depot"),
        ("Lederspan", "joint"),
        ("triamcinolone depot", "depot"),
        ("inhaled prednisolone", "inhaled"),
    ],
)
def test_what_has_no_equivalent_is_refused_with_the_reason(typed, because):
    """§3.4.5."""
    with pytest.raises(UnknownDrugError) as refused:
        canonical(typed)
    assert because in refused.value.because


@pytest.mark.parametrize("typed", ["oral", "ORAL", "po", "by mouth", "iv", "IV", "intravenous"])
def test_equivalence_holds_for_oral_and_intravenous_doses(typed):
    """§3.4.3."""
    assert route(typed) in Route


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("inhaled", "lung"),
        ("topical", "skin"),
        ("depot intramuscular", "weeks"),
        ("depot", "weeks"),
        ("intramuscular", "stands in for a vein"),
        ("im", "stands in for a vein"),
        ("intra-articular", "joint"),
        ("intraarticular", "joint"),
        ("joint", "joint"),
    ],
)
def test_other_routes_are_refused_with_the_reason(typed, because):
    """§3.4.4."""
    with pytest.raises(UnknownRouteError) as refused:
        route(typed)
    assert because in refused.value.because
    assert str(refused.value).startswith("oral or iv")


def test_an_unknown_route_is_no_route_and_has_no_reason():
    with pytest.raises(UnknownRouteError) as unknown:
        route("rectal")
    assert unknown.value.because == ""


def test_every_drug_has_its_codes_and_duration():
    sheet = raw("drugs")["drugs"]
    assert json.dumps({d: [f.atc, f.rxnorm, f.duration] for d, f in drug_facts().items()}) == (
        json.dumps({d: [e["atc"], e["rxnorm"], e["duration"]] for d, e in sheet.items()})
    )
    assert {facts.duration for facts in drug_facts().values()} <= {
        "short",
        "intermediate",
        "long",
        "unknown",
    }


# What docs/sources.md says of the tables -------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def rows_under(title: str) -> list[list[str]]:
    """The cells of the first table after these words."""
    lines = PAGE.partition(title)[2].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    length = next(i for i, line in enumerate(lines[start:]) if not line.startswith("|"))
    return [
        [cell.strip(" *") for cell in line.strip("|").split("|")]
        for line in lines[start : start + length]
    ]


def test_the_page_prints_the_figures_of_the_sheets():
    head, _, *rows = rows_under("## Equivalence")
    ids = [title.removesuffix(" (unverified)") for title in head[1:]]
    assert sorted(ids) == sorted(sources.equivalence_ids())
    printed_figures = {
        (id_, drug): mg
        for names, *figures in rows
        for drug in names.split(", ")
        for id_, mg in zip(ids, figures, strict=True)
        if mg != "–"
    }
    assert printed_figures == {
        (by.id, drug): dose.text(figure.mg) for by in TABLES for drug, figure in by.figures.items()
    }


def test_the_page_says_what_the_disagreement_does_to_a_course():
    """Baseline, days to the target and eligibility of one dose by two tables."""
    rows = {row[0]: row[1:] for row in rows_under("A table decides more than one dose")}
    for by, column in (("us-label", 0), ("axelrod", 1)):
        taken = course_of("3", by)
        assert taken.baseline is not None
        assert taken.taper_start is not None
        assert taken.target_reached is not None
        baseline = rows["betamethasone 3 mg at baseline"][column]
        assert baseline.startswith(f"{dose.text(taken.baseline.prednisone_mg)} mg prednisone")
        days = (taken.target_reached - taken.taper_start).days
        assert rows["days from the first reduced dose to the target"][column] == str(days)
        target = printed("5", "prednisone", "betamethasone", by)
        assert rows["the target of 5 mg prednisone"][column] == f"betamethasone {target} mg"
        higher = printed("3.5", "betamethasone", "prednisone", by)
        assert rows["betamethasone 3.5 mg at baseline"][column].startswith(f"{higher} mg")
    assert course_of("3.5", "us-label").steps
    with pytest.raises(Refusal, match=r"29\.1667 mg prednisone-equivalent"):
        course_of("3.5", "axelrod")


def course_of(mg: str, by: str) -> Plan:
    """Protocol iimpact by another table, for a participant on betamethasone."""
    return plan_of(
        {**sources.protocol_sheet("iimpact"), "equivalence": by},
        {
            "participant": "IIM-001",
            "protocol": "iimpact",
            "steroid": {
                "drug": "betamethasone",
                "dose_mg": mg,
                "strengths": [{"mg": "0.5", "split": "4"}],
            },
            "infusions": [
                {"number": "1", "date": "2026-01-31"},
                {"number": "2", "date": "2026-04-30"},
            ],
        },
        dt.date(2026, 11, 23),
    )
