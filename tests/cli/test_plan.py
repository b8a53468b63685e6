"""`taper plan`: one participant."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time

from taper import __version__
from taper.errors import ExitCode
from taper.wording.quoting import shown

WITHOUT_STEROID = "participant: IIM-009\nprotocol: iimpact\nsteroid: none\n"


def test_without_a_format_the_steps_and_then_the_findings_are_shown(run, write):
    result = run("plan", write())
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    step = " 1  taper        2026-05-14  2026-05-20     7  20 mg    1 of 20 mg"
    finding = next(line for line in lines if line.startswith("WARNING  protocol-not-approved"))
    assert lines.index(step) < lines.index(finding)


def test_one_text_format_goes_to_standard_output_and_nothing_else_does(run, write, tmp_path):
    result = run("plan", write(), "--format", "json")
    assert json.loads(result.stdout)["participant"] == "IIM-001"
    assert result.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == ["patients"]


def test_with_out_everything_is_written_as_participant_and_format(run, write, tmp_path):
    result = run("plan", write(), "--format", "json", "--format", "table", "--out", "new/folder")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout == ""
    written = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert written == ["IIM-001.json", "IIM-001.table"]
    assert "Wrote new/folder/IIM-001.json\n" in result.stderr


def test_who_writes_files_sees_the_findings_all_the_same(run, write):
    result = run("plan", write(), "--format", "json", "--out", "out")
    assert "WARNING  protocol-not-approved" in result.stderr


def test_two_text_formats_without_out_are_wrong_usage(run, write):
    result = run("plan", write(), "--format", "json", "--format", "table")
    assert result.exit_code == ExitCode.USAGE
    assert result.stdout == ""
    assert result.stderr == (
        "--format is json and table; allowed: one text format of one document, or a folder to "
        "write them to with --out.\n"
    )


def test_one_format_named_twice_is_one_format(run, write):
    result = run("plan", write(), "--format", "json", "--format", "json")
    assert json.loads(result.stdout)["participant"] == "IIM-001"


def test_a_file_name_is_the_participants_whatever_the_input_is_called(run, write, tmp_path):
    run("plan", write("notes of monday.yaml", id="A.1_b"), "--format", "json", "--out", "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["A.1_b.json"]


def test_what_is_written_again_is_the_same_to_the_byte(run, write, tmp_path):
    """§2.2.2."""
    written = []
    for _ in range(2):
        run("plan", write(), "--format", "json", "--out", "out")
        written.append((tmp_path / "out" / "IIM-001.json").read_bytes())
    assert written[0] == written[1]


# The protocol -----------------------------------------------------------------------------------


def test_protocol_takes_the_place_of_the_one_in_the_file(run, write):
    result = run("plan", write(), "--protocol", "iimpact-2025-design", "--format", "json")
    assert json.loads(result.stdout)["protocol"]["id"] == "iimpact-2025-design"
    assert json.loads(result.stdout)["anchor"] == {"infusion": 1, "date": "2026-01-31"}


def site_protocol() -> str:
    return """\
id: site
title: Site protocol
version: "2"
status: draft
sources: [the site]
infusions: [{number: 1, months: 0}]
taper:
  after_infusion: 1
  target_mg: 5
  regimen: {kind: bands, bands: [{above_mg: 0, decrease_mg: 5, every_days: 7}]}
"""


def test_a_protocol_in_the_file_is_a_path_from_the_file(run, write):
    write("site.yaml", site_protocol(), folder="protocols")
    text = write().read_text().replace("protocol: iimpact", "protocol: ../protocols/site.yaml")
    result = run("plan", write(text=text.replace("  - {number: 2, date: 2026-04-30}\n", "")))
    assert "IIM-001, protocol site version 2\n" in result.stdout


def test_a_protocol_on_the_command_line_is_a_path_from_the_current_folder(run, write, tmp_path):
    write("site.yaml", site_protocol(), folder="here")
    text = write().read_text().replace("  - {number: 2, date: 2026-04-30}\n", "")
    result = run("plan", write(text=text), "--protocol", "here/site.yaml", "--format", "json")
    assert json.loads(result.stdout)["protocol"]["id"] == "site"


def test_an_unknown_protocol_on_the_command_line_is_refused(run, write):
    result = run("plan", write(), "--protocol", "iimpcat")
    assert result.exit_code == ExitCode.REFUSED
    assert "iimpact" in result.stderr
    assert len(result.stderr.splitlines()) == 1


# A participant without steroid ------------------------------------------------------------------


def test_who_takes_no_steroid_has_a_table_that_says_so(run, write):
    result = run("plan", write(text=WITHOUT_STEROID))
    assert result.exit_code == ExitCode.WRITTEN
    assert "takes no steroid: no taper, no calendar" in result.stdout


def test_who_takes_no_steroid_has_no_calendar_and_the_rest_is_written(run, write, tmp_path):
    """§5.1.6."""
    result = run("plan", write(text=WITHOUT_STEROID), "--format=html", "--format=json", "--out=out")
    assert result.exit_code == ExitCode.WRITTEN
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["IIM-009.json"]
    assert "IIM-009 takes no steroid: there is no calendar to write.\n" in result.stderr


def test_where_nothing_can_be_written_the_exit_code_says_so(run, write, tmp_path):
    result = run("plan", write(text=WITHOUT_STEROID), "--format", "html", "--out", "out")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == "IIM-009 takes no steroid: there is no calendar to write.\n"
    assert not (tmp_path / "out").exists()


# The only clock ---------------------------------------------------------------------------------

TOMORROW = "  - {{number: 2, date: {day}}}\n"


@pytest.mark.parametrize(
    ("now", "provisional"),
    [("2026-04-29 23:59:59", True), ("2026-04-30 00:00:00", False)],
)
def test_without_today_the_day_is_the_computers_until_its_last_second(run, write, now, provisional):
    """§2.2.1."""
    path = write()
    with freeze_time(now):
        result = run("plan", path, "--format", "json", today=None)
    assert json.loads(result.stdout)["provisional"] is provisional


def test_with_today_the_computers_date_is_not_asked(run, write):
    """§2.2.1."""
    path = write()
    with freeze_time("1999-12-31"):
        frozen = run("plan", path, "--format", "json")
    assert frozen.stdout == run("plan", path, "--format", "json").stdout


@pytest.mark.parametrize("today", ["2026-1-1", "23.11.2026", "20261123", "2026-W10-3", "today", ""])
def test_today_is_a_plain_date_and_nothing_else(run, write, today):
    """§2.3.1."""
    result = run("plan", write(), "--today", today, today=None)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr == (
        f"--today is {shown(today)}; allowed: a calendar date YYYY-MM-DD, years 1900 to 2199.\n"
    )


def test_a_format_that_is_none_is_quoted_as_it_was_typed(run, write):
    result = run("plan", write(), "--format", "PDF ")
    assert result.stderr.startswith("--format is 'PDF '; allowed: table, json, pdf")


def test_the_version_is_told(run):
    assert run("--version", today=None).stdout == f"taper {__version__}\n"
