"""A protocol's file as a model with the sheets that it names, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import Any

from taper import fingerprint
from taper.doses import dose
from taper.doses.forms import Preparation
from taper.errors import Problem, Refusal
from taper.sources import regimens, shipped
from taper.sources.drugs import with_drug
from taper.sources.misleading import OF_A_PROTOCOL, TITLES, like_headers, misleading, visit_names
from taper.sources.named_sheets import (
    find_rows_unreachable,
    find_unknown_sheets,
    with_burst,
    with_regimen,
    with_regimen_after_flares,
    with_rows_named,
)
from taper.sources.preparations import preparations
from taper.sources.raw import bytes_of
from taper.sources.references import refuse_both, refuse_no_name
from taper.sources.usual_case import usual_case
from taper.sources.validation import identifying_keys, model_of
from taper.sources.yaml import NO_LINES, Found, Lines, ParsedFile, refusal, scan
from taper.trial.participant import Participant
from taper.trial.protocol import Protocol
from taper.trial.regimens import Regimen
from taper.trial.rules import NamedRegimen, Trial
from taper.wording.case import known
from taper.wording.quoting import plain, quoted


def trial(reference: str, beside: FilePath | None = None, who: str | None = None) -> Trial:
    """The shipped protocol of that id, or the one in the file at that path.

    A path is relative to the folder `beside`, or to the current one. `who` is the participant
    of whom a wrong reference is said; what is wrong in the file is said of the file.
    """
    id_ = known(reference, shipped.protocol_ids())
    if id_ is not None:
        refuse_both("protocol", id_, beside or FilePath(), shipped.protocol_sheet(id_), who)
        return _shipped_trial(id_)
    path = (beside or FilePath()) / reference
    refuse_no_name("protocol", reference, path, shipped.protocol_ids(), who)
    try:
        raw = bytes_of(path)
    except Refusal as wrong:
        raise _said_of_reference(wrong, reference, who) from None
    return trial_in(raw, path)


def trial_for(participant: Participant, beside: FilePath | None = None) -> Trial:
    """The protocol that a participant names, with those of the amendments (§6.14)."""
    who = participant.participant
    return with_amendments(trial(participant.protocol, beside, who), participant, beside)


def with_amendments(of: Trial, participant: Participant, beside: FilePath | None = None) -> Trial:
    """The trial with every protocol and regimen that the participant's events name.

    They are named as the file does: by an id, or a path from the folder `beside`.
    """
    who = participant.participant
    if participant.amendments:
        later = {name: trial(name, beside, who) for name in participant.amendments}
        of = replace(of, amendments=later)
    return with_regimens(of, participant, beside)


def with_regimens(of: Trial, participant: Participant, beside: FilePath | None = None) -> Trial:
    """The trial with every regimen that the participant's set doses name."""
    if not participant.regimens:
        return of
    who, named = participant.participant, participant.regimens
    read = {name: _regimen(name, beside, who, place) for name, place in named.items()}
    return replace(of, regimens=read)


def _regimen(reference: str, beside: FilePath | None, who: str, place: str) -> NamedRegimen:
    """The regimen that a set dose names (§6.11.14)."""
    id_ = known(reference, shipped.regimen_ids())
    path = (beside or FilePath()) / reference
    if id_ is None:
        refuse_no_name(place, reference, path, shipped.regimen_ids(), who)
    else:
        refuse_both(place, id_, beside or FilePath(), shipped.regimen_sheet(id_), who)
    sheet = shipped.regimen_sheet(id_) if id_ is not None else regimens.sheet_in(path)
    if "needs" in sheet:
        needs = "; ".join(sheet["needs"])
        allowed = f"a sheet of one's own with what its source leaves open: {needs}"
        raise Refusal.of(who, place, quoted(reference), allowed)
    return _named(regimens.rule_of(sheet), sheet)


def trial_in(raw: bytes, path: FilePath) -> Trial:
    """The trial of a protocol file's bytes; a sheet that it names lies beside `path`."""
    _refuse_both_beside(path, regimens.shipped_in(raw, path.name))
    sheet = regimens.path_in(raw, path.name)
    return _trial_of(raw, path.name, None if sheet is None else regimens.beside(path, sheet))


def _refuse_both_beside(path: FilePath, id_: str | None) -> None:
    """Refuse a file that names a shipped regimen while another sheet of that name lies beside."""
    if id_ is not None:
        sheet = shipped.regimen_sheet(id_)
        refuse_both("taper.regimen", id_, path.parent, sheet, plain(path.name))


def trial_written(
    document: ParsedFile, found: Iterable[Found] = (), path: FilePath | None = None
) -> Trial:
    """The trial of a protocol that was read already; `found` is what was wrong with its form.

    A sheet that it names lies beside `path`, or in the current folder.
    """
    reference, sheet = regimens.reference_in(document.data), None
    if path is not None and reference is not None:
        _refuse_both_beside(path, known(reference, shipped.regimen_ids()))
    if reference is not None and regimens.is_path(reference):
        raw, name = regimens.beside(path or FilePath(document.name), reference)
        sheet = regimens.named_by(document.name, raw, name)
    return _trial(document.data, document.name, document.lines, found, sheet)


def trial_of(protocol: Protocol) -> Trial:
    """The trial of a model; a regimen equal to a shipped one has that one's provenance.

    Which id a file named is not in the model, and a warning about a regimen must not be lost
    with it.
    """
    if protocol.id in shipped.protocol_ids() and _shipped_trial(protocol.id).protocol == protocol:
        return _shipped_trial(protocol.id)
    found: list[Found] = []
    data = protocol.model_dump(mode="json", by_alias=True)
    find_unknown_sheets(data, found)
    find_rows_unreachable(protocol, data, found)
    if found:
        raise refusal(f"protocol {protocol.id}", found, NO_LINES)
    rule = protocol.taper
    after_flares = protocol.flare.regimen if protocol.flare else None
    return _with_sheets(
        protocol,
        regimens.shipped_like(rule.regimen) if rule else None,
        regimens.shipped_like(after_flares) if after_flares else None,
    )


def validate_trial(
    data: Mapping[str, Any],
    who: str,
    lines: Lines | None = None,
    sheet: Mapping[str, Any] | None = None,
) -> Trial:
    """The trial of data that have been read already; `who` is named in a refusal.

    `sheet` is that of its regimen, where that is a file and no shipped one.
    """
    return _trial(data, who, lines or NO_LINES, [], sheet)


def _said_of_reference(wrong: Refusal, reference: str, who: str | None) -> Refusal:
    if who is None:
        return wrong
    return Refusal(
        *(
            Problem(
                who, "protocol", f"{quoted(reference)}, which is {problem.read}", problem.allowed
            )
            for problem in wrong.problems
        )
    )


@cache
def _shipped_trial(id_: str) -> Trial:
    document = shipped.sheet("protocols", id_)
    return _trial(document.data, document.name, document.lines, [])


@lru_cache(maxsize=32)  # a batch names the same few files again and again
def _trial_of(raw: bytes, name: str, regimen: tuple[bytes, str] | None) -> Trial:
    document, found = scan(raw, plain(name))
    sheet = None if regimen is None else regimens.named_by(document.name, *regimen)
    return _trial(document.data, document.name, document.lines, found, sheet)


def _trial(
    data: Mapping[str, Any],
    who: str,
    lines: Lines,
    found: Iterable[Found],
    sheet: Mapping[str, Any] | None = None,
) -> Trial:
    found = [*found, *identifying_keys(data), *misleading(data, OF_A_PROTOCOL)]
    found += [*like_headers(data, TITLES), *misleading(data, visit_names(data))]
    usual = usual_case(data)
    regimen_id = regimens.reference_in(usual)
    sheet = sheet or regimens.shipped_sheet(regimen_id)
    resolved, made = with_drug(usual, "taper", found)
    if made is not None:
        _find_other_form(made, data["taper"]["drug"], found)
    resolved = with_regimen(resolved, regimen_id, sheet, found)
    resolved = with_rows_named(with_burst(resolved, found), found)
    resolved, after_flares = with_regimen_after_flares(resolved, found)
    protocol = model_of(Protocol, resolved, data, found)
    find_unknown_sheets(resolved, found)
    find_rows_unreachable(protocol, data, found)
    if found or protocol is None:
        raise refusal(who, found, lines)
    return _with_sheets(protocol, sheet, after_flares)


def _with_sheets(
    protocol: Protocol,
    sheet: Mapping[str, Any] | None,
    after_flares: Mapping[str, Any] | None = None,
) -> Trial:
    """The protocol with the shipped sheets that it names, and what those of its regimens say."""
    id_ = None if sheet is None else str(sheet["id"])
    trial = _equal_is_same(protocol, id_, _to_verify(sheet), _published_start(sheet))
    rule = protocol.flare.regimen if protocol.flare else None
    return trial if rule is None else replace(trial, after_flares=_named(rule, after_flares))


def _named(rule: Regimen, sheet: Mapping[str, Any] | None) -> NamedRegimen:
    """A rule under the name of its sheet."""
    if sheet is None:
        return NamedRegimen("the regimen", rule)
    return NamedRegimen(str(sheet["id"]), rule, _to_verify(sheet))


@lru_cache(maxsize=128)
def _equal_is_same(
    protocol: Protocol,
    regimen_id: str | None,
    unverified_regimen: str | None,
    published_start_mg: tuple[Fraction, Fraction] | None,
) -> Trial:
    """One object for equal trials, so that ladders are found without comparing protocols."""
    return Trial(
        protocol=protocol,
        protocol_sha256=_sha256(protocol),
        table=shipped.equivalence_table(protocol.equivalence),
        physiologic=shipped.hpa(),
        thresholds=shipped.thresholds(),
        market=shipped.market(protocol.market) if protocol.market else {},
        preparations=preparations(),
        marketed=shipped.marketed(protocol.market) if protocol.market else {},
        solutions=shipped.marketed_solutions(protocol.market) if protocol.market else {},
        regimen_id=regimen_id,
        unverified_regimen=unverified_regimen,
        published_start_mg=published_start_mg,
    )


_MOVES_NOTHING = {"sdtm_domain"}
"""Where analysts look for what was taken is no rule: who says it later has the same plans."""


def _sha256(protocol: Protocol) -> str:
    """The hash of the rules; a key that is left out and one that does not exist are the same."""
    rules = protocol.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude=_MOVES_NOTHING
    )
    return fingerprint.sha256_of(rules)


def _find_other_form(made: Preparation, typed: str, found: list[Found]) -> None:
    """A taper in another form than plain tablets, of which a plan is made."""
    read = f"{quoted(typed)}, which is {made.drug} {made.described}"
    found.append(Found(("taper", "drug"), read, f"{made.drug}, in plain tablets"))


def _to_verify(sheet: Mapping[str, Any] | None) -> str | None:
    """The primary source that an unverified regimen has still to be checked against."""
    if sheet is None or sheet["status"] != shipped.UNVERIFIED:
        return None
    return str(sheet["verify"])


def _published_start(sheet: Mapping[str, Any] | None) -> tuple[Fraction, Fraction] | None:
    """The start doses that a regimen was published for, mg prednisone."""
    if sheet is None or "start_mg" not in sheet:
        return None
    bounds = sheet["start_mg"]
    return dose.parse(bounds["from"]), dose.parse(bounds["up_to"])
