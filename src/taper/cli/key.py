"""`taper key`: a trial's key to sign with, its public half, a page that checks a paper's code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.signing import KnownKeys
from taper.cli.speech import say, tell
from taper.errors import UsageError
from taper.operations.keys import known_keys, public_key
from taper.signing import making
from taper.signing import page as pages
from taper.signing.keys import SHORT
from taper.storage import files
from taper.wording.layout import wrapped

Place = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Where the private key is kept. [default: taper/trial.key in your configuration]",
        show_default=False,
    ),
]


def new(out: Place = None) -> None:
    """Make a key to sign with, and its public key to hand out.

    Where FILE is a key already, the new one takes its place: the old one is kept beside it, its
    public key stays known, and it signs a statement that names the new one.
    """
    made = making.new_key(out or making.usual_place())
    say(made.key)
    tell(f"Wrote {made.private}, which only you may read: keep it, and show it to nobody")
    tell(f"Wrote {made.public}, to hand out")
    if made.rotation is not None:
        tell(f"Wrote {made.rotation}, by which who knows the old key knows the new one")


def show(
    file: Annotated[Path, typer.Argument(metavar="FILE.pub", help="A public key.")],
) -> None:
    """Show a public key: the 64 digits by which it is known, of which a code has the first 16."""
    key = public_key(file)
    say(f"{key[:SHORT]} {key[SHORT:]}")


def page(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.html", help="Where the page is written.")
    ],
    known: KnownKeys = None,
) -> None:
    """Write a page for a phone that checks the code on a paper, without any network.

    It holds the known public keys and nothing of any participant; it is one file, to be opened on
    the phone or put on the trial's own site.
    """
    if not known:
        raise UsageError("--known-key is missing; allowed: the public key that signs the papers.")
    from taper.folder.ledger_file import refuse_kept  # who makes a key needs no folder

    refuse_kept([out])
    files.write_all({out: pages.html(sorted(known_keys(known))).encode()})
    tell(wrapped(f"Wrote {out}"))
