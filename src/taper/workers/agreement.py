"""What a cluster's workers must have in common with this process, and how it is looked at."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import taper
from taper.errors import EnvironmentLacking
from taper.sources.yaml import SUFFIXES


@dataclass(frozen=True, slots=True)
class Agreement:
    """What every worker must agree with, and the folder that paths are meant from."""

    marks: Mapping[str, str]
    folder: str
    source: str
    seen: str
    batch: str = ""
    """Which run it is: a worker looks at the files once for each."""

    @classmethod
    def of(cls, source: Path, batch: str = "") -> Agreement:
        """Those of this process."""
        seen = _seen(Path.cwd(), source)
        return cls(marks(), str(Path.cwd()), str(source), seen, batch)

    def refuse_other(self, worker: str, other: Mapping[str, str], seen: str) -> None:
        """Raise where a worker would not make the same bytes of the same files."""
        for name, mine in self.marks.items():
            theirs = other.get(name, "none")
            if theirs != mine:
                raise EnvironmentLacking(
                    f"{worker} has {name} {theirs}, and this machine {mine}: calendars would "
                    "differ; allowed: workers with the same installation."
                )
        if seen != self.seen:
            raise EnvironmentLacking(
                f"{worker} does not see {self.source} as this machine does; allowed: workers that "
                f"share the folder {self.folder}, at the same path."
            )


@cache
def marks() -> Mapping[str, str]:
    """What the bytes of a calendar depend on, by name: versions, and taper's own files."""
    needed = (re.split(r"[^\w.-]", each)[0] for each in requires("taper") or () if ";" not in each)
    return {
        "taper": taper.__version__,
        "taper's files": _digest_of_files()[:12],
        **{name: version(name) for name in needed},
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **_libraries(),
    }


def _digest_of_files() -> str:
    """The SHA-256 of the program, its data sheets and its templates."""
    from taper.paper.pages.environment import templates_dir

    package = Path(taper.__file__).resolve().parent
    templates = templates_dir()
    found = hashlib.sha256()
    for root, name in ((package, "taper"), (templates, "templates")):
        for path in sorted(root.rglob("*")):
            is_ours = root == templates or templates not in path.parents
            if is_ours and path.is_file() and path.suffix != ".pyc":
                data = hashlib.sha256(path.read_bytes()).hexdigest()
                found.update(f"{name}/{path.relative_to(root).as_posix()} {data}\n".encode())
    return found.hexdigest()


def _libraries() -> Mapping[str, str]:
    """Those that lay out a page, which a worker that prints none may lack."""
    from taper.paper.press import versions

    try:
        return versions.library_versions()
    except EnvironmentLacking:
        return {"Pango": "none", "HarfBuzz": "none"}


def _seen(folder: Path, source: Path) -> str:
    """What a machine finds where a source is: a hash of the YAML files there and one folder down.

    Of their content, and not of their sizes: a copy in which one date is another has no other size.
    """
    place = folder / source
    base = place if place.is_dir() else place.parent
    found = hashlib.sha256(str(folder.is_dir()).encode())
    try:
        for path in sorted([*base.glob("*"), *base.glob("*/*")]):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                found.update(f"\n{path.relative_to(base)} ".encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
    except OSError:
        return "unreadable"
    return found.hexdigest()


@lru_cache(maxsize=8)
def seen_once(batch: str, folder: str, source: str) -> str:  # noqa: ARG001 - once a batch
    """What is found where a source is, looked at once a batch."""
    return _seen(Path(folder), Path(source))


def _said_by_worker(folder: str, source: str) -> tuple[Mapping[str, str], str]:
    return marks(), _seen(Path(folder), Path(source))


def looked_at(client: Any, address: str, terms: Agreement) -> int:
    """How many workers there are, each of which was looked at."""
    try:
        said = client.run(_said_by_worker, terms.folder, terms.source)
    except Exception as wrong:
        raise EnvironmentLacking(
            f"The workers of {address} cannot run taper {taper.__version__} "
            f"({type(wrong).__name__}); allowed: workers with the same installation."
        ) from wrong
    for worker, (other, seen) in sorted(said.items()):
        terms.refuse_other(worker, other, seen)
    return len(said)
