"""`taper serve`: a page for people who use no terminal."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.planning import day
from taper.cli.options.signing import Key, KnownKeys, known, signer
from taper.cli.speech import tell
from taper.errors import UsageError
from taper.record.ledger import LEDGER
from taper.sources import regimens
from taper.sources.protocols import trial_in
from taper.sources.raw import bytes_of
from taper.storage.files import refuse_folder_that_cannot_be
from taper.trial.fields import parse_count
from taper.web.server import refuse_without_library, server
from taper.web.settings import LOOPBACK, PORT, PRINT_SECONDS, Settings
from taper.wording.quoting import quoted, shown

_PORTS, _SECONDS = (1, 65_535), (1, 3600)


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where it listens; others reach any but this.")
    ] = LOOPBACK[0],
    port: Annotated[str, typer.Option(metavar="N", help="The port it listens at.")] = str(PORT),
    root_path: Annotated[
        str, typer.Option(metavar="/PATH", help="What stands before every path, behind a proxy.")
    ] = "",
    known_as: Annotated[
        list[str] | None,
        typer.Option(
            "--known-as",
            metavar="NAME[:PORT]",
            help="A name by which a browser reaches it too; may be given several times.",
            show_default=False,
        ),
    ] = None,
    user_header: Annotated[
        str | None,
        typer.Option(
            metavar="HEADER", help="The header in which a proxy that authenticates says who asks."
        ),
    ] = None,
    protocol: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A protocol that may be chosen beside the shipped ones; several times.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="DIR",
            help="An output folder that is opened: its board, its ledger, its batches.",
            show_default=False,
        ),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help="What its batches read, as of taper batch; a table may be dropped instead.",
            show_default=False,
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help="What the fields of a REDCap export mean, as YAML.",
            show_default=False,
        ),
    ] = None,
    key: Key = None,
    known_key: KnownKeys = None,
    print_seconds: Annotated[
        str, typer.Option(metavar="N", help="The most seconds that printing one paper may take.")
    ] = str(PRINT_SECONDS),
) -> None:
    """Serve a page on which a calendar is made without a terminal.

    It answers browsers of this machine alone unless --host says otherwise, stores nothing that is
    typed and writes no log of it. With --folder the page writes to that folder, as taper batch
    does, and nowhere else. Ctrl-C ends it.
    """
    refuse_without_library()
    settings = Settings(
        host=host,
        port=_number("--port", port, _PORTS),
        root_path=_root(root_path),
        names=tuple(known_as or ()),
        user_header=user_header,
        protocols=_files(protocol or []),
        folder=_folder(folder, source, mapping),
        source=source and source.resolve(),
        mapping=mapping and mapping.resolve(),
        key=_key(key, folder),
        known_keys=_known(known_key, folder),
        print_seconds=_number("--print-seconds", print_seconds, _SECONDS),
    )
    if key is not None and folder is None:
        tell(
            "The page signs nothing: --key signs what is written to a --folder, and none is named."
        )
    with suppress(KeyboardInterrupt):  # that is how it ends
        server(settings, partial(day, None), partial(_ready, settings))


def _ready(settings: Settings) -> None:
    named = f"[{settings.host}]" if ":" in settings.host else settings.host
    tell(f"Serving http://{named}:{settings.port}{settings.root_path}/ (Ctrl-C ends it)")
    if settings.folder is not None and not (settings.folder / LEDGER).exists():
        tell(
            f"{settings.folder} has no {LEDGER} yet: the first batch begins one. Where there was "
            "one, this is not the folder."
        )
    if settings.host not in LOOPBACK and settings.user_header is None:
        tell("Whoever reaches that address may use the page: it asks nobody who they are.")


def _number(option: str, typed: str, bounds: tuple[int, int]) -> int:
    least, most = bounds
    with suppress(ValueError):
        if least <= parse_count(typed) <= most:
            return parse_count(typed)
    raise UsageError(f"{option} is {shown(typed)}; allowed: a whole number from {least} to {most}.")


def _root(typed: str) -> str:
    path = typed.rstrip("/")
    if path and (
        not path.startswith("/") or not path.isascii() or any(c in path for c in "?#%\\ ")
    ):
        raise UsageError(f"--root-path is {quoted(typed)}; allowed: a path such as /taper.")
    return path


def _folder(folder: Path | None, source: Path | None, mapping: Path | None) -> Path | None:
    """The folder that is opened; raises where it, or what it is written from, cannot be."""
    if folder is None:
        for option, given in (("--source", source), ("--mapping", mapping)):
            if given is not None:
                raise UsageError(f"{option} is given without --folder; allowed: with it.")
        return None
    refuse_folder_that_cannot_be(folder)
    for option, given in (("--source", source), ("--mapping", mapping)):
        if given is not None and not given.exists():
            raise UsageError(f"{option} is {quoted(str(given))}; allowed: one that is there.")
    return folder.resolve()


def _key(key: Path | None, folder: Path | None) -> Path | None:
    """The key that signs what is written; one that cannot be used is refused now."""
    if key is None or folder is None:
        return None
    signer(key, folder)
    return key.resolve()


def _known(typed: list[Path] | None, folder: Path | None) -> tuple[Path, ...]:
    """Files and folders of known keys; what is no key is refused now."""
    if typed and folder is None:
        raise UsageError("--known-key is given without --folder; allowed: with it.")
    known(typed)
    return tuple(path.resolve() for path in typed or ())


def _files(paths: list[Path]) -> dict[str, bytes]:
    """The protocols by their names, with the sheets that they name; raises `Refusal`."""
    found: dict[str, bytes] = {}
    for path in paths:
        raw = bytes_of(path)
        trial_in(raw, path)  # what is wrong in it is said now, and not to whoever chooses it
        _offer(found, path.name, raw)
        sheet = regimens.path_in(raw, path.name)
        if sheet is not None:
            beside = str(Path(path.name).parent / sheet)  # as it is asked for
            _offer(found, beside, regimens.beside(path, sheet)[0])
    return found


def _offer(found: dict[str, bytes], name: str, raw: bytes) -> None:
    """Add a file by its name; raises where another one has it, and would be planned by instead."""
    if found.setdefault(name, raw) != raw:
        raise UsageError(
            f"--protocol names two files called {quoted(name)}; allowed: one of each name."
        )
