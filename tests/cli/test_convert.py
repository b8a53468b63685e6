"""`taper convert` as a pharmacist types it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from taper import sources
from taper.errors import ExitCode
from taper.sources.drugs import drug_facts

BAD_DOSES = (
    "1e1",
    "-5",
    "NaN",
    "-NaN",
    "\u0665",
    "\uff15",
    "12,5",
    "20mg",
    ".5",
    "5.",
    "",
    " ",
    "100000",
)
MORE_BAD_DOSES = ("100,000", "0", "-0", "+5", "5+", "5++5", "5+-5", "1/2", "½", "1_000", "0x10")
BAD_SUMS = ("600+600", "10+0", "0.00001", "inf", "\u22125", "--5", "5\n", "10 + 5")


@pytest.fixture
def convert(run):
    """`taper convert` with these words."""
    return lambda *words: run("convert", *words, today=None)


@pytest.fixture
def as_json(convert):
    """The same as JSON that was answered."""

    def answered(*words: str) -> dict:
        result = convert(*words, "--format", "json")
        assert result.exit_code == ExitCode.WRITTEN, result.stderr
        return json.loads(result.stdout)

    return answered


def refused(result, *named: str, code: ExitCode = ExitCode.REFUSED) -> str:
    """The one sentence of a refusal."""
    assert result.exit_code == code
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for name in named:
        assert name in result.stderr
    return result.stderr


# Answers ---------------------------------------------------------------------------------------


def test_the_json_has_the_keys_of_the_contract(as_json):
    document = as_json("16", "methylprednisolone", "--to", "prednisone")
    label = sources.sourced_table("us-label")
    assert document == {
        "from": [{"drug": "methylprednisolone", "dose_mg": "16", "route": "oral"}],
        "to": {"drug": "prednisone", "dose_mg": "20"},
        "prednisone_equivalent_mg": "20",
        "table": "us-label",
        "source": label.figures["methylprednisolone"].source,
        "exact": True,
        "notes": [label.table.caveat],
    }


def test_dexamethasone_4_mg_is_26_6667_mg_and_not_exactly(as_json):
    """§3.2.2."""
    document = as_json("4", "dexamethasone", "--to", "prednisone")
    assert document["to"]["dose_mg"] == "26.6667"
    assert document["exact"] is False


def test_intravenous_hydrocortisone_150_mg_is_37_5_mg(as_json):
    """§3.4.3."""
    document = as_json("150", "hydrocortisone", "--to", "prednisone", "--route", "IV")
    assert document["from"] == [{"drug": "hydrocortisone", "dose_mg": "150", "route": "iv"}]
    assert document["to"]["dose_mg"] == "37.5"


def test_sums_and_several_drugs_are_one_day(as_json):
    """§3.2.3."""
    document = as_json("10+5+5", "hydrocortisone", "0.5", "dexamethasone", "--to", "prednisone")
    assert [(d["dose_mg"], d["drug"]) for d in document["from"]] == [
        ("20", "hydrocortisone"),
        ("0.5", "dexamethasone"),
    ]
    assert document["to"] == {"drug": "prednisone", "dose_mg": "8.3333"}


def test_the_same_drug_may_be_named_twice(as_json):
    document = as_json("16", "medrol", "4", "Medrol", "--to", "methylprednisolone")
    assert document["to"]["dose_mg"] == "20"
    assert document["prednisone_equivalent_mg"] == "25"


def test_prednisone_is_what_is_converted_to_unless_said_otherwise(as_json):
    assert as_json("16", "Medrol")["to"] == {"drug": "prednisone", "dose_mg": "20"}


def test_another_table_answers_otherwise(as_json):
    """§3.1.2."""
    assert as_json("3", "betamethasone", "--table", "axelrod")["to"]["dose_mg"] == "25"
    assert as_json("3", "betamethasone", "--table", "bnf")["to"]["dose_mg"] == "20"


def test_the_text_says_how_it_was_worked_out_and_by_what(convert):
    """§3.1.4."""
    result = convert("10+5+5", "cortef", "0.5", "decadron")
    assert "= about 8.3333 mg prednisone by table us-label" in " ".join(result.stdout.split())
    assert "20 mg hydrocortisone × 5 / 20 = 5 mg prednisone" in result.stdout
    assert "0.5 mg dexamethasone × 5 / 0.75 = about 3.3333 mg prednisone" in result.stdout
    assert "Source" in result.stdout


def test_an_unverified_answer_is_marked_in_its_first_line(convert):
    """§3.1.7."""
    first, *_ = convert("5", "fluocortolone", "--table", "de-label").stdout.splitlines()
    assert first.endswith("by table de-label, UNVERIFIED")


def test_all_is_the_whole_row_of_the_table_with_codes(as_json):
    document = as_json("20", "prednisone", "--to", "all", "--table", "bnf")
    assert [each["drug"] for each in document["to"]] == [
        drug for drug in drug_facts() if drug in sources.equivalence_table("bnf")
    ]
    row = {each["drug"]: each for each in document["to"]}
    assert row["deflazacort"] == {
        "drug": "deflazacort",
        "dose_mg": "24",
        "exact": True,
        "mg_per_5_mg_prednisone": "6",
        "status": "looked-up",
        "duration": "intermediate",
        "atc": "H02AB13",
        "rxnorm": "22396",
    }
    assert document["exact"] is True
    assert as_json("4", "dexamethasone", "--to", "all")["exact"] is False


def test_the_row_names_the_tables_that_have_the_drugs_it_lacks(convert):
    said = convert("20", "prednisone", "--to", "all").stdout
    assert "deflazacort; it stands in bnf" in said
    assert "fluocortolone; it stands in de-label (unverified)" in said


# Side by side ----------------------------------------------------------------------------------


def test_compare_shows_every_table_and_where_they_disagree(convert):
    said = " ".join(convert("3", "betamethasone", "--compare").stdout.split())
    assert "axelrod 25 mg betamethasone 0.6 high-confidence" in said
    assert "us-label 20 mg betamethasone 0.75 looked-up" in said
    assert "de-label 20 mg betamethasone 0.75 UNVERIFIED" in said
    assert "The tables disagree about betamethasone: 0.6 mg in axelrod; 0.75 mg in" in said
    assert "The dose lies from 20 mg to 25 mg prednisone." in said


def test_compare_says_where_the_tables_agree(convert):
    said = convert("20", "hydrocortisone", "--compare").stdout
    assert "All 4 tables with these drugs give the same dose." in said


def test_compare_names_a_table_without_the_drug(convert):
    said = " ".join(convert("24", "deflazacort", "--compare").stdout.split())
    assert "us-label - no value for deflazacort -" in said
    assert "All 2 tables with these drugs give the same dose." in said
    said = " ".join(convert("5", "fluocortolone", "--compare").stdout.split())
    assert "Only de-label has a value for all that is asked." in said


def test_compare_as_json(as_json):
    document = as_json("3", "betamethasone", "--compare")
    assert {each["table"]: each["to"]["dose_mg"] for each in document["tables"]} == {
        "us-label": "20",
        "axelrod": "25",
        "bnf": "20",
        "de-label": "20",
    }
    assert document["lacking"] == []
    assert [each["drug"] for each in document["disagreements"]] == ["betamethasone"]
    assert as_json("6", "deflazacort", "--compare")["lacking"][0] == {
        "table": "us-label",
        "drugs": ["deflazacort"],
    }


def test_compare_all_is_a_column_a_table(convert, as_json):
    said = convert("3", "betamethasone", "--to", "all", "--compare").stdout
    matrix = said.partition("Agreement")[0].splitlines()[2:]
    cells = {line.split()[0]: line.split()[1:] for line in matrix if line}
    assert cells["Drug"] == ["us-label", "axelrod", "bnf", "de-label"]
    assert cells["prednisone"] == ["20", "25", "20", "20*"]
    assert cells["deflazacort"] == ["-", "-", "24", "24*"]
    assert "rests on a figure that is UNVERIFIED" in said
    document = as_json("3", "betamethasone", "--to", "all", "--compare")
    assert [len(each["to"]) for each in document["tables"]] == [9, 8, 9, 11]


@pytest.mark.parametrize(
    "words",
    [
        ("16", "methylprednisolone"),
        ("10+5+5", "hydrocortisone", "0.5", "dexamethasone", "--route", "iv"),
        ("0.0001", "dexamethasone", "--to", "all"),
        ("999.9999", "dexamethasone", "--to", "all"),
        ("5", "prednylidene", "--to", "all", "--table", "de-label"),
        ("0.0001", "dexamethasone", "1000", "betamethasone", "--compare"),
        ("999.9999", "methylprednisolone", "--compare", "--to", "all"),
        ("1", "methylprednisolone") * 12,
    ],
)
def test_no_line_is_wider_than_80_columns(convert, words):
    result = convert(*words)
    assert result.exit_code == ExitCode.WRITTEN
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


# Refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", BAD_DOSES + MORE_BAD_DOSES + BAD_SUMS)
def test_what_is_no_dose_is_answered_as_a_dose(convert, typed):
    said = refused(convert(typed, "prednisone", "--to", "prednisolone"), "dose is ")
    assert "a plain decimal above 0 and up to 1000" in said


@pytest.mark.parametrize("typed", ["1e1", "-5", "\u0665", ""])
def test_so_is_a_later_one(convert, typed):
    refused(convert("5", "prednisone", typed, "cortisone"), "dose is ")


@pytest.mark.parametrize(
    ("drug", "because"),
    [
        ("fludrocortisone", "mineralocorticoid"),
        ("budesonide", "liver"),
        ("Entocort", "liver"),
        ("Depo-Medrol", "depot"),
    ],
)
def test_a_drug_without_equivalent_is_refused_with_the_reason(convert, drug, because):
    """§3.4.5."""
    refused(convert("5", drug), because)
    refused(convert("5", "prednisone", "--to", drug), because, "--to is")


@pytest.mark.parametrize("route", ["inhaled", "topical", "depot intramuscular", "intra-articular"])
def test_a_route_without_equivalent_is_refused_with_the_reason(convert, route):
    """§3.4.4."""
    refused(convert("5", "prednisone", "--route", route), "refused because", "oral or iv")


def test_a_slip_is_answered_with_what_may_be_meant(convert):
    """§3.4.2."""
    refused(convert("5", "prednison"), "did you mean", "prednisone")


def test_a_table_without_the_drug_names_one_that_has_it(convert):
    """§3.1.6."""
    refused(convert("20", "deflazacort"), "table us-label has no value for", "--table bnf")
    refused(convert("5", "prednisone", "--to", "deflazacort"), "--table bnf")
    refused(convert("5", "fluocortolone"), "--table de-label (unverified)")
    refused(convert("5", "deflazacort", "--to", "fluocortolone"), "--table de-label (unverified)")
    refused(convert("5", "dexamethasone", "--to", "fluocortolone"), "stand together in one table")
    refused(
        convert("5", "dexamethasone", "--to", "fluocortolone", "--compare"), "no table has all of"
    )


def test_everything_that_is_wrong_is_told_at_once(convert):
    result = convert("1e1", "xyz", "-5", "florinef", "--route", "inhaled")
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.stderr.splitlines()) == 5


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "DOSE DRUG"),
        (("5",), "DOSE DRUG"),
        (("5", "decortin", "h"), "'h'"),
        (("5", "prednisone", "--table", "axlerod"), "did you mean axelrod?"),
        (("5", "prednisone", "--table", "hpa"), "never for a conversion"),
        (("5", "prednisone", "--tabel", "bnf"), "did you mean --table?"),
        (("5", "prednisone", "-t", "bnf"), "No such option"),
        (("5", "prednisone", "--format", "pdf"), "table or json"),
        (("5", "prednisone", "--compare", "--table", "bnf"), "leave --table out"),
    ],
)
def test_a_wrong_command_line(convert, words, named):
    refused(convert(*words), named, code=ExitCode.USAGE)


def test_what_was_typed_cannot_steer_the_terminal(convert):
    assert "\x1b" not in refused(convert("5\x1b[31m", "prednisone"), "dose is ")
    assert "\x1b" not in refused(convert("5", "prednisone\x1b[2J"), "drug is ")


def test_the_default_table_stands_first(as_json):
    """§3.1.2."""
    tables = [each["table"] for each in as_json("5", "cortisone", "--compare")["tables"]]
    assert tables[0] == "us-label"
    assert all(a < b for a, b in pairwise(tables[1:]))
