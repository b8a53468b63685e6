"""Forms, routes and hints as a pharmacist types them: `taper convert` and `taper tablets`."""

from __future__ import annotations

import json

import pytest

from taper.errors import ExitCode


@pytest.fixture
def as_json(run):
    """What a command answers as JSON."""

    def answered(*words: str) -> dict:
        result = run(*words, "--format", "json", today=None)
        assert result.exit_code == ExitCode.WRITTEN, result.stderr
        return json.loads(result.stdout)

    return answered


@pytest.fixture
def said(run):
    """What a command answers, on one line."""

    def answered(*words: str) -> str:
        result = run(*words, today=None)
        assert result.exit_code == ExitCode.WRITTEN, result.stderr
        assert max(map(len, result.stdout.splitlines())) <= 80
        return " ".join(result.stdout.split())

    return answered


@pytest.fixture
def refused(run):
    """The one sentence of a refusal."""

    def answered(*words: str, code: ExitCode = ExitCode.REFUSED) -> str:
        result = run(*words, today=None)
        assert (result.exit_code, result.stdout) == (code, "")
        assert len(result.stderr.splitlines()) == 1
        return str(result.stderr)

    return answered


# A route belongs to one dose -------------------------------------------------------------------


def test_an_intravenous_and_an_oral_dose_stand_in_one_question(as_json):
    """§3.4.7."""
    document = as_json("convert", "100:iv", "hydrocortisone", "20", "prednisone")
    assert document["from"] == [
        {"drug": "hydrocortisone", "dose_mg": "100", "route": "iv"},
        {"drug": "prednisone", "dose_mg": "20", "route": "oral"},
    ]
    assert document["to"] == {"drug": "prednisone", "dose_mg": "45"}


def test_a_route_of_its_own_comes_before_that_of_all(as_json):
    """§3.4.7."""
    document = as_json(
        "convert", "10+5:oral", "prednisolone", "100", "hydrocortisone", "--route", "iv"
    )
    assert [each["route"] for each in document["from"]] == ["oral", "iv"]
    assert document["from"][0]["dose_mg"] == "15"


def test_the_title_says_which_dose_is_given_into_a_vein(said):
    title = said("convert", "100:IV", "hydrocortisone", "20", "prednisone")
    assert title.startswith("100 mg intravenous hydrocortisone and 20 mg prednisone = 45 mg")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("40", "prednisone", "--route", "iv"), "--route is iv, and there is no intravenous pred"),
        (("40:iv", "triamcinolone"), "route is iv, and there is no intravenous triamcinolone"),
        (
            ("20", "prednisone", "8:iv", "cortisone"),
            "route is iv, and there is no intravenous cort",
        ),
        (("100:im", "hydrocortisone"), "an emergency dose or stands in for a vein"),
        (("40:im", "triamcinolone"), "a depot releases its dose over weeks"),
        (("40:inhaled", "prednisone"), "an inhaled dose acts mainly in the lung"),
        (("1000:oral", "Solu-Medrol"), "and Solu-Medrol is methylprednisolone for injection"),
        (("5:iv", "Rayos"), "and Rayos is prednisone in delayed-release tablets"),
        (("5:rectal", "prednisone"), "route is 'rectal'; allowed: oral or iv"),
        ((":iv", "hydrocortisone"), "dose is ':iv'"),
    ],
)
def test_a_drug_without_that_form_and_a_route_without_a_table_are_refused(refused, words, sentence):
    """§3.4.4, §3.4.9, §3.4.10."""
    assert sentence in refused("convert", *words)


# The form stays in the answer ------------------------------------------------------------------


def test_a_pulse_of_solu_medrol_is_intravenous_and_keeps_its_name(as_json, said):
    """§3.4.7, §3.4.8."""
    document = as_json("convert", "1000", "Solu-Medrol")
    assert document["from"] == [
        {
            "drug": "methylprednisolone",
            "dose_mg": "1000",
            "route": "iv",
            "product": "Solu-Medrol",
            "form": "injection",
        }
    ]
    assert any(note.startswith("Solu-Medrol is methylpred") for note in document["notes"])
    title = said("convert", "1000", "solu-medrol")
    assert title.startswith("1000 mg intravenous methylprednisolone (Solu-Medrol) = 1250 mg")


@pytest.mark.parametrize(
    "more", [(), ("--to", "all"), ("--compare",), ("--compare", "--to", "all")]
)
def test_whatever_is_asked_for_says_what_the_label_says(said, more):
    """§3.4.8."""
    answer = said("convert", "10", "Rayos", *more)
    assert "10 mg prednisone (Rayos)" in answer
    assert answer.count("Rayos is prednisone in delayed-release tablets") == 1


def test_what_is_converted_to_may_be_a_form_too(as_json, said):
    """§3.4.8."""
    document = as_json("convert", "20", "prednisone", "--to", "Orapred")
    assert document["to"] == {
        "drug": "prednisolone",
        "dose_mg": "20",
        "product": "Orapred",
        "form": "solution",
    }
    assert "= 20 mg prednisolone (Orapred)" in said(
        "convert", "20", "prednisone", "--to", "orapred"
    )


def test_micrograms_are_asked_about(said):
    """§3.4.13."""
    answer = said("convert", "750", "dexamethasone")
    assert "make sure that 750 micrograms, 0.75 mg, were not meant" in answer
    assert "micrograms" not in said("convert", "0.75", "dexamethasone")
    assert "micrograms" in said("convert", "750", "dexamethasone", "--to", "all")


# Tablets of a form -----------------------------------------------------------------------------


def test_tablets_of_a_form_are_those_of_the_form(as_json, said):
    """§3.4.8."""
    document = as_json("tablets", "7", "Rayos")
    assert document["tablets"] == [
        {"strength_mg": "5", "count": "1"},
        {"strength_mg": "2", "count": "1"},
    ]
    assert (document["product"], document["form"]) == ("Rayos", "delayed-release")
    assert document["notes"] == [
        "Rayos is prednisone in delayed-release tablets: they let the drug out about 4 hours after "
        "they are taken, and are swallowed whole with food, never broken, divided or chewed."
    ]
    assert "7 mg prednisone (Rayos): 1 of 5 mg, 1 of 2 mg" in said("tablets", "7", "RAYOS")


def test_tablets_of_a_form_in_another_market(said):
    """§3.4.8."""
    answer = said("tablets", "7.5", "gastro-resistant prednisolone", "--market", "UK")
    assert "1 of 5 mg, 1 of 2.5 mg" in answer
    assert "(UK market, gastro-resistant, whole)" in answer


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("1000", "Solu-Medrol"), "drug is Solu-Medrol, which is methylprednisolone for injection"),
        (("15", "Pediapred"), "as Pediapred is prednisolone as a liquid: it is measured in mL"),
        (("15", "Pediapred", "--strengths", "5"), "a solution with the smallest volume"),
        (("15", "Rayos", "--strengths", "3/mL:0.5"), "is never broken"),
        (("20", "Plenadren"), "no checked hydrocortisone in modified-release tablets"),
        (("7.5", "Rayos", "--strengths", "5:2"), "is never broken"),
        (("31", "Solu-Medrol", "--strengths", "16"), "for injection"),
    ],
)
def test_what_is_no_tablet_is_made_of_none(refused, words, sentence):
    """§3.4.8."""
    assert sentence in refused("tablets", *words)


def test_dexamethasone_40_mg_is_not_two_tablets_for_myeloma(as_json):
    """§3.4.8."""
    made = {each["strength_mg"] for each in as_json("tablets", "40", "dexamethasone")["tablets"]}
    assert made == {"6", "4"}
    hemady = as_json("tablets", "40", "Hemady")
    assert hemady["tablets"] == [{"strength_mg": "20", "count": "2"}]


# A volume --------------------------------------------------------------------------------------


def test_how_ml_became_mg_is_shown_with_the_strength_and_who_sells_it(run):
    """§7.3.7: in each view, and apart in JSON."""
    of_a_label, of_one = (
        ("5 mL of 15 mg/5 mL", "prednisolone"),
        ("2.5 mL of 3 mg/mL", "prednisolone"),
    )
    worked = "5 mL × 3 mg per mL = 15 mg prednisolone (15 mg in 5 mL, which are 3 mg per mL)"
    for more in ((), ("--to", "all"), ("--compare",), ("--compare", "--to", "all")):
        said = " ".join(run("convert", *of_a_label, *more, today=None).stdout.split())
        assert worked in said.replace("\N{NO-BREAK SPACE}", " ")
        assert "A solution of prednisolone 3 mg per mL is on the product sheet of" in said
    answer = json.loads(run("convert", *of_one, "--format", "json", today=None).stdout)
    (taken,) = answer["from"]
    assert (taken["ml"], taken["mg_per_ml"], taken["dose_mg"]) == ("2.5", "3", "7.5")
    slip = run("convert", "1 mL of 15 mg/mL", "prednisolone", today=None).stdout
    said = " ".join(slip.split())
    assert "No product sheet has a solution of prednisolone 15 mg per mL: make sure" in said
    ampoule = run("convert", "1 mL of 4 mg/mL:iv", "dexamethasone", today=None).stdout
    assert "product sheet" not in ampoule  # which has what is swallowed


# Hints -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (
            "15mg/5mL",
            "of a liquid, the mg that are taken and not those in so many mL, or "
            "'5 mL of 15 mg/5 mL'",
        ),
        ("1mg/kg", "of mg per kg, the mg of that one body weight"),
        ("20-30", "of a range, the one dose that is taken"),
        ("3x1000", "of several doses a day, their sum in mg"),
        ("20mg", "the number alone, which is mg"),
        ("750mcg", "of micrograms, the mg: 750 are 0.75"),
        ("1g", "of grams, the mg: 1 is 1000"),
    ],
)
@pytest.mark.parametrize("command", ["convert", "tablets"])
def test_what_is_no_dose_is_answered_with_what_to_type(refused, command, typed, hint):
    """§3.4.14."""
    answer = refused(command, typed, "prednisolone")
    assert f"dose is '{typed}'" in answer
    assert f"({hint})" in answer


@pytest.mark.parametrize("command", ["convert", "tablets"])
def test_a_dose_of_several_words_is_answered_so_too(refused, command):
    """§3.4.14."""
    assert "(of mg per kg" in refused(command, "1", "mg/kg", "prednisone", code=ExitCode.USAGE)
    assert "(the number alone" in refused(command, "20", "mg", "prednisone", code=ExitCode.USAGE)


@pytest.mark.parametrize("table", ["BNF", "Bnf", "bnf", "US-LABEL"])
def test_the_case_of_a_table_does_not_matter(as_json, table):
    """§3.4.14."""
    assert as_json("convert", "20", "prednisone", "--table", table)["table"] == table.lower()


@pytest.mark.parametrize(("typed", "meant"), [("GB", "UK"), ("gb", "UK"), ("USA", "US")])
@pytest.mark.parametrize("command", [("tablets", "5", "prednisone"), ("products",)])
def test_a_market_by_another_name_of_its_country(refused, command, typed, meant):
    """§3.4.14."""
    answer = refused(*command, "--market", typed, code=ExitCode.USAGE)
    assert f"did you mean {meant}?" in answer


# Participants ----------------------------------------------------------------------------------


def test_a_plan_says_what_the_participant_is_on(run, write):
    """§8.5.8."""
    write(
        "IIM-001.yaml",
        "participant: IIM-001\nprotocol: iimpact\n"
        "steroid: {drug: Solu-Medrol, dose_mg: 16, strengths: [16, 4, 2]}\n"
        "infusions: [{number: 1, date: 2026-01-31}, {number: 2, date: 2026-04-30}]\n",
    )
    result = run("plan", "patients/IIM-001.yaml")
    assert result.exit_code == ExitCode.WRITTEN
    answer = " ".join(result.stdout.split())
    assert "WARNING alternate-form: Solu-Medrol is methylprednisolone for injection" in answer
