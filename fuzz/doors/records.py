"""The doors of what taper wrote itself and reads again: an earlier plan, and a ledger.

Who rewrites them can count hashes too, so that each input is also read with its hashes put right.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from fuzz import texts, trees
from fuzz.door import ROOT, TODAY, Door
from fuzz.judged import shape
from taper.errors import TaperError
from taper.folder import audit, told
from taper.folder.keeping import LEDGER, MANIFEST
from taper.operations.plans.one import earlier_plan, plan_file
from taper.operations.plans.outputs import Format, Output
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.paper.record import recalled, record
from taper.planning.plan import Planned
from taper.record import earlier, plan_document
from taper.record.ledger import FIRST, digest
from taper.workers.pool import Pool

TOKENS = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\u0000", b"\\ud800", b"null", b"true", b"NaN", b"Infinity",
    b"-0", b"1e999", b"9" * 5000, b"[" * 2000, b'"\\u202e"', b"\xff", b"\xed\xa0\x80", b'"../x"', b'"/x"',
    b"\n", b"\r", b"\x00", b"2026-02-30", b'"revision":',
)  # fmt: skip
_PARTICIPANTS = ("IIM-001-prednisone-25-mg", "IIM-006-flare-resolved", "IIM-009-without-steroid")


def change(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    """Another text: a line of JSON changed and written again, or the text."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    tree = _json(lines[at])
    if tree is None or random.random() < 0.2:
        return texts.changed(data, random, donors, TOKENS)
    others = [_json(line) for each in donors[:5] for line in each.split(b"\n")[:2]]
    try:
        changed = trees.changed(tree, random, [other for other in others if other])
        lines[at] = json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except RecursionError:  # nested once more than Python itself can follow
        return texts.changed(data, random, donors, TOKENS)
    return b"\n".join(lines)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# An earlier plan --------------------------------------------------------------------------------


def plan(data: bytes, folder: Path) -> str:
    """What --replaces names, and the plan and the record in a paper, beside today's plan."""
    said = [_replaced(each, folder) for each in (data, _identified(data))]
    recalled_as = _recalled(_json(data))
    return f"{', '.join(said)}; {recalled_as}"


def _replaced(data: bytes, folder: Path) -> str:
    path = folder / "old.json"
    path.write_bytes(data)
    try:
        old = earlier.replaced_by(_plans()[0], earlier_plan(path))
    except TaperError as error:
        return f"refused: {shape(str(error))}"
    json.dumps(old.as_dict())
    return f"replaced, {'other days' if old.changed_from else 'the same days'}"


def _recalled(document: Any) -> str:
    """As `verify` asks, which takes a `ValueError` for an altered paper."""
    try:
        issue, paper = recalled(document)
    except ValueError as wrong:
        return f"altered: {shape(str(wrong))[:40]}"
    return f"{paper} of {len(issue.plan.steps)}"


def _identified(data: bytes) -> bytes:
    """The document with the id of what it says now."""
    document = _json(data)
    try:
        own = plan_document.identity(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return data
    return json.dumps({**document, "plan_id": own}).encode()


@cache
def _plans() -> tuple[Planned, ...]:
    paths = [ROOT / "sample_patients" / f"{name}.yaml" for name in _PARTICIPANTS]
    return tuple(plan_file(path, today=TODAY) for path in paths)


def _plan_seeds() -> list[bytes]:
    return [json.dumps(_with_record(each)).encode() for each in _plans()]


def _with_record(each: Planned) -> dict[str, Any]:
    issue = Issue.of(each, TODAY)
    return {**issue.plan_document, "printed": record(issue, Paper.CALENDAR)}


# A ledger ---------------------------------------------------------------------------------------


def ledger(data: bytes, folder: Path) -> str:
    """The history and the audit of a folder with this ledger."""
    said = []
    for name, each in (("as it is", data), ("chained", _chained(data))):
        out = folder / name
        out.mkdir(exist_ok=True)
        (out / LEDGER).write_bytes(each)
        (out / MANIFEST).write_bytes(_seed_folder()[MANIFEST])
        said += [_asked(told.history, out), _asked(audit.audit, out)]
    return ", ".join(said)


def _asked(question: Any, out: Path) -> str:
    try:
        found = question(out)
    except TaperError as error:
        return f"refused {type(error).__name__}"
    return f"{min(len(found), 5)}" if isinstance(found, list) else f"{min(len(found.found), 9)}"


def _chained(data: bytes) -> bytes:
    """The lines with the numbers and hashes that a chain of them would have."""
    made, previous = [], FIRST
    for number, line in enumerate(data.splitlines(), start=1):
        said = _json(line)
        if isinstance(said, dict):
            try:
                line = json.dumps({**said, "number": number, "previous": previous}).encode()
            except (ValueError, RecursionError):
                return data
        made.append(line + b"\n")
        previous = digest(line)
    return b"".join(made)


@cache
def _seed_folder() -> dict[str, bytes]:
    """What a batch of two of our participants, run twice, leaves."""
    with TemporaryDirectory(prefix="taper-fuzz-") as made, Pool.of(1) as pool:
        source, out = Path(made) / "patients", Path(made) / "out"
        source.mkdir()
        for name in _PARTICIPANTS[:2]:
            path = ROOT / "sample_patients" / f"{name}.yaml"
            (source / path.name).write_bytes(path.read_bytes())
        for today in (TODAY.replace(month=5), TODAY):
            asked = Asked(source=source, out=out, outputs=(Output(Format.JSON),), today=today)
            list(runs.batch(asked, pool=pool))
            text = next(source.iterdir()).read_text()
            next(source.iterdir()).write_text(text.replace("dose_mg: 25", "dose_mg: 20"))
        return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


PLAN = Door("plan", _plan_seeds, change, plan, cost=4)
LEDGER_LINES = Door("ledger", lambda: [_seed_folder()[LEDGER]], change, ledger, cost=4)
