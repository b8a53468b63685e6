"""How the command line speaks: data on standard output, sentences on standard error.

The one place where an error becomes a sentence and an exit code. No traceback reaches a user.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from typing import Any

import typer

from taper.cli import screen, streams
from taper.cli.words import Group
from taper.errors import NO_MEMORY, ExitCode, Stopped, TaperError, fault
from taper.wording.layout import printable, within


def say(line: str) -> None:
    """A line of an answer. Written plainly, so that a progress bar can step aside for it."""
    streams.output(lambda: sys.stdout.write(f"{screen.marked(line, sys.stdout)}\n"))


def report(line: str) -> None:
    """A line about what was written to files, which are there whoever hears of them."""
    marked = screen.marked(line, sys.stdout)
    streams.output(lambda: sys.stdout.write(f"{marked}\n"), is_answer=False)


def tell(sentence: str) -> None:
    """Say something to whoever is watching."""
    streams.aside(screen.marked(printable(sentence), sys.stderr))


def refuse(sentences: str) -> None:
    """Say what was refused, a sentence a line."""
    streams.aside(screen.refused(printable(sentences), sys.stderr))


def put(data: bytes) -> None:
    """Put a file's bytes on standard output as they are, whatever the terminal's encoding."""
    streams.output(lambda: _put(data))


def _put(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def put_text(text: str) -> None:
    """Put an answer on standard output."""
    put(screen.marked(text, sys.stdout).encode())


class OneSentence(Group):
    """Commands whose every error is one sentence and an exit code of `ExitCode`."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run, say what went wrong, exit."""
        options["standalone_mode"] = False
        streams.begin()
        with within(screen.columns()):
            code = _code_of(lambda: super(OneSentence, self).main(*args, **options))
        code, said = streams.ended(code)
        if said:
            tell(said)
        sys.exit(code)

    def invoke(self, ctx: Any) -> Any:
        """Run a command, with Ctrl-C kept from Typer's own endings."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped("Stopped; what was written so far is whole.") from None


def _usage_sentence(error: typer.TyperException) -> str:
    """Typer's message on one line; it lists choices on lines of their own."""
    said = " ".join(error.format_message().split())
    return said if said.endswith((".", "?")) else f"{said}."


def _code_of(run: Callable[[], Any]) -> int:
    try:
        return int(run() or ExitCode.WRITTEN)
    except TaperError as error:
        refuse(str(error))
        return error.exit_code
    except typer.TyperException as error:
        refuse(_usage_sentence(error))
        return ExitCode.USAGE
    except MemoryError:
        tell(NO_MEMORY)
        return ExitCode.ENVIRONMENT
    except OSError as error:
        from taper.storage.reasons import reason  # only who fails waits for it

        if error.errno == errno.ENOMEM:
            tell(NO_MEMORY)
            return ExitCode.ENVIRONMENT
        if error.errno is None:  # a library's file, not one of ours
            tell(f"A library of this machine cannot be loaded ({error}); allowed: more memory.")
            return ExitCode.ENVIRONMENT
        tell(f"{error.filename or 'The output'} cannot be written: {reason(error)}.")
    except Exception as error:
        tell(fault(error))
    return ExitCode.REFUSED
