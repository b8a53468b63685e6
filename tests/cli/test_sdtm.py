"""`--format sdtm` of `plan`, `batch` and `results`: which files come, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from taper.errors import ExitCode
from taper.sources import trial

SAMPLE = Path(__file__).parents[2] / "sample_results" / "phase-1"
DIARY = SAMPLE.parent / "diary.csv"


def test_a_plan_comes_with_its_define_xml_and_with_xpt_as_a_transport_file(run, write):
    result = run("plan", write(), "--format", "sdtm", "--xpt", "--out", "out")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    names = {path.name.partition(".")[2] for path in Path("out").iterdir()}
    assert names == {"ec.json", "define.xml", "ec.xpt"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "json", "--xpt"), "--xpt is given without --format sdtm"),
        (("--format", "sdtm"), "or a folder to write them to with --out"),
    ],
)
def test_what_does_not_go_together_is_refused(run, write, words, said):
    result = run("plan", write(), *words)
    assert result.exit_code == ExitCode.USAGE
    assert said in " ".join(result.stderr.split())


def test_results_of_a_site_are_one_set_of_datasets(run):
    words = ("results", SAMPLE, "--diary", DIARY, "--format", "sdtm", "--out", "out")
    result = run(*words, today="2026-08-01")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert {path.name for path in Path("out").iterdir()} == {
        *("ec.json", "cm.json", "adexsum.json", "define.xml")
    }
    taken = json.loads(Path("out/cm.json").read_bytes())
    diary = DIARY.read_text().splitlines()
    assert taken["records"] >= len(diary) - 1
    assert json.loads(Path("out/ec.json").read_bytes())["metaDataRef"] == "define.xml"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "sdtm"), "--out is missing"),
        (("--format", "csv", "--xpt"), "--xpt is given without --format sdtm"),
        (("--format", "sdtm", "--out", "out", "--group-file", "arms.csv"), "which holds no arm"),
    ],
)
def test_results_refuse_what_does_not_go_together(run, words, said):
    result = run("results", SAMPLE, *words)
    assert result.exit_code == ExitCode.USAGE
    assert said in " ".join(result.stderr.split())


def test_where_analysts_look_is_no_rule_and_changes_no_plan(tmp_path):
    """§4.1.9."""
    plain = """\
id: ours
title: Our trial
version: "1.0"
status: draft
sources: [our protocol]
infusions: [{number: 1, months: 0}]
"""
    read = []
    for name, more in (("a", ""), ("b", "sdtm_domain: EX\n")):
        (tmp_path / f"{name}.yaml").write_text(plain + more)
        read.append(trial(f"{name}.yaml", tmp_path))
    assert [each.protocol.sdtm_domain for each in read] == ["CM", "EX"]
    assert read[0].protocol_sha256 == read[1].protocol_sha256
