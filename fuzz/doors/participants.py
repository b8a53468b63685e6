"""The doors of YAML: a participant's file and a protocol, each planned where it may be.

A second reader of YAML must read the same data: PyYAML, which shares no code with ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml  # noqa: TID251 - the second reader, which only this house of mirrors asks

from fuzz import texts, trees
from fuzz.door import ROOT, TODAY, Door
from fuzz.judged import Disagreement
from taper import sources
from taper.errors import TaperError
from taper.exports.text import plan_text
from taper.operations.plans.one import plan_file, plan_of
from taper.planning.plan import Planned
from taper.record import plan_document, reading

TOKENS = (
    b": ", b"- ", b"\t", b"#", b"&a ", b"*a", b"!!int ", b"! ", b"<<: ", b"---\n", b"...\n", b"%YAML 1.1\n",
    b"{", b"}", b"[", b"]", b",", b"|\n", b">-\n", b"? ", b"'", b'"', b"\\x41", b"\\U00110000", b"\r", b"\x00",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xed\xa0\x80", b"@", b"`",
    b"  ", b"~", b"1e9", b"0.0001", b"2026-02-30", b"!" + b"x" * 2000,
)  # fmt: skip


# Reading ----------------------------------------------------------------------------------------


def participant(data: bytes, folder: Path) -> str:
    """A participant's file to a plan, and the plan to all that is no page."""
    path = folder / "IIM-001.yaml"
    path.write_bytes(data)
    (folder / "protocols").symlink_to(ROOT / "sample_patients" / "protocols")
    _refuse_other_reading(data)
    return _answer(plan_file(path, today=TODAY))


def protocol(data: bytes, folder: Path) -> str:
    """A protocol's file to a trial, and a participant of ours planned by it."""
    path = folder / "protocol.yaml"
    path.write_bytes(data)
    _refuse_other_reading(data)
    trial = sources.trial("./protocol.yaml", folder)
    if trial.protocol.taper is None:
        return "a trial without a taper"
    return _answer(plan_of(trial, sources.participant(_samples()[0]), today=TODAY))


def _answer(plan: Planned) -> str:
    """The plan as every program and person would have it, and back again."""
    document = plan_document.as_dict(plan)
    json.dumps(document, allow_nan=False)
    plan_text(plan).encode()
    again = reading.plan_from(document, reading.beside(plan))
    if plan_document.as_dict(again)["plan_id"] != document["plan_id"]:
        raise Disagreement("the plan's own JSON is another plan")
    found = sorted({finding.code for finding in plan.findings})
    return f"{plan.state} of {min(len(plan.steps), 20)} steps, {' '.join(found)}"


def _refuse_other_reading(data: bytes) -> None:
    """Raise `Disagreement` where we read data that another reader reads otherwise.

    Where it reads nothing it is stricter than YAML asks, of tabs and of question marks.
    """
    try:
        ours = sources.parse(data, "it").data
        theirs = yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)
    except (TaperError, yaml.YAMLError, ValueError):
        return
    if ours != theirs and not _is_newer_yaml(data):
        raise Disagreement("PyYAML reads other data")


def _is_newer_yaml(data: bytes) -> bool:
    """Whether it holds what YAML 1.2 reads otherwise than 1.1, which PyYAML knows alone."""
    return any(sign in data for sign in (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\\/"))


# Writing ----------------------------------------------------------------------------------------


def change(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    """Another file: its data changed and written again, or its text."""
    tree = _tree(data)
    if not isinstance(tree, dict) or random.random() < 0.3:
        return texts.changed(data, random, donors, TOKENS)
    borrowed = [found for found in map(_tree, random.sample(donors, min(3, len(donors)))) if found]
    try:
        text = written(trees.changed(tree, random, borrowed, others=()))
    except RecursionError:  # nested once more than Python itself can follow
        return texts.changed(data, random, donors, TOKENS)
    return text.encode("utf-8", "replace")


def _tree(data: bytes) -> Any:
    try:
        return yaml.load(data.decode(), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def written(tree: Any) -> str:
    """Data as YAML: blocks above, and below in one line as JSON, which is YAML too."""
    if not isinstance(tree, dict):
        return json.dumps(tree, ensure_ascii=False)
    return "\n".join(_lines(tree)) + "\n"


def _lines(tree: dict[Any, Any]) -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, list) and value and len(value) < 100:
            yield f"{_scalar(key)}:"
            yield from (f"  - {_flow(each)}" for each in value)
        else:
            yield f"{_scalar(key)}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Bare where that is harmless, as a person would."""
    text = str(value)
    is_bare = text and text.replace("-", "").replace(".", "").replace(" ", "").isalnum()
    if is_bare and text.isascii() and text[0].isalnum() and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


# The doors --------------------------------------------------------------------------------------


def _samples() -> list[Path]:
    return sorted((ROOT / "sample_patients").glob("*.yaml"))


def _participants() -> list[bytes]:
    return [path.read_bytes() for path in _samples()]


def _protocols() -> list[bytes]:
    shipped = sorted((ROOT / "src/taper/data/protocols").glob("*.yaml"))
    own = sorted((ROOT / "sample_patients/protocols").glob("*.yaml"))
    return [path.read_bytes() for path in (*own, *shipped)]


PARTICIPANT = Door("participant", _participants, change, participant)
PROTOCOL = Door("protocol", _protocols, change, protocol, cost=2)
