"""docs/library.md, from a dict to a calendar: everything on it is done, in its order."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "library.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_does_what_it_says(folder):
    program: dict[str, object] = {}
    said = ""
    for kind, text in BLOCK.findall(PAGE):
        if kind == "text":
            assert said == text
            said = ""
            continue
        assert said == "", "what a program prints is shown"
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream):
            exec(compile(text, "library.md", "exec"), program)
        said = stream.getvalue()
    assert [file.name for file in folder.iterdir()] == ["IIM-001.pdf"]


def test_it_takes_twelve_lines_from_a_dict_to_a_calendar():
    (_, first), *_ = BLOCK.findall(PAGE)
    assert len([line for line in first.splitlines() if line.strip()]) <= 12
    assert "taper.pdf" in first
