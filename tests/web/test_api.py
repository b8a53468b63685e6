"""JSON for programs: the answers of the command line and the library, and their description."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner
from web.asking import Page, sample

import taper
from taper.cli import app

PARTICIPANT = sample("IIM-001")
ASKED = {"protocol": "iimpact", "participant": PARTICIPANT, "today": "2026-05-20"}


@pytest.fixture(scope="module")
def described(page: Page):
    return page.get("/openapi.json").json


def command(*words: str):
    return json.loads(CliRunner().invoke(app, [*words, "--format", "json"]).stdout)


def fits(answer: object, described: dict, name: str) -> None:
    import jsonschema  # takes seconds, wherever nobody asks

    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer)


def test_a_plan_is_that_of_the_library(page: Page, described):
    answer = page.ask("/api/plan", ASKED)
    assert answer.json == taper.plan("iimpact", PARTICIPANT, today="2026-05-20").to_dict()
    assert answer.response.mimetype == "application/json"
    fits(answer.json, described, "Plan")


def test_a_participant_may_be_an_object_whose_numbers_are_read_as_written(page: Page):
    data = {
        "participant": "IIM-001",
        "steroid": {"drug": "prednisone", "dose_mg": 12.5, "strengths": [5, 2.5]},
        "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
    }
    answer = page.ask("/api/plan", {**ASKED, "participant": data}).json
    assert answer["baseline"]["dose_mg"] == "12.5"


def test_a_conversion_is_that_of_the_command_line(page: Page, described):
    doses = [{"dose_mg": "20", "drug": "prednisone"}]
    answer = page.ask("/api/convert", {"doses": doses, "to": "hydrocortisone"}).json
    assert answer == command("convert", "20", "prednisone", "--to", "hydrocortisone")
    fits(answer, described, "Converted")


def test_several_doses_of_a_day_are_added_up_each_by_its_route(page: Page):
    doses = [
        {"dose_mg": 100, "drug": "hydrocortisone", "route": "iv"},
        {"dose_mg": "20", "drug": "prednisone"},
    ]
    answer = page.ask("/api/convert", {"doses": doses}).json
    assert answer == command("convert", "100:iv", "hydrocortisone", "20", "prednisone")


def test_tablets_are_those_of_the_command_line(page: Page, described):
    asked = {"dose_mg": "7.5", "drug": "prednisone", "strengths": [{"mg": "5", "split": 2}]}
    answer = page.ask("/api/tablets", asked).json
    assert answer == command("tablets", "7.5", "prednisone", "--strengths", "5:2")
    fits(answer, described, "InTablets")


def test_files_are_checked_each_in_its_place(page: Page, described):
    files = [PARTICIPANT, {"participant": "A", "steroid": {"drug": "prednison"}}]
    answer = page.ask("/api/check", {"files": files, "today": "2026-05-20"}).json
    good, bad = answer["files"]
    assert (good["subject"], good["participant"], good["problems"]) == (
        "participant",
        "IIM-001",
        [],
    )
    assert good["plan"]["state"] == "tapering"
    assert "did you mean" in str(bad["problems"])
    fits(answer, described, "Checked")


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/api/plan", b"{", "no JSON"),
        ("/api/plan", b"[]", "no object"),
        ("/api/plan", b'{"today": NaN}', "NaN, which is no number"),
        ("/api/plan", b'{"today": "2026-01-01", "today": "2026-01-02"}', "a key given twice"),
        ("/api/plan", b'{"today": "2026-01-01", "regimen": "\\ud800"}', "no JSON"),
        ("/api/check", b'{"files": ["\\udfff"]}', "no JSON"),
        ("/api/plan", b"[" * 100_000, "no JSON"),
        ("/api/plan", b"\xff\xfe", "no JSON"),
        ("/api/plan", b"{}", "participant is missing"),
        ("/api/plan", b'{"arm": 1}', "arm is present"),
        ("/api/plan", b'{"participant": {}, "today": 5}', "today is 5"),
        ("/api/convert", b'{"doses": []}', "doses"),
        ("/api/convert", b'{"doses": [{"dose_mg": -5, "drug": "prednisone"}]}', "-5"),
        ("/api/tablets", b'{"dose_mg": 1e99999999, "drug": "prednisone"}', "1E+99999999"),
        ("/api/tablets", b'{"dose_mg": "7.3", "drug": "prednisone"}', "the nearest"),
        ("/api/plan", b"", "the body is missing"),
        ("/api/plan", '{"today": "2026-01-01"}'.encode("utf-16"), "no JSON"),
        ("/api/plan", b"\xef\xbb\xbf{}", "no JSON"),
        ("/api/plan", b'{"participant":' * 900 + b"1" + b"}" * 900, "nested more than 20 deep"),
        ("/api/tablets", b'{"dose_mg": ' + b"9" * 5000 + b"}", "a number of 5000 digits"),
        ("/api/plan", b'{"participant": 1, "today": "2026-01-01"}', "participant is 1; allowed: a"),
        ("/api/check", b'{"files": [[]]}', "files[1] is an empty list; allowed: a file's YAML"),
        ("/api/check", b'{"files": [null]}', "files[1] is None; allowed: a file's YAML text"),
        ("/api/check", b'{"files": []}', "files is an empty list"),
    ],
)
def test_what_is_refused_says_so_as_a_problem_with_its_parts(
    page: Page, described, path: str, body: bytes, said: str
):
    answer = page.post(path, body)
    assert answer.status == 422
    assert answer.response.mimetype == "application/problem+json"
    assert said in answer.json["detail"]
    assert answer.json["problems"]
    fits(answer.json, described, "Refused")


def test_the_description_is_openapi_and_names_every_path(described):
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {"/api/plan", "/api/convert", "/api/tablets", "/api/check"}
    references = [part.partition('"')[0] for part in json.dumps(described).split('"$ref": "')[1:]]
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in described["components"]["schemas"]


def test_what_is_asked_fits_its_description(described):
    fits(ASKED, described, "PlanAsked")
    fits({"doses": [{"dose_mg": 1, "drug": "x"}]}, described, "ConvertAsked")
    fits({"dose_mg": "1", "drug": "x", "strengths": [5]}, described, "TabletsAsked")
    fits({"files": ["a: 1\n"]}, described, "CheckAsked")


@pytest.mark.parametrize("named", ["", ".", "/", "..", "sample_patients", "IIM-001.yaml", "\0"])
def test_no_name_is_the_path_of_a_file_or_folder_of_the_server(page: Page, named: str):
    """Of an empty one the names of all files below the server's own folder were told."""
    (looked,) = page.ask("/api/check", {"files": [named]}).json["files"]
    assert looked["path"] is None
    assert looked["problems"]
    assert "IIM-" not in str(looked).replace("IIM-001.yaml", "")
    plan = page.ask("/api/plan", {"participant": named, "today": "2026-05-20"})
    assert plan.status == 422
    other = page.ask("/api/plan", {**ASKED, "protocol": named})
    allowed = (
        "one that the server has, such as iimpact" if named else "the id of a shipped protocol"
    )
    assert f"allowed: {allowed}" in other.json["detail"]


def test_one_line_is_a_file_too(page: Page):
    (looked,) = page.ask("/api/check", {"files": ["participant: A"]}).json["files"]
    assert looked["participant"] == "A"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_what_says_that_it_is_no_json_is_not_read_as_json(page: Page, described, kind: str):
    answer = page.post("/api/plan", json.dumps(ASKED), **{"Content-Type": kind})
    assert answer.status == 415
    assert f"The content type is '{kind}'; allowed: application/json" in answer.json["detail"]
    fits(answer.json, described, "Refused")


def test_json_of_a_kind_is_json(page: Page):
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    assert page.post("/api/plan", json.dumps(ASKED), **kind).status == 200


ODD = (True, -1, 1.5, 10**40, "", [], {}, "x", "NaN", [[]], {"a": {}}, "\0", " ", "\uff12", "a\nb")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/plan", ASKED),
        ("/api/convert", {"doses": [], "to": "hydrocortisone", "table": "us-label"}),
        ("/api/tablets", {"dose_mg": "7.5", "drug": "prednisone", "market": "US"}),
        ("/api/check", {"files": [PARTICIPANT], "today": "2026-05-20"}),
    ],
)
def test_whatever_stands_in_the_place_of_a_value_is_answered_as_described(
    page: Page, described, path: str, body: dict
):
    for key in body:
        for odd in ODD:
            answer = page.ask(path, {**body, key: odd})
            assert answer.status == 422, (key, odd)
            fits(answer.json, described, "Refused")
            assert {str(answer.status)} <= set(described["paths"][path]["post"]["responses"])
