"""The forms for other systems, asked for on the command line and kept by a batch."""

from __future__ import annotations

from taper.errors import ExitCode

MAY = "2026-05-20"


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
