"""A printed file or the text of a code, looked at beside the ledger of the folder."""

from __future__ import annotations

from dataclasses import dataclass

from taper.errors import Refusal
from taper.operations.verifying import codes, papers
from taper.operations.verifying.printed_file import MOST_BYTES
from taper.web.form import Form
from taper.web.site.opened import Opened

_WHO = "taper verify"


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked at, the verdict and why; `is_good` where the paper may be used."""

    what: str
    verdict: str
    why: str
    is_good: bool
    proved: str = ""
    additions: tuple[str, ...] = ()


def verified(opened: Opened, form: Form, name: str, data: bytes) -> Found:
    """What a dropped file or a scanned code is worth; raises `TaperError` where it is neither."""
    if name or data:
        return _file(opened, name, data)
    if form.get("code"):
        return _code(opened, form["code"])
    raise Refusal.of(_WHO, "FILE.pdf", "missing", "a PDF, or the text of a code")


def _file(opened: Opened, name: str, data: bytes) -> Found:
    if len(data) > MOST_BYTES:
        raise Refusal.of(name, "the file", "too large", f"at most {MOST_BYTES // 1_000_000} MB")
    keys = opened.known() or frozenset()
    found = papers.verify_bytes(data, name, folder=opened.folder, keys=keys)
    proved = "" if found.proved is None else found.proved.said
    verdict = found.verdict
    return Found(name, verdict.value, found.why, verdict.is_good, proved, tuple(found.additions))


def _code(opened: Opened, scanned: str) -> Found:
    found = codes.verify(scanned, opened.folder, opened.known() or frozenset())
    proved = "" if found.proved is None else found.proved.said
    return Found("The code", found.verdict.value, found.why, found.verdict.is_good, proved)
