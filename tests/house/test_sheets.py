"""What is compiled of the shipped sheets says what the sheets say, and never what they said."""

from __future__ import annotations

from pathlib import Path

import pytest

from taper.sources import compiled
from taper.sources.yaml import parse

SHEETS = sorted(compiled.DATA.rglob("*.yaml"))


def test_the_sheets_were_compiled_after_the_last_was_edited():
    """`make sheets` does it; until then every command reads the YAML."""
    assert (compiled.DATA / "sheets.json").read_text(encoding="utf-8") == compiled.as_text()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_compiled_sheet_says_what_its_yaml_says(sheet: Path):
    raw = sheet.read_bytes()
    data = compiled.data_of(sheet, raw)
    assert data == parse(raw, sheet.name).data
    assert list(data or ()) == list(parse(raw, sheet.name).data)


@pytest.mark.parametrize("sheet", SHEETS[:1], ids=lambda sheet: sheet.stem)
def test_an_edited_sheet_is_never_answered_from_what_was_compiled(sheet: Path):
    assert compiled.data_of(sheet, sheet.read_bytes() + b"\n# edited") is None


def test_a_sheet_that_is_new_is_read(tmp_path: Path):
    assert compiled.data_of(compiled.DATA / "regimens" / "new.yaml", b"id: new") is None
