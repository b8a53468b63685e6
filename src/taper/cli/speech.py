"""How the command line speaks: data on standard output, sentences on standard error.

The one place where an error becomes a sentence and an exit code. No traceback reaches a user.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from taper.cli.words import Group
from taper.errors import ExitCode, Stopped, TaperError, fault
from taper.wording.layout import printable


def say(line: str) -> None:
    """A line of an answer. Written plainly, so that a progress bar can step aside for it."""
    sys.stdout.write(f"{line}\n")


def tell(sentence: str) -> None:
    """Say something to whoever is watching."""
    sys.stderr.write(f"{printable(sentence)}\n")


def put(data: bytes) -> None:
    """Put a file's bytes on standard output as they are, whatever the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def put_text(text: str) -> None:
    """Put an answer on standard output."""
    put(text.encode())


class OneSentence(Group):
    """Commands whose every error is one sentence and an exit code of `ExitCode`."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run, say what went wrong, exit."""
        options["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a name that it cannot show ends nothing
                stream.reconfigure(errors="backslashreplace")
        sys.exit(_code_of(lambda: super(OneSentence, self).main(*args, **options)))

    def invoke(self, ctx: Any) -> Any:
        """Run a command, with Ctrl-C and a closed pipe kept from Typer's own endings."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            raise Stopped("Stopped; what was written so far is whole.") from None
        except BrokenPipeError:
            _stop_writing()
            return ExitCode.REFUSED
        return done


def _usage_sentence(error: typer.TyperException) -> str:
    """Typer's message on one line; it lists choices on lines of their own."""
    said = " ".join(error.format_message().split())
    return said if said.endswith((".", "?")) else f"{said}."


def _stop_writing() -> None:
    """Nobody reads any more: what is still to be flushed at the end goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _code_of(run: Callable[[], Any]) -> int:
    try:
        return int(run() or ExitCode.WRITTEN)
    except TaperError as error:
        tell(str(error))
        return error.exit_code
    except typer.TyperException as error:
        tell(_usage_sentence(error))
        return ExitCode.USAGE
    except OSError as error:
        from taper.storage.files import reason  # only who fails waits for it

        tell(f"{error.filename or 'The output'} cannot be written: {reason(error)}.")
    except Exception as error:
        tell(fault(error))
    return ExitCode.REFUSED
