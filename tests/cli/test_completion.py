"""What a shell offers while a command is typed, asked as each shell asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from typer.testing import CliRunner

from taper import sources
from taper.cli import app


def _bash(line: str) -> Mapping[str, str]:
    return {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}


def _zsh(line: str) -> Mapping[str, str]:
    return {"_TYPER_COMPLETE_ARGS": line}


def _fish(line: str) -> Mapping[str, str]:
    return {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}


def of_bash(said: str) -> list[str]:
    return said.split()


def of_zsh(said: str) -> list[str]:
    """`_arguments '*: :(("one":"what it is"` and so on, a line each; `_files` where files are."""
    return [line.split('"')[1] for line in said.splitlines() if '"' in line]


def of_fish(said: str) -> list[str]:
    return [line.partition("\t")[0] for line in said.splitlines() if line]


SHELLS: Mapping[str, tuple[Callable[[str], Mapping[str, str]], Callable[[str], list[str]]]] = {
    "bash": (_bash, of_bash),
    "zsh": (_zsh, of_zsh),
    "fish": (_fish, of_fish),
}
OFFERED: Mapping[str, list[str]] = {
    "taper ba": ["batch"],
    "taper plan IIM-001.yaml --prot": ["--protocol"],
    "taper plan IIM-001.yaml --protocol iim": ["iimpact", "iimpact-2025-design"],
    "taper plan IIM-001.yaml --format ht": ["html"],
    "taper regimens gia": ["giacta-26-week"],
    "taper convert 16 methylp": ["methylprednisolone"],
    "taper convert 16 methylprednisolone --to hydro": ["hydrocortisone"],
    "taper convert 16 prednisone --table us": ["us-label"],
    "taper products --market ": [*sources.market_ids()],
    "taper plan IIM-001.y": [],
}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_commands_options_and_what_is_shipped(shell: str):
    """A path is the shell's own business: nothing is offered for it."""
    asked, read = SHELLS[shell]
    for line, offered in OFFERED.items():
        env = {"_TAPER_COMPLETE": f"complete_{shell}", **asked(line)}
        answer = CliRunner().invoke(app, [], env=env, prog_name="taper")
        assert answer.exit_code == 0, line
        assert read(answer.output) == offered, line
