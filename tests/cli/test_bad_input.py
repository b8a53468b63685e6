"""Bad input: one sentence, an exit code of the table, nothing written, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from taper.doses import dose
from taper.errors import EXIT_MEANINGS, ExitCode
from taper.record.forms import BY_NAME

BAD = {
    "a missing key": ("protocol: iimpact\n", "", "protocol"),
    "an unknown key": ("protocol:", "colour: red\nprotocol:", "colour"),
    "a duplicate key": ("protocol:", "protocol: iimpact\nprotocol:", "protocol"),
    "another form of date": ("2026-01-31", "31.01.2026", "31.01.2026"),
    "a date that is none": ("2026-01-31", "2026-02-30", "2026-02-30"),
    "a negative dose": ("dose_mg: 25", "dose_mg: -25", "-25"),
    "an absurd dose": ("dose_mg: 25", "dose_mg: 100000", "100000"),
    "a dose in exponents": ("dose_mg: 25", "dose_mg: 1e1", "1e1"),
    "a dose with a comma": ("dose_mg: 25", "dose_mg: '12,5'", "12,5"),
    "an unknown drug": ("drug: prednisone", "drug: prednisoline", "prednisoline"),
    "a dose its tablets cannot make": ("dose_mg: 25", "dose_mg: 24.3", "24.3"),
    "a dose over the protocol's bound": ("dose_mg: 25", "dose_mg: 30", "30"),
    "an id with a slash": ("IIM-001", "IIM/001", "IIM/001"),
    "an id that climbs": ("IIM-001", "../IIM-001", "participant"),
    "an id that a system reserves": ("IIM-001", "NUL", "NUL"),
    "an unknown protocol": ("protocol: iimpact", "protocol: iimpcat", "iimpcat"),
    "a key that names a person": ("protocol:", "patient_name: Doe\nprotocol:", "patient_name"),
    "a key that names an arm": ("protocol:", "arm: placebo\nprotocol:", "arm"),
    "an alias": ("protocol: iimpact", "protocol: &a iimpact", "protocol"),
    "no YAML": ("steroid: {", "steroid: [", "the file"),
}


def altered(write, old: str, new: str) -> Path:
    usual = write().read_text()
    assert old in usual
    return write(text=usual.replace(old, new, 1))


@pytest.mark.parametrize("words", [(), ("--format", "json", "--out", "out")], ids=["table", "out"])
@pytest.mark.parametrize(("old", "new", "named"), BAD.values(), ids=BAD)
def test_a_plan_is_refused_in_one_sentence(run, write, tmp_path, old, new, named, words):
    """§1.1.4, §1.1.5."""
    result = run("plan", altered(write, old, new), *words)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert named in result.stderr
    assert "allowed: " in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("old", "new", "named"), BAD.values(), ids=BAD)
def test_a_batch_of_it_writes_nothing(run, write, tmp_path, old, new, named):
    """§1.1.5."""
    altered(write, old, new)
    result = run("batch", "patients", "--out", "out", "--format", "json", "--workers", 1)
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.stderr.splitlines()) == 1
    assert named in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("key", ["patient_name: Doe", "arm: secret-value", "cohort: secret-value"])
def test_what_stands_under_a_key_of_a_person_or_an_arm_is_not_repeated(run, write, key):
    """§5.5.2."""
    result = run("plan", altered(write, "protocol:", f"{key}\nprotocol:"))
    assert result.exit_code == ExitCode.REFUSED
    assert key.split(": ")[1] not in result.stderr


@pytest.mark.parametrize("path", ["missing.yaml", "patients"])
def test_a_path_without_a_file_is_refused(run, write, path):
    write()
    result = run("plan", path)
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.stderr.splitlines()) == 1


WRONG_USAGE = {
    "no path": (["plan"], "FILE"),
    "an unknown command": (["paln"], "plan"),
    "an unknown option": (["plan", "x.yaml", "--fromat", "json"], "--format"),
    "an unknown format": (
        ["plan", "x.yaml", "--format", "xml"],
        dose.join(list(BY_NAME), "or"),
    ),
    "an option without its value": (["plan", "x.yaml", "--format"], "--format"),
    "two paths": (["plan", "x.yaml", "y.yaml"], "y.yaml"),
    "a batch without out": (["batch", "patients"], "--out"),
    "no workers": (["batch", "patients", "--out", "out", "--workers", "0"], "--workers"),
    "workers less than none": (["batch", "patients", "--out", "out", "--workers=-1"], "--workers"),
    "workers in words": (["batch", "patients", "--out", "out", "--workers", "all"], "--workers"),
}


@pytest.mark.parametrize(("words", "named"), WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_wrong_usage_is_said_in_one_sentence(run, words, named):
    result = run(*words, today=None)
    assert result.exit_code == ExitCode.USAGE
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.endswith((".\n", "?\n"))
    assert named in result.stderr


def test_without_a_command_the_help_is_shown(run):
    result = run(today=None)
    assert result.exit_code == ExitCode.USAGE
    assert "One participant:" in result.stdout


def test_a_fault_of_taper_itself_is_one_sentence_without_a_value_of_the_file(ending_in):
    result = ending_in(KeyError("IIM-001 secret"))
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.stderr.splitlines()) == 1
    assert "KeyError in conftest.py" in result.stderr
    assert "secret" not in result.stderr


def test_a_byte_that_is_no_letter_is_refused_as_what_it_is(process):
    running = process("convert", b"5\xff".decode("utf-8", "surrogateescape"), "prednisone")
    shown, said = running.communicate(timeout=60)
    assert (running.returncode, shown) == (ExitCode.REFUSED, b"")
    assert said.startswith(b"taper convert: dose is '5\\udcff'; allowed: ")


def test_a_name_cannot_steer_the_terminal(run):
    result = run("plan", "\x1b[31mred\u202e.yaml")
    assert result.stderr.isprintable() or result.stderr.rstrip("\n").isprintable()


def test_every_exit_code_has_a_meaning():
    assert set(EXIT_MEANINGS) == set(ExitCode)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("plan", "patients/IIM-001.yaml", "--format", "json", "--out", ""), "--out"),
        (("batch", "patients", "--format", "json", "--out", ""), "--out"),
        (("batch", "", "--format", "json", "--out", "out"), "SOURCE"),
    ],
)
def test_an_empty_name_is_not_the_folder_here(run, write, tmp_path, words, named):
    """`--out "$SITE"` with a variable that nobody has set."""
    write()
    result = run(*words)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(f"{named} is empty; allowed: ")
    assert [path.name for path in tmp_path.iterdir()] == ["patients"]


def test_an_empty_name_is_no_sheet(run):
    result = run("template", "csv", "--out", "", today=None)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("--out is empty; allowed: ")
