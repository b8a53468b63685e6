"""docs/protocols.md, from an empty folder to a printed calendar: everything on it is done."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from proving import PROVE
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from taper.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "protocols.md"
FENCED = re.compile(r"^([^\n]*)\n+```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAVED = re.compile(r"Save this as `([^`]+)`")
LEFT_OUT = "..."


def blocks() -> Iterator[tuple[str, str, str]]:
    """The line above each block, its language and its text."""
    for match in FENCED.finditer(PAGE.read_text(encoding="utf-8")):
        yield match[1], match[2], match[3]


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block and the lines that it is said to answer."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *answer = part.splitlines()
        yield command, answer


@pytest.fixture
def taper(tmp_path: Path):
    """`taper` for a shell: a folder with it alone, to be put before all others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "taper"
    python = f'{shlex.quote(sys.executable)} -c "from taper.cli import main; main()" "$@"'
    script.write_text(f"#!/bin/sh\nexec {python}\n", encoding="utf-8")
    script.chmod(0o755)
    return folder


@pytest.fixture
def shell(taper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What the page is written for; in the usual run it is asked for what is its own alone."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setenv("COLUMNS", "80")
    environment = {
        **os.environ,
        "PATH": f"{taper}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }

    def run(command: str) -> subprocess.CompletedProcess[str] | Result:
        name, *words = shlex.split(command)
        if name == "taper" and ">" not in words and not PROVE:
            done = CliRunner().invoke(app, words)
            done.returncode = done.exit_code
            return done
        return subprocess.run(
            ["sh", "-c", command],
            cwd=empty,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    run.folder = empty
    return run


def as_pattern(answer: list[str]) -> str:
    """The lines as they must come, with anything where dots stand for it."""
    parts = [r"(?:.*\n)*?" if line == LEFT_OUT else f"{re.escape(line)}\n" for line in answer]
    return "".join(parts)


@pytest.mark.skipif(os.name == "nt", reason="the page is written for a POSIX shell")
def test_everything_on_the_page_works_in_its_order(shell):
    for above, language, text in blocks():
        saved = SAVED.search(above)
        if language == "yaml" and saved:
            (shell.folder / saved[1]).write_text(text, encoding="utf-8")
        elif language == "console":
            code = int(above.split()[2]) if above.startswith("<!-- exit") else 0
            for command, answer in commands(text):
                done = shell(command)
                assert done.returncode == code, done.stderr
                if answer:
                    assert re.fullmatch(as_pattern(answer), done.stdout + done.stderr), command
    made = {path.name for path in shell.folder.iterdir()}
    assert {"protocol.schema.json", "compared.svg", "IIM-101.yaml.1.bak"} <= made
    assert (shell.folder / "calendars" / "IIM-101.pdf").read_bytes().startswith(b"%PDF-")


def test_every_file_on_the_page_names_its_schema():
    files = [text for above, _, text in blocks() if SAVED.search(above)]
    assert len(files) == 3
    assert all(text.startswith("# yaml-language-server: $schema=./") for text in files)


def test_every_form_of_the_table_is_one_that_is_read(tmp_path):
    """The last column of the table of forms, put into the page's own protocol."""
    from taper.sources.checking import check

    (protocol,) = [text for above, _, text in blocks() if "`our-trial.yaml`" in above]
    head, rest = protocol.split("    entry: below")
    tail = rest[rest.index("flare:") :]
    regimen = head.rindex("  regimen:")
    (tmp_path / "our-taper.yaml").write_text(
        "{id: ours, title: Ours, status: looked-up, sources: [{citation: section 6.3}], "
        "regimen: {kind: steps, steps: [{mg: 5, days: 7}]}}"
    )
    assert len(list(forms())) == 15
    for i, form in enumerate(forms()):
        path = tmp_path / f"{i}.yaml"
        path.write_text(f"{head[:regimen]}  regimen: {form}\n{tail}", encoding="utf-8")
        (checked,) = check([path])
        assert [str(problem) for problem in checked.problems] == [], form


def forms() -> Iterator[str]:
    last = "{mg: 5, days: 7}"
    for cell in re.findall(r"^\| [^|`]+ \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE):
        said = [part.replace("[...]", f"[{last}]").replace(", ...", "") for part in code(cell)]
        if not said:
            continue  # the table's head
        if said[0].startswith(("{mg", "{by_weekday")):
            yield f"{{kind: steps, steps: [{said[0]}, {last}]}}"
        elif said[0].startswith("entry"):
            yield f"{{kind: steps, {said[0]}, steps: [{last}]}}"
        elif said[0].startswith("choose_by"):
            yield f"{{kind: steps, {', '.join(said)}}}"
        elif said[0].startswith("kind: bands"):
            yield f"{{{', '.join(said)}}}"
        else:
            yield said[0].removeprefix("regimen: ")


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_approval_on_the_page_is_one_that_is_read():
    from taper.trial.protocol import Approval

    (text,) = [text for _, language, text in blocks() if text.startswith("status: approved")]
    data = YAML(typ="base", pure=True).load(text)
    assert Approval.model_validate(data["approval"]).role == "principal investigator"
