"""Nothing that leaves taper depends on an arm (§5.5: the trial is blinded)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from taper.cli import app
from taper.errors import ExitCode

ARMS = ["ULSC-first", "Placebo-first", "Placebo-first", "ULSC-first"]
PARTICIPANTS = [
    {
        "participant": f"IIM-{number:03d}",
        "protocol": "iimpact",
        "drug": "prednisone",
        "dose_mg": dose_mg,
        "strengths": "20; 5; 2.5; 1",
        "infusion_1": "2026-01-31",
        "infusion_2": "2026-04-30",
    }
    for number, dose_mg in enumerate(["25", "20", "15", "10"], start=1)
]


def sheet(arms: list[str], *, with_arm: bool) -> str:
    """What a site hands over of the spreadsheet in which somebody keeps the arms."""
    out = io.StringIO(newline="")
    rows = [
        {**participant, "arm": arm} for participant, arm in zip(PARTICIPANTS, arms, strict=True)
    ]
    columns = [*PARTICIPANTS[0], *(["arm"] if with_arm else [])]
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def batch(folder: Path, arms: list[str], *, with_arm: bool = False):
    folder.mkdir()
    (folder / "site.csv").write_text(sheet(arms, with_arm=with_arm), newline="")
    return CliRunner().invoke(
        app,
        [
            *("batch", str(folder / "site.csv"), "--out", str(folder / "out")),
            *("--today", "2026-11-23", "--workers", "1"),
            *("--format", "json", "--format", "html", "--format", "table"),
        ],
    )


def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted((folder / "out").rglob("*")) if path.is_file())
    return {str(path.relative_to(folder / "out")): path.read_bytes() for path in files}


def test_permuting_the_arms_of_the_surrounding_spreadsheet_changes_no_byte(tmp_path: Path):
    """§5.5.3."""
    told = [
        batch(tmp_path / name, arms)
        for name, arms in (("a", ARMS), ("b", ARMS[::-1]), ("c", ARMS[1:] + ARMS[:1]))
    ]
    assert {result.exit_code for result in told} == {ExitCode.WRITTEN}
    assert (
        len(
            {
                result.output.replace(str(tmp_path / n), "")
                for n, result in zip("abc", told, strict=True)
            }
        )
        == 1
    )
    first, second, third = (written(tmp_path / name) for name in "abc")
    assert len(first) > len(PARTICIPANTS)
    assert first == second == third


def test_no_byte_of_any_output_names_an_arm(tmp_path: Path):
    """§5.5.3."""
    batch(tmp_path / "a", ARMS)
    for name, content in written(tmp_path / "a").items():
        for word in (b"ULSC-first", b"Placebo", b"placebo"):
            assert word not in content, name


@pytest.mark.parametrize("arms", [ARMS, ARMS[::-1]])
def test_a_column_of_arms_is_refused_by_name_and_its_values_are_not_told(
    tmp_path: Path, arms: list[str]
):
    """§5.5.1, §5.5.2."""
    result = batch(tmp_path / "a", arms, with_arm=True)
    assert result.exit_code == ExitCode.REFUSED
    assert "arm" in result.stderr
    assert not any(arm in result.output for arm in ARMS)
    assert not (tmp_path / "a" / "out").exists()
