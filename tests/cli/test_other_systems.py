"""The forms for other systems, asked for on the command line and kept by a batch."""

from __future__ import annotations

from taper.errors import ExitCode

APRIL, MAY = "2026-04-20", "2026-05-20"


def test_sentences_for_a_prescription_are_shown_on_the_screen_and_written_by_a_batch(
    run, write, tmp_path
):
    path = write()
    shown = run("plan", path, "--format", "sig", today=MAY)
    assert shown.exit_code == ExitCode.WRITTEN, shown.stderr
    run("batch", "patients", "--out", "out", "--format", "sig", today=MAY)
    written = (tmp_path / "out" / "IIM-001.sig.txt").read_text()
    assert written.replace(", revision 1,", ",") == shown.stdout
    assert "sentences for a prescription (text)" in (tmp_path / "out" / "index.html").read_text()


def test_a_workbook_is_written_and_not_shown(run, write, tmp_path):
    result = run("plan", write(), "--format", "xlsx", "--out", "one", today=MAY)
    assert (result.exit_code, result.stdout) == (ExitCode.WRITTEN, "")
    assert (tmp_path / "one" / "IIM-001.xlsx").read_bytes().startswith(b"PK")


def test_medication_requests_are_written_by_a_plan_in_either_style_and_by_a_batch(
    run, write, tmp_path
):
    path = write()
    whole = run("plan", path, "--format", "fhir", today=MAY).stdout
    by_step = run("plan", path, "--format", "fhir", "--fhir-style", "per-step", today=MAY).stdout
    assert whole.count('"sequence"') > by_step.count('"sequence"') == 0
    assert by_step.count('"MedicationRequest"') > whole.count('"MedicationRequest"')
    run("batch", "patients", "--out", "out", "--format", "fhir", today=MAY)
    written = (tmp_path / "out" / "IIM-001.fhir.json").read_text()
    assert written.replace(", revision 1,", ",") == whole
    assert "medication requests (FHIR)" in (tmp_path / "out" / "index.html").read_text()


def test_a_batch_cancels_the_requests_of_the_revision_before(run, write, tmp_path):
    path = write()
    words = ("batch", "patients", "--out", "out", "--format", "fhir")
    run(*words, today=APRIL)
    path.write_text(path.read_text().replace("[20, 5, 2.5, 1]", "[5, 1]"))
    run(*words, today=APRIL)
    written = (tmp_path / "out" / "IIM-001.fhir.json").read_text()
    assert "revision 2" in written
    assert written.count('"status": "cancelled"') == 2  # of 20 and 2.5 mg


def test_a_folder_keeps_to_the_style_of_its_first_requests_and_cancels_by_it(run, write, tmp_path):
    """§12.1.7."""
    path = write()
    words = ("batch", "patients", "--out", "out", "--format")
    by_step = run(*words, "fhir", "--fhir-style", "per-step", today=APRIL)
    assert by_step.exit_code == ExitCode.WRITTEN, by_step.stderr
    requests = tmp_path / "out" / "IIM-001.fhir.json"
    first = requests.read_text()
    assert '"sequence"' not in first
    ledger = (tmp_path / "out" / "ledger.jsonl").read_bytes()
    for asked in ((), ("--check",)):
        other = run(*words, "fhir", "--fhir-style", "sequence", *asked, today=APRIL)
        assert other.exit_code == ExitCode.USAGE
        assert other.stderr == (
            "--fhir-style is sequence, and the medication requests in out are per-step; allowed: "
            "per-step, or another folder, as no request of one style cancels those of the other.\n"
        )
    assert (tmp_path / "out" / "ledger.jsonl").read_bytes() == ledger
    requests.unlink()
    run(*words, "json", today=APRIL)
    assert requests.read_text() == first  # lost, and made again as it was
    path.write_text(path.read_text().replace("[20, 5, 2.5, 1]", "[5, 1]"))
    run(*words, "fhir", today=APRIL)
    revised = requests.read_text()
    assert "revision 2" in revised
    assert '"sequence"' not in revised
    assert revised.count('"status": "cancelled"') >= 2  # those of 20 and 2.5 mg


def test_a_style_without_its_format_and_one_that_there_is_not_are_wrong_usage(run, write):
    path = write()
    for typed, said in (
        (("--format", "json", "--fhir-style", "per-step"), "--fhir-style is given without"),
        (("--format", "fhir", "--fhir-style", "steps"), "--fhir-style is 'steps'; allowed: "),
    ):
        for words in (("plan", path), ("batch", "patients", "--out", "out")):
            result = run(*words, *typed, today=MAY)
            assert result.exit_code == ExitCode.USAGE
            assert result.stderr.startswith(said)


def test_who_imports_into_redcap_is_told_what_to_do_first(run, write, tmp_path):
    first = "Switch on repetition for taper_step in REDCap's Project Setup before the first import."
    write()
    asked = ("--format", "redcap", "--out", "out")
    assert first in run("batch", "patients", *asked, today=MAY).stderr
    assert first in run("template", "redcap-plan", "--out", "plan.csv", today=None).stderr
    assert (tmp_path / "plan.csv").read_text().count("taper_step,") > 5
