"""Files looked at before anybody plans by them: every problem of every file, with its line.

Which kind of file one is, is read off its keys, so that a folder of all of them can be checked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from taper import sources as load
from taper.errors import Problem, Refusal
from taper.sources import regimens
from taper.sources.participants import claim_of, who_of
from taper.sources.protocols import trial_written
from taper.sources.raw import bytes_of, is_folder
from taper.sources.regimen_sheets import RegimenSheet
from taper.sources.yaml import SUFFIXES, Found, ParsedFile, refusal, scan
from taper.trial.participant import Participant
from taper.trial.regimens import Regimen
from taper.wording.quoting import KeyPath, field_name, plain, quoted


class Subject(StrEnum):
    """The kinds of file that a person writes."""

    PARTICIPANT = "participant"
    PROTOCOL = "protocol"
    REGIMEN = "regimen"


@dataclass(frozen=True)
class CheckedFile:
    """What a file is, and everything that is wrong with it; `path` is None for a text or a dict.

    `participant` is the id that a participant's file claims, be the rest of it in order or not.
    """

    path: Path | None
    subject: Subject | None
    problems: tuple[Problem, ...] = ()
    remark: str = ""
    participant: str | None = None
    document: ParsedFile | None = field(default=None, repr=False)


def check(paths: Iterable[Path]) -> Iterator[CheckedFile]:
    """Every file, and every YAML file of every folder and of the folders within it."""
    for path in paths:
        if is_folder(path):
            found = sorted(p for p in path.rglob("*") if _is_checked(p.relative_to(path), p))
            if not found:
                problem = Problem(str(path), "the folder", "without a YAML file", "one with some")
                yield CheckedFile(path, None, (problem,))
            yield from (_check(file) for file in found)
        else:
            yield _check(path)


def _is_checked(below: Path, path: Path) -> bool:
    hidden = any(part.startswith(".") for part in below.parts)
    return path.suffix.lower() in SUFFIXES and not hidden and path.is_file()


def _check(path: Path) -> CheckedFile:
    from taper.sources.tables.opening import is_table  # who plans one file waits for no table

    if is_table(path):
        allowed = "a YAML file, or taper batch TABLE --check, which looks at every row"
        return CheckedFile(path, None, (Problem(str(path), "the file", "a table", allowed),))
    try:
        document, found = scan(bytes_of(path), plain(path.name))
    except Refusal as refused:
        return CheckedFile(path, None, refused.at(str(path)).problems)
    return checked(document, found, path)


def checked(document: ParsedFile, found: list[Found], path: Path | None = None) -> CheckedFile:
    """The same for what was read already; `found` is what was wrong with its form."""
    subject = subject_of(document.data)
    problems = list(_problems_of(subject, path, document, found))
    problems.sort(key=lambda problem: problem.line or sys.maxsize)
    remark = "" if problems else "; ".join(_remarks_of(subject, path, document, found))
    who = document.name if path is None else str(path)
    is_participant = subject is Subject.PARTICIPANT
    return CheckedFile(
        path,
        subject,
        Refusal(*problems).at(who).problems,
        remark,
        claim_of(document.data) if is_participant else None,
        document,
    )


_KEYS: Mapping[Subject, frozenset[str]] = {
    Subject.PARTICIPANT: frozenset(Participant.model_fields) - {"protocol", "infusions"},
    Subject.PROTOCOL: frozenset({"infusion_day", "infusions", "eligibility", "taper", "flare"}),
    Subject.REGIMEN: frozenset({"regimen", "start_mg", "published", "suggested_target_mg"}),
}
_KINDS = "a file with the keys of a participant, a protocol or a regimen"


def subject_of(data: Mapping[str, Any]) -> Subject | None:
    """The kind with the most keys of its own in the file, None for one with none of any."""
    counts = {subject: len(keys & data.keys()) for subject, keys in _KEYS.items()}
    most = max(counts, key=lambda subject: counts[subject])
    return most if counts[most] else None


def is_beside_participants(data: Mapping[str, Any]) -> str | None:
    """What lies in a folder of participants and is none of them: a protocol, a regimen, a mapping.

    Whatever claims an id or a steroid is somebody's file, and never passed over.
    """
    subject = subject_of(data)
    if subject is Subject.PARTICIPANT or data.keys() & {"participant", "steroid"}:
        return None
    return "mapping" if isinstance(data.get("columns"), Mapping) else subject


def _problems_of(
    subject: Subject | None, path: Path | None, document: ParsedFile, found: list[Found]
) -> Iterator[Problem]:
    try:
        match subject:
            case Subject.PARTICIPANT:
                who = who_of(document)
                load.validate_participant(document.data, who, document.lines, found)
            case Subject.PROTOCOL:
                trial_written(document, found, path)
            case Subject.REGIMEN:
                regimens.model_of_sheet(document, found)
            case None:
                raise refusal(document.name, [*found, Found((), "of no known kind", _KINDS)], {})
    except Refusal as refused:
        yield from refused.problems
    if subject is Subject.PARTICIPANT:
        for at, reference in _references(document.data):
            yield from _problems_of_reference(reference, at, path and path.parent, document)


def _remarks_of(
    subject: Subject | None, path: Path | None, document: ParsedFile, found: list[Found]
) -> Iterator[str]:
    """What is in order and a reader should know: rows that are cut or passed over in a plan."""
    if "needs" in document.data:
        yield "its source leaves numbers open"
        return
    regimen: Regimen | None = None
    if subject is Subject.REGIMEN:
        sheet = regimens.model_of_sheet(document, found)
        regimen = sheet.regimen if isinstance(sheet, RegimenSheet) else None
    elif subject is Subject.PROTOCOL:
        taper = trial_written(document, found, path).protocol.taper
        regimen = taper.regimen if taper else None
    rising = [] if regimen is None else list(regimen.rising())
    if rising:
        yield f"but {', '.join(rising)}: no row raises a dose, so it is cut"
    unbegun = [] if regimen is None else list(regimen.passed_over())
    if unbegun:
        yield (
            f"but {', '.join(unbegun)}: nobody begins with it (entry: join begins with a row at "
            "that dose)"
        )


def _references(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, object]]:
    """The protocol that a participant's file names, and those of its amendments."""
    yield ("protocol",), data.get("protocol")
    events = data.get("events")
    for i, event in enumerate(events if isinstance(events, list) else []):
        if isinstance(event, Mapping) and event.get("type") == "amendment":
            yield ("events", i, "protocol"), event.get("protocol")


def _problems_of_reference(
    reference: object, at: KeyPath, beside: Path | None, document: ParsedFile
) -> Iterator[Problem]:
    """What is wrong with a protocol that a participant's file names, said of that file."""
    if not isinstance(reference, str) or not reference:
        return  # told already
    line, field = document.lines.get(at), field_name(at)
    try:
        load.trial(reference, beside, document.name)
    except Refusal as refused:
        if all(problem.who == document.name for problem in refused.problems):
            yield from (replace(each, line=line, field=field) for each in refused.problems)
        else:
            read = f"{quoted(reference)}, whose file is refused itself"
            yield Problem(document.name, field, read, "a protocol in order", line)


def regimen_file(path: Path) -> Mapping[str, Any]:
    """A regimen's own file, or the regimen written in a protocol's file, as a sheet.

    Raises `Refusal` with everything that is wrong in the file.
    """
    return regimen_in(*scan(bytes_of(path), plain(path.name)), path)


def regimen_in(
    document: ParsedFile, found: list[Found], path: Path | None = None
) -> Mapping[str, Any]:
    """The same for what was read already; `found` is what was wrong with its form."""
    data = document.data
    if subject_of(data) is not Subject.PROTOCOL:
        return regimens.sheet_of(document, found)
    taper = trial_written(document, found, path).protocol.taper
    rule = data["taper"]["regimen"] if taper is not None else None
    if isinstance(rule, str) and regimens.is_path(rule):
        return regimens.sheet_in((path or Path()).parent / rule)
    if not isinstance(rule, dict):
        read = "none of its own" if rule is None else f"the shipped {rule}"
        raise Refusal.of(document.name, "taper.regimen", read, "a regimen written in full there")
    cited = [{"citation": source} for source in data["sources"]]
    named = {key: data[key] for key in ("id", "title", "status")}
    return {**named, "sources": cited, "regimen": rule}
