"""`taper read-fhir`: the days of somebody else's requests, and whether they agree."""

from __future__ import annotations

import json

import pytest
from exports.requests import dosage, period, request, tablets_of_england, tablets_of_hl7

from taper.errors import ExitCode

GOOD = request(
    "prednisone",
    [dosage(20, text="20 mg a day, 7 days", **period("2026-05-01", "2026-05-07"))],
)


@pytest.fixture
def written(tmp_path):
    def write(document) -> str:
        (tmp_path / "request.json").write_text(json.dumps(document))
        return "request.json"

    return write


def test_what_agrees_is_listed_and_ends_with_0(run, written):
    result = run("read-fhir", written(GOOD), today=None)
    assert (result.exit_code, result.stderr) == (ExitCode.WRITTEN, "")
    assert result.stdout == (
        "From        To          Days  Drug        A day\n"
        "----------  ----------  ----  ----------  -----\n"
        "2026-05-01  2026-05-07     7  prednisone  20 mg\n"
        "\n"
        "Nothing in it contradicts.\n"
    )


def test_what_contradicts_is_told_most_urgent_first_and_ends_with_1(run, written):
    result = run("read-fhir", written(tablets_of_hl7()), today=None)
    assert result.exit_code == ExitCode.REFUSED
    assert "2015-01-23  2015-01-30     8  prednisone  10 mg\n" in result.stdout
    told = [line.split()[0] for line in result.stdout.splitlines() if line[:1].isupper()]
    assert told == ["From", *["WARNING"] * 4, *["CAUTION"] * 2]
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_json_has_days_and_findings_for_a_program(run, written):
    words = ("read-fhir", written(tablets_of_england()), "--format", "json")
    answer = json.loads(run(*words, today=None).stdout)
    assert answer["days"][0] == {
        "date": None,
        "day": 1,
        "drug": "prednisolone",
        "dose_mg": "40",
    }
    assert len(answer["days"]) == 14
    assert {"quantity-over", "no-dates"} <= {each["code"] for each in answer["findings"]}
    assert {each["severity"] for each in answer["findings"]} == {"warning", "caution", "info"}
    dated = json.loads(run(*words, "--start", "2026-05-01", today=None).stdout)
    assert [day["date"] for day in dated["days"]][:2] == ["2026-05-01", "2026-05-02"]


def test_a_file_that_is_none_is_refused_in_one_sentence(run, written, tmp_path):
    (tmp_path / "request.json").write_text("<MedicationRequest/>")
    for words, said in (
        (("request.json",), "request.json: the file is in XML; allowed: FHIR R4 as JSON"),
        (("none.json",), "none.json: the file is missing; allowed: a file that can be read.\n"),
    ):
        result = run("read-fhir", *words, today=None)
        assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
        assert result.stderr.startswith(said)
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--format", "pdf"), "--format is 'pdf'; allowed: table or json.\n"),
        (("--start", "soon"), "--start is 'soon'; allowed: "),
    ],
)
def test_a_wrong_option_is_wrong_usage(run, written, typed, said):
    result = run("read-fhir", written(GOOD), *typed, today=None)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(said)


def test_what_taper_wrote_is_read_again_without_a_contradiction(run, write):
    write()
    run("plan", "patients/IIM-001.yaml", "--format", "fhir", "--out", "out")
    result = run("read-fhir", "out/IIM-001.fhir.json", today=None)
    assert result.exit_code == ExitCode.WRITTEN
    assert "WARNING" not in result.stdout


def test_a_first_day_that_is_used_nowhere_is_told(run, written):
    """§12.4.7."""
    told = run("read-fhir", written(GOOD), "--start", "2026-06-01", today=None)
    nowhere = "--start: no dosage without a date is listed; it is used nowhere.\n"
    assert told.stderr == nowhere
    needed = request("prednisone", [{**dosage(20), "asNeededBoolean": True}])
    told = run("read-fhir", written(needed), "--start", "2026-06-01", today=None)
    assert told.stderr == nowhere
