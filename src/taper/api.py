"""The library: what `import taper` offers, each function a question and its answer.

Nothing here keeps a state, asks a clock or says a word on any stream, and every function may be
called from any thread. Doses are exact: a `fractions.Fraction` of a mg a day in what is typed,
decimal text in records. Whatever is wrong with what was given is raised as one `TaperError`: a
`Refusal`, which carries every problem found (who, which field, what was read, what is allowed), or
`EnvironmentLacking` where the machine lacks what a PDF needs.

A file (a protocol, a participant, a regimen) may be given by its path, as its YAML text or as the
same in a dict. A string that holds a line break or begins with a brace is text; another one is
the id of something shipped, if there is such; any other is a path. A `pathlib.Path` is always a
path. In a dict numbers are text, int, `Decimal` or `Fraction` and dates text or `date`; a float is
refused, except as a tablet's strength, because it need not be the number that was typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from datetime import date, time
    from typing import Any

    from taper.doses.conversion import Conversion
    from taper.operations.checking.files import Checked
    from taper.operations.programs.planned import Plan, Records
    from taper.operations.verifying.verdict import Verified
    from taper.planning.comparison import Answer
    from taper.sources.given import GivenParticipant, GivenProtocol, Number, Strengths, Written
    from taper.trial.participant import Participant
    from taper.trial.rules import Trial

# Each function imports what it is made of, so that a program pays for what it uses.


def plan(
    protocol: GivenProtocol | None,
    participant: GivenParticipant,
    *,
    today: date | str,
    regimen: str | None = None,
    revision: int | None = None,
) -> Plan:
    """The plan of a participant as of `today`: every day's dose, findings, tablets.

    `protocol` counts, whichever the participant names; where it is None, the one that the
    participant names does. `today`, a date or `YYYY-MM-DD`, is the only clock. `regimen`, the id
    of a shipped one, is for a protocol that prescribes no taper. `revision` (1, 2 …) is printed
    and no part of the plan's id.

    Raises `Refusal` for input that cannot be planned. What a clinician must see in a plan is
    among its `findings`, each with its source, and never raises.
    """
    from taper.operations.programs.planned import planned

    return planned(protocol, participant, today=today, regimen=regimen, revision=revision)


def read_protocol(protocol: GivenProtocol) -> Trial:
    """A protocol read once, to be planned by many times, with the sheets that it names.

    Raises `Refusal` with everything that is wrong in it.
    """
    from taper.sources import given

    return given.protocol(protocol)


def read_participant(participant: GivenParticipant) -> Participant:
    """A participant read once; raises `Refusal` with everything that is wrong in it."""
    from taper.sources import given

    return given.participant(participant)


def check(*files: Written, today: date | str | None = None) -> Records[Checked]:
    """What each is (participant, protocol, regimen), with every problem in it and its line.

    Several may be given; a folder stands for every YAML file in it. With `today` every
    participant is planned too, by the protocol that they name: `Checked.plan` has what was
    found, and what planning refuses is a problem. Two files with one id are refused. Nothing is
    raised for what is wrong in them: a `Checked` without `problems` is in order. Raises `Refusal`
    where `today` is no date.
    """
    from taper.operations.checking.files import check as looked_at

    return looked_at(files, today)


def pdf(
    plan: Plan,
    document: str = "calendar",
    *,
    issued: date | str | None = None,
    paper: str | None = None,
    replaces: Plan | Mapping[str, Any] | None = None,
    key: str | os.PathLike[str] | None = None,
    since: date | str | None = None,
    until: date | str | None = None,
    weeks: int | None = None,
) -> bytes:
    """What is printed of a plan, as the bytes of a PDF that was read back before it is given out.

    `document` is calendar, large-print, diary, large-print-diary, wallet, emergency, notice,
    pharmacy or investigator. `issued` is the date of issue, the day as of which it was planned
    where none is given; `paper` letter or A4, by the participant's locale where none is given.
    `replaces` is the plan, or its `to_dict()`, that this one takes the place of: a notice is about
    it, a calendar tells to destroy it. `key` is the file of the trial's private key, which signs
    the plan in the paper and the code on it (extra `sign`). `since` (a date, or `today` for the day
    as of which it was planned) with `until` or so many `weeks` (1 to 522) prints these days alone
    of what lists days, beyond the last printed day too where what comes after is known.

    Raises `Refusal` where there is nothing to print, of days of which nothing is known, and where
    the key is none that may be used, and `EnvironmentLacking` without Pango or the library that
    signs. A paper that differs from its plan raises a `TaperError` and is not given out.
    """
    from taper.operations.programs.printed import pdf as printed

    return printed(
        plan,
        document,
        issued=issued,
        paper=paper,
        replaces=replaces,
        key=key,
        since=since,
        until=until,
        weeks=weeks,
    )


def export(
    plan: Plan,
    format: str,
    *,
    issued: date | str | None = None,
    replaces: Plan | Mapping[str, Any] | None = None,
    reminder: time | None = None,
    discreet: bool = False,
    fhir_style: str = "sequence",
) -> bytes:
    """A plan as a file for another system, in the bytes that `taper plan --format` writes.

    `format` is days.csv or steps.csv; ec.json or define.xml: the plan as SDTM and what is in it;
    xlsx: a workbook; redcap: rows to import; sig: sentences for a prescription with the quantities
    of the days from `issued` on, the day as of which it was planned where none is given; ics: an
    event for each of those days; or fhir: HL7 FHIR R4, a transaction of medication requests, whose
    steps are one sequence or, by `fhir_style` per-step, a request each. `replaces` is the plan, or
    its `to_dict()`, that this one takes the place of: its days, requests and steps that are no more
    are cancelled or superseded. `reminder` is a time of each day of an ics; a `discreet` title
    names neither drug nor dose.

    Raises `Refusal` where there is no such file of the plan: an ics of one that no patient may act
    by (its protocol is not approved, its infusion only planned), or of one without days.
    """
    from taper.operations.programs.exported import export as exported

    return exported(
        plan,
        format,
        issued=issued,
        replaces=replaces,
        reminder=reminder,
        discreet=discreet,
        fhir_style=fhir_style,
    )


def verify(
    file: bytes | str | os.PathLike[str],
    plan: Plan | None = None,
    *,
    replaces: Plan | Mapping[str, Any] | None = None,
    folder: str | os.PathLike[str] | None = None,
    known_keys: Sequence[str | os.PathLike[str]] = (),
) -> Verified:
    """Whether a printed file is proved to be what was computed, and whether it is what `plan` says.

    `file` is a PDF's bytes or its path. The answer's `verdict` is current or superseded where a
    plan, made again, or a ledger tells; unaltered where only a known key does; altered; unproved
    for what merely reads as its own plan. `proof` says by what it was proved, `additions` what
    another program appended. `replaces` is the plan that `plan` takes the place of, as for `pdf`.
    A file in the folder of a batch is set beside its ledger, or beside that of `folder`.
    `known_keys` are files of public keys, or folders of such (extra `sign`).

    The file is read in a process of its own, within limits. Raises `Refusal` for what is no PDF
    with a plan in it, and for another participant's plan.
    """
    from taper.operations.programs.printed import verify as verified

    return verified(file, plan, replaces=replaces, folder=folder, known=known_keys)


def convert(
    dose: Number,
    drug: str,
    *,
    to: str = "prednisone",
    table: str = "us-label",
    route: str | None = None,
) -> Conversion:
    """A dose of one corticosteroid as a dose of another, by a named equivalence table.

    `dose` is above 0 and at most 1000 mg a day, never a float; drugs go by generic name, form or
    brand. `table` is us-label, bnf, axelrod and others (`taper convert --compare` shows where
    they disagree), `route` oral or iv; with None as the preparation is given, else by mouth. The
    answer's `dose_mg` is exact; its `source` and `notes` cite the figures and say what speaks
    against them, of a form that is no plain tablet too.

    Raises `Refusal` for an unknown drug, route or table, and where the table lacks a drug.
    """
    from taper.operations.programs import numbers

    return numbers.convert(dose, drug, to=to, table=table, route=route)


def tablets(
    dose: Number, drug: str, *, strengths: Strengths | None = None, market: str = "US"
) -> list[dict[str, str]]:
    """The tablets that make a day's dose exactly: `strength_mg` and `count`, as text.

    `dose` is above 0 and at most 1000 mg, never a float. `strengths` are those at hand as in a
    participant's file, mg, or `{"mg": 5, "split": 2}` for one that may be halved (4: quartered);
    or one solution, `{"mg_per_ml": 3, "smallest_ml": 0.5}`, whose answer is `mg_per_ml` and `ml`;
    without them the whole tablets of the `market`, plain or of the form that `drug` names. Of all
    exact ways the one with the fewest broken tablets, then the fewest pieces, then strengths.

    Raises `Refusal` where they cannot make it, naming the nearest doses that they can.
    """
    from taper.operations.programs import numbers

    return numbers.tablets(dose, drug, strengths=strengths, market=market)


def compare(
    *regimens: Written,
    start_mg: Number,
    target_mg: Number,
    window_months: int = 4,
    weight_kg: Number | None = None,
    start: date | str | None = None,
) -> Records[Answer]:
    """What comes of each regimen: days, mg in all, steps, largest fall, whether it fits.

    A regimen is the id of a shipped one, or the file of one or of a protocol with its own. Doses
    are mg prednisone a day, ideal, before any tablet; `start_mg` lies above `target_mg`. The
    window has 1 to 120 months; with `start`, the first taper day, it is exact and dates are known.

    An answer has `figures`, or `refused`, the reason why it cannot be used from that dose.
    Raises `Refusal` for an unknown regimen or a question that cannot be asked.
    """
    from taper.operations.trying.comparing import compare as compared

    return compared(
        regimens,
        start_mg=start_mg,
        target_mg=target_mg,
        window_months=window_months,
        weight_kg=weight_kg,
        start=start,
    )
