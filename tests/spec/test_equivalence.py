"""§3: named tables of mg equivalent to 5 mg prednisone."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from spec.build import course, plan, refusal

from taper import sources
from taper.doses import dose
from taper.record.plan_document import as_dict

F = Fraction


def in_prednisone(mg: str, drug: str, table: str) -> str:
    return dose.text(sources.equivalence_table(table).to_prednisone(F(mg), drug))


# The tables --------------------------------------------------------------------------------------


def test_there_are_three_tables_at_least():
    """§3.1.2: us-label, bnf and axelrod at least."""
    assert {"us-label", "bnf", "axelrod"} <= set(sources.equivalence_ids())


@pytest.mark.parametrize("table", ["us-label", "bnf", "axelrod"])
def test_a_table_has_a_title_and_a_caveat(table: str):
    """§3.1.3: each with its source and its caveat."""
    loaded = sources.equivalence_table(table)
    assert loaded.id == table
    assert loaded.title
    assert loaded.caveat


@pytest.mark.parametrize(
    ("drug", "mg"),
    [
        ("prednisone", "5"),
        ("prednisolone", "5"),
        ("methylprednisolone", "4"),
        ("triamcinolone", "4"),
        ("hydrocortisone", "20"),
        ("cortisone", "25"),
        ("dexamethasone", "0.75"),
        ("betamethasone", "0.75"),
    ],
)
def test_a_table_gives_the_mg_equivalent_to_5_mg_prednisone(drug: str, mg: str):
    """§3.1.1: a named table gives, for each drug, the mg equivalent to 5 mg prednisone."""
    assert in_prednisone(mg, drug, "us-label") == "5"


def test_axelrod_has_betamethasone_at_0_6():
    """§3.1.2: axelrod (betamethasone 0.6)."""
    assert in_prednisone("0.6", "betamethasone", "axelrod") == "5"


def test_tables_disagree_so_none_is_the_table():
    """§3.1.2: 2.4 mg betamethasone is 20 mg prednisone in one table and 16 mg in another."""
    assert in_prednisone("2.4", "betamethasone", "axelrod") == "20"
    assert in_prednisone("2.4", "betamethasone", "us-label") == "16"


def test_the_default_table_is_us_label():
    """§3.1.2: us-label (default)."""
    assert plan().equivalence == "us-label"


@pytest.mark.parametrize("table", ["us-label", "bnf", "axelrod"])
def test_every_answer_names_its_table(table: str):
    """§3.1.4: every answer names its table."""
    planned = plan(protocol={"equivalence": table})
    assert planned.equivalence == table
    assert as_dict(planned)["equivalence"] == table


def test_the_table_of_the_protocol_decides_the_doses():
    """§3.1.5: 2.4 mg betamethasone starts a taper at 20 mg, or at 16 mg prednisone.

    axelrod: 17.5, 15 and 12.5 mg for 7 days each; 10, 9, 8, 7 and 6 mg for 14. us-label: 13.5
    and 11 mg for 7, then the same. In mg betamethasone 0.12 and 0.15 for each mg prednisone.
    """
    beta = {"drug": "betamethasone", "strengths": ["0.001"]}
    assert course(plan("2.4", steroid=beta, protocol={"equivalence": "axelrod"})) == (
        "2.4×14 2.1×7 1.8×7 1.5×7 1.2×14 1.08×14 0.96×14 0.84×14 0.72×14 0.6×28"
    )
    assert course(plan("2.4", steroid=beta, protocol={"equivalence": "us-label"})) == (
        "2.4×14 2.025×7 1.65×7 1.5×14 1.35×14 1.2×14 1.05×14 0.9×14 0.75×28"
    )


def test_an_unknown_table_is_refused():
    """§3.1.6, §1.1.4: a named table; the message says what was read and what is allowed."""
    problem = refusal(protocol={"equivalence": "us_label"})
    assert (problem.field, problem.read) == ("equivalence", "'us_label'")
    assert "us-label" in problem.allowed


# The arithmetic ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mg", "drug", "to", "expected"),
    [
        ("4", "dexamethasone", "prednisone", "26.6667"),
        ("2", "dexamethasone", "prednisone", "13.3333"),
        ("32", "methylprednisolone", "dexamethasone", "6"),
        ("20", "prednisone", "hydrocortisone", "80"),
        ("20", "prednisone", "methylprednisolone", "16"),
        ("50", "cortisone", "hydrocortisone", "40"),
        ("7.5", "prednisolone", "prednisone", "7.5"),
        ("0", "prednisone", "dexamethasone", "0"),
    ],
)
def test_dose_in_b_is_dose_in_a_times_b_over_a(mg: str, drug: str, to: str, expected: str):
    """§3.2.1, §3.2.2: dose_in_B = dose_in_A × B / A, to at most 4 decimals."""
    assert dose.text(sources.equivalence_table("us-label").convert(F(mg), drug, to)) == expected


@pytest.mark.parametrize("table", ["us-label", "bnf", "axelrod"])
def test_there_and_back_again_is_the_same_dose(table: str):
    """§2.1.1, §3.1.1: stored as mg per 5 mg prednisone, never derived from a rounded potency
    ratio.
    """
    loaded = sources.equivalence_table(table)
    for a, b in permutations(loaded.mg_per_5_prednisone, 2):
        assert loaded.convert(loaded.convert(F("7.5"), a, b), b, a) == F("7.5")


def test_a_drug_that_the_table_lacks_is_refused():
    """§3.1.6: each table has its own drugs; deflazacort is in bnf and not in us-label."""
    deflazacort = {"drug": "deflazacort", "dose_mg": "12", "strengths": ["6", "1"]}
    problem = refusal(steroid=deflazacort)
    assert problem.field == "steroid.drug"
    assert "deflazacort" in problem.read
    assert "us-label" in problem.read
    assert course(plan(steroid=deflazacort, protocol={"equivalence": "bnf"})).startswith("12×14")


# The physiologic doses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "mg"),
    [
        ("prednisone", "5"),
        ("prednisolone", "5"),
        ("methylprednisolone", "4"),
        ("hydrocortisone", "20"),
        ("cortisone", "25"),
        ("dexamethasone", "0.5"),
        ("betamethasone", "0.5"),
    ],
)
def test_the_hpa_list_holds_physiologic_doses(drug: str, mg: str):
    """§3.3.1: a separate list holds physiologic doses per day."""
    assert sources.hpa().mg_per_5_prednisone[drug] == F(mg)


def test_the_hpa_list_is_for_warnings_only():
    """§3.3.2: physiologic doses for warnings only; no dose is converted with them."""
    assert "hpa" not in sources.equivalence_ids()
    assert refusal(protocol={"equivalence": "hpa"}).field == "equivalence"


# What has no equivalent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "named", "reason"),
    [
        ("fludrocortisone", "fludrocortisone", "mineralocorticoid"),
        ("Florinef", "fludrocortisone", "mineralocorticoid"),
        ("budesonide", "budesonide", "liver"),
        ("Entocort", "budesonide", "liver"),
    ],
)
def test_fludrocortisone_and_budesonide_are_refused_by_name(drug: str, named: str, reason: str):
    """§3.4.5: refused by name and with the reason."""
    problem = refusal(steroid={"drug": drug})
    assert problem.field == "steroid.drug"
    assert problem.read.startswith(f"'{drug}'")
    assert f"{named} is refused" in str(problem)
    assert reason in str(problem)


@pytest.mark.parametrize(
    ("drug", "route"),
    [
        ("triamcinolone depot", "depot intramuscular"),
        ("methylprednisolone depot intramuscular", "depot intramuscular"),
        ("Depo-Medrol", "depot intramuscular"),
        ("Depo-Medrone", "depot intramuscular"),
        ("Kenalog", "depot intramuscular"),
        ("kenalog-40", "depot intramuscular"),
        ("Celestone Soluspan", "depot intramuscular"),
        ("triamcinolone intra-articular", "intra-articular"),
        ("hydrocortisone topical", "topical"),
        ("dexamethasone inhaled", "inhaled"),
    ],
)
def test_depot_intra_articular_inhaled_and_topical_doses_are_refused(drug: str, route: str):
    """§3.4.4, §3.4.6: it holds for oral and intravenous doses; these are refused."""
    problem = refusal(steroid={"drug": drug})
    assert problem.field == "steroid.drug"
    assert problem.read.startswith(f"'{drug}'")
    assert f"{route} doses are refused" in str(problem)


def test_a_drug_in_the_taper_is_refused_as_one_at_baseline_is():
    """§3.4.5, §4.4.4: a taper is not given in budesonide either."""
    problem = refusal(taper={"drug": "budesonide"})
    assert problem.field == "taper.drug"
    assert "budesonide is refused" in str(problem)
