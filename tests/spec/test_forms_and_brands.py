"""§3.4: a form that is no plain tablet keeps its name, and a route belongs to one dose."""

from __future__ import annotations

import json
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from spec.build import codes, course, found, plan, refusal

from taper import sources
from taper.doses import dose
from taper.doses.conversion import Conversion, Route, Taken
from taper.record.earlier import json_in, plan_of
from taper.record.plan_document import as_dict, text_of
from taper.sources import drugs
from taper.sources.drugs import Named, UnknownDrugError, drug_facts, drug_names, named
from taper.sources.preparations import folded, forms_of, names_of_preparations, preparations
from taper.sources.routes import UnknownRouteError, remarks, route, route_of

F = Fraction
BRANDS = sorted(name for name in preparations() if not name.startswith(tuple(drug_facts())))


def why(typed: str) -> str:
    """Why a name is refused, with what is allowed instead."""
    with pytest.raises(UnknownDrugError) as refused:
        named(typed)
    return f"{refused.value.because} {refused.value}"


# Brands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "drug"),
    [
        ("Solone", "prednisolone"),
        ("Predsolone", "prednisolone"),
        ("Predsone", "prednisone"),
        ("Dacortin", "prednisone"),
        ("Deltacortene", "prednisone"),
        ("Winpred", "prednisone"),
        ("Defcort", "deflazacort"),
        ("Medrol tablets", "methylprednisolone"),
        ("prednisone tablet", "prednisone"),
        ("Meticortelone", "prednisolone"),
        ("delta-cortef", "prednisolone"),
    ],
)
def test_a_brand_of_plain_tablets_is_its_drug(typed: str, drug: str):
    """§3.4.1."""
    assert named(typed) == Named(drug)


@pytest.mark.parametrize(
    ("typed", "drug", "form"),
    [
        ("Rayos", "prednisone", "delayed-release"),
        ("LODOTRA", "prednisone", "delayed-release"),
        ("Prednisone Intensol", "prednisone", "solution"),
        ("Dexamethasone Intensol", "dexamethasone", "solution"),
        ("Deltacortril", "prednisolone", "gastro-resistant"),
        ("Orapred", "prednisolone", "solution"),
        ("Orapred ODT", "prednisolone", "orodispersible"),
        ("Pediapred", "prednisolone", "solution"),
        ("flo pred", "prednisolone", "solution"),
        ("Prelone", "prednisolone", "solution"),
        ("Wysolone", "prednisolone", "soluble"),
        ("Solupred", "prednisolone", "orodispersible"),
        ("Solu-Dacortin", "prednisolone", "injection"),
        ("Solu-Medrol", "methylprednisolone", "injection"),
        ("solu medrone", "methylprednisolone", "injection"),
        ("Solu-Cortef", "hydrocortisone", "injection"),
        ("Plenadren", "hydrocortisone", "modified-release"),
        ("Efmody", "hydrocortisone", "modified-release"),
        ("Alkindi", "hydrocortisone", "granules"),
        ("Hemady", "dexamethasone", "myeloma"),
        ("Betnesol", "betamethasone", "soluble"),
        ("prednisolone gastro-resistant", "prednisolone", "gastro-resistant"),
        ("soluble prednisolone tablets", "prednisolone", "soluble"),
        ("Prednisone (delayed-release)", "prednisone", "delayed-release"),
        ("dexamethasone elixir", "dexamethasone", "solution"),
        ("hydrocortisone injection", "hydrocortisone", "injection"),
        ("hydrocortisone sodium succinate", "hydrocortisone", "injection"),
        ("prednisolone iv", "prednisolone", "injection"),
    ],
)
def test_a_brand_or_form_that_is_no_plain_tablet_is_known_for_what_it_is(
    typed: str, drug: str, form: str
):
    """§3.4.8."""
    what = named(typed)
    assert what.drug == drug
    assert what.preparation is not None
    assert (what.preparation.drug, what.preparation.form) == (drug, form)
    assert drug in what.preparation.sentence.lower()
    assert what.preparation.source


@pytest.mark.parametrize("name", preparations())
def test_the_name_that_is_kept_is_read_as_the_same_again(name: str):
    """§3.4.8."""
    assert named(name).preparation == preparations()[name]


def test_every_name_belongs_to_one_drug_and_one_form():
    """§3.4.1: brands, forms and refused names together, none in two places."""
    brands = [folded(name) for name in preparations()]
    names = [*drug_names(), *brands, *drugs.refused_names()]
    names += [folded(each["name"]) for each in shipped_drugs()["ambiguous"]]
    names += [folded(each["name"]) for each in shipped_drugs()["salts"]]
    assert len(set(names)) == len(names)


def shipped_drugs() -> dict[str, Any]:
    return drugs.sheet("drugs").data


def test_every_form_and_every_brand_of_one_names_a_form_of_the_sheet():
    """§3.4.8."""
    data = shipped_drugs()
    for drug, entry in data["drugs"].items():
        assert set(entry["forms"]) <= set(data["forms"]), drug
        for brand in entry.get("products", ()):
            assert brand["form"] in entry["forms"], brand["name"]


# A guess -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("brand", [*BRANDS, *sorted(set(drug_names()) - set(drug_facts()))])
def test_a_brand_that_were_not_known_would_not_be_answered_with_another_drug(
    brand: str, monkeypatch: pytest.MonkeyPatch
):
    """§3.4.11: every brand of the sheet, taken out of it."""
    name = folded(brand)
    drug = named(brand).drug
    plain = {each: its for each, its in drug_names().items() if each != name}
    made = {each: its for each, its in names_of_preparations().items() if each != name}
    monkeypatch.setattr(drugs, "drug_names", lambda: MappingProxyType(plain))
    monkeypatch.setattr(drugs, "names_of_preparations", lambda: MappingProxyType(made))
    try:
        assert named(brand).drug == drug
    except UnknownDrugError as unknown:
        _, _, guess = str(unknown).partition("did you mean")
        others = {each for each in drug_facts() if each in guess} - {drug}
        assert not {each for each in others if each not in drug}


@pytest.mark.parametrize(
    "typed",
    ["Prednol", "Orasone", "Soldesam", "Neo-Medrol", "Decadron X", "Celestone X", "Urbason Q"],
)
def test_a_brand_that_nobody_here_knows_is_answered_with_no_guess(typed: str):
    """§3.4.11."""
    assert "did you mean" not in why(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("medrl", "Medrol, which is methylprednisolone"),
        ("medorl", "Medrol, which is methylprednisolone"),
        ("Rayoss", "Rayos, which is prednisone"),
        ("perdnisone", "prednisolone or prednisone"),
        ("Prednisolon", "prednisolone or prednisone"),
        ("hidrocortisone", "hydrocortisone"),
    ],
)
def test_a_slip_is_answered_with_the_brand_and_its_drug(typed: str, meant: str):
    """§3.4.2, §3.4.11."""
    assert f"did you mean {meant}?" in why(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("vamorolone", "no recognised table gives it a prednisone equivalent"),
        ("Agamree", "vamorolone is refused"),
        ("ACTH", "ACTH is refused because it makes the adrenal glands give their own cortisol"),
        ("Acthar gel", "ACTH is refused"),
        ("Synacthen", "ACTH is refused"),
        ("meprednisone", "no table here gives it a prednisone equivalent"),
        ("dexamethasone phosphate", "4 mg dexamethasone phosphate is 3.3 mg dexamethasone"),
        (
            "dexamethasone sodium phosphate",
            "4.3 mg dexamethasone sodium phosphate is 3.3 mg dexamethasone",
        ),
        ("prednisolone sodium phosphate", "13.4 mg prednisolone sodium phosphate is 10 mg"),
        ("triamcinolone hexacetonide", "intra-articular doses are refused"),
        ("triamcinolone acetonide", "depot intramuscular doses are refused"),
        ("Celestone Cronodose", "depot intramuscular doses are refused"),
        ("fluticasone", "inhaled doses are refused"),
        ("Intensol", "a name of several drugs: Prednisone Intensol or Dexamethasone Intensol"),
        ("prednisolone acetate", "of which acetate is no form that is known here"),
        ("prednisone iv", "there is no prednisone for injection"),
        ("prednisone gastro-resistant", "there is no prednisone in gastro-resistant tablets"),
        ("cortisone injection", "there is no cortisone for injection; cortisone in plain tablets"),
    ],
)
def test_what_has_no_equivalent_or_no_such_form_is_refused_with_its_reason(typed: str, reason: str):
    """§3.4.4, §3.4.5, §3.4.9, §3.4.12."""
    assert reason.replace("; ", " ") in why(typed)


# Routes ------------------------------------------------------------------------------------------


def test_a_drug_that_is_not_given_into_a_vein_is_refused_there():
    """§3.4.9."""
    injected = {drug for drug in drug_facts() if "injection" in forms_of(drug)}
    assert injected == {
        "prednisolone",
        "methylprednisolone",
        "hydrocortisone",
        "dexamethasone",
        "betamethasone",
    }
    for drug in drug_facts():
        if drug in injected:
            assert route_of(Named(drug), Route.IV) is Route.IV
        else:
            with pytest.raises(UnknownRouteError) as refused:
                route_of(Named(drug), Route.IV)
            assert f"no intravenous {drug}" in refused.value.because
            assert "methylprednisolone" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "asked", "way"),
    [
        ("prednisone", None, Route.ORAL),
        ("Solu-Medrol", None, Route.IV),
        ("Solu-Medrol", Route.IV, Route.IV),
        ("Rayos", None, Route.ORAL),
        ("hydrocortisone", Route.IV, Route.IV),
    ],
)
def test_a_preparation_has_its_own_route(typed: str, asked: Route | None, way: Route):
    """§3.4.7."""
    assert route_of(named(typed), asked) is way


@pytest.mark.parametrize(("typed", "asked"), [("Solu-Medrol", "oral"), ("Rayos", "iv")])
def test_another_route_than_its_own_is_refused(typed: str, asked: str):
    """§3.4.9."""
    with pytest.raises(UnknownRouteError) as refused:
        route_of(named(typed), Route(asked))
    assert f"and {typed} is " in refused.value.because


def test_an_injection_into_a_muscle_is_refused_for_what_it_is():
    """§3.4.10: hydrocortisone 100 mg is an emergency dose, triamcinolone a depot."""
    for drug, because in [
        ("hydrocortisone", "an emergency dose or stands in for a vein"),
        ("methylprednisolone", "an emergency dose or stands in for a vein"),
        ("triamcinolone", "a depot releases its dose over weeks"),
        ("", "an emergency dose or stands in for a vein"),
    ]:
        with pytest.raises(UnknownRouteError) as refused:
            route("im", drug)
        assert because in refused.value.because
    assert "weeks" not in why("hydrocortisone im")
    assert "weeks" in why("triamcinolone into the muscle")


def test_an_intravenous_dose_of_dexamethasone_is_of_the_base_and_says_so():
    """§3.4.12."""
    (said,) = remarks(Named("dexamethasone"), Route.IV)
    assert "4 mg dexamethasone phosphate is 3.3 mg dexamethasone" in said
    assert list(remarks(Named("dexamethasone"), Route.ORAL)) == []


def test_triamcinolone_is_that_of_tablets_and_says_so():
    """§3.4.12."""
    (said,) = remarks(Named("triamcinolone"), Route.ORAL)
    assert "acetonide" in said


# A number that is one of micrograms --------------------------------------------------------------


@pytest.mark.parametrize(
    ("mg", "drug", "is_told"),
    [
        ("750", "dexamethasone", True),
        ("500", "betamethasone", True),
        ("40", "dexamethasone", False),
        ("1000", "methylprednisolone", False),
        ("1000", "prednisone", False),
        ("0.75", "dexamethasone", False),
    ],
)
@pytest.mark.parametrize("table", sources.equivalence_ids())
def test_a_dose_over_any_pulse_is_asked_about(mg: str, drug: str, is_told: bool, table: str):
    """§3.4.13."""
    by = sources.sourced_table(table)
    if by.lacks([drug]):
        return
    notes = " ".join(Conversion((Taken(drug, F(mg)),), "prednisone", by).notes)
    assert (f"{mg} micrograms, {dose.text(F(mg) / 1000)} mg, were not meant" in notes) is is_told


# Plans -------------------------------------------------------------------------------------------

ON = {
    "Rayos": ["5", "2", "1"],
    "Solu-Medrol": ["4", "2"],
    "Deltacortril": ["5", "2.5", "1"],
    "Orapred": ["5", "1"],
    "Plenadren": ["20", "5", "1"],
    "Efmody": ["20", "10", "5", "1"],
    "Hemady": ["4", "0.5"],
    "prednisolone gastro-resistant": ["5", "2.5", "1"],
}


@pytest.mark.parametrize("brand", ON)
def test_a_participant_on_another_form_is_planned_with_a_warning(brand: str):
    """§3.4.8, §5.2.11, §8.5.8, §9.1.9."""
    planned = plan("40", steroid={"drug": brand, "strengths": ON[brand]})
    (warned,) = found(planned, "alternate-form")
    made = named(brand).preparation
    assert made is not None
    assert warned.severity.value == "warning"
    assert warned.text.startswith(made.sentence)
    assert f"plain tablets of {made.drug}" in warned.text
    assert warned.source == made.source
    baseline = as_dict(planned)["baseline"]
    assert (baseline["drug"], baseline["product"], baseline["form"]) == (
        made.drug,
        made.name,
        made.form,
    )


def test_the_doses_are_those_of_the_drug():
    """§5.2.11."""
    assert course(plan(steroid={"drug": "Rayos"})) == course(plan())


def test_a_brand_of_plain_tablets_is_no_finding_and_no_other_input():
    """§5.2.11."""
    plain, brand = plan(), plan(steroid={"drug": "Deltasone"})
    assert "alternate-form" not in codes(brand)
    assert as_dict(brand) == as_dict(plain)
    assert "product" not in as_dict(plain)["baseline"]


def test_a_plan_of_another_form_has_other_inputs():
    """§5.2.11."""
    assert plan(steroid={"drug": "Rayos"}).inputs_sha256 != plan().inputs_sha256


def test_a_plan_that_was_read_again_is_the_same_text():
    """§9.1.9."""
    document = as_dict(plan(steroid={"drug": "Rayos"}))
    assert plan_of(json_in(text_of(document), "a plan"), "a plan") == json.loads(text_of(document))


def test_tablets_that_are_never_broken_are_not_to_be():
    """§5.2.11."""
    problem = refusal(steroid={"drug": "Rayos", "strengths": ["1", {"mg": "5", "split": "2"}]})
    assert problem.field == "steroid.strengths[2].split"
    assert problem.read == "2, of prednisone in delayed-release tablets"


def test_a_taper_is_given_in_plain_tablets():
    """§4.4.10."""
    problem = refusal(taper={"drug": "Plenadren"})
    assert (problem.field, problem.allowed) == ("taper.drug", "hydrocortisone, in plain tablets")
    assert "in modified-release tablets" in problem.read


def test_a_myeloma_brand_is_not_among_the_tablets_that_are_assumed():
    """§5.2.3: 40 mg dexamethasone is tablets of 6 and 4 mg, never two of 20."""
    for market in sources.market_ids():
        assert F(20) not in sources.market(market).get("dexamethasone", ())
    assert F(20) in sources.strengths_of_form("US", "dexamethasone", "myeloma")


# Doses beside those of the steroid ---------------------------------------------------------------

SET = {"type": "set-dose", "date": "2026-02-01", "days": 14, "dose_mg": "10", "reason": "weakness"}
AT_INFUSION = {"date": "2026-01-05", "dose_mg": "150", "reason": "at infusion 1"}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"events": [{**SET, "drug": "Rayos"}]},
            "events[1].drug",
            "and Rayos is prednisone in delayed-release tablets",
        ),
        ({"events": [{**SET, "drug": "Prednisone Intensol"}]}, "events[1].drug", "as a liquid"),
        (
            {
                "participant": {
                    "taken": [{"date": "2026-01-19", "dose_mg": "9", "drug": "Solu-Medrol"}]
                }
            },
            "taken[1].drug",
            "and Solu-Medrol is methylprednisolone for injection",
        ),
        (
            {
                "participant": {
                    "exposures": [{**AT_INFUSION, "drug": "Solu-Cortef", "route": "oral"}]
                }
            },
            "exposures[1].route",
            "and Solu-Cortef is hydrocortisone for injection",
        ),
        (
            {"participant": {"exposures": [{**AT_INFUSION, "drug": "prednisone", "route": "iv"}]}},
            "exposures[1].route",
            "there is no intravenous prednisone",
        ),
    ],
)
def test_a_dose_is_given_in_a_way_that_its_form_is(changes, field, said):
    """§5.6.7, §5.2.11: it was counted as plain tablets, or as what is swallowed, without a word."""
    problem = refusal(**changes)
    assert problem.field == field
    assert said in problem.read


def test_an_event_in_the_form_of_the_steroid_is_planned():
    """§5.2.11: the plan says of that form what must be known of it."""
    rayos = {"drug": "Rayos", "strengths": ["5", "2", "1"]}
    made = plan(steroid=rayos, events=[{**SET, "drug": "Rayos"}])
    assert "alternate-form" in codes(made)
