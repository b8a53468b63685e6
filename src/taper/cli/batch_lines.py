"""What a batch says on the screen: one line a participant, a summary, what must come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from taper.cli.foretold import tell_refusals
from taper.cli.speech import report, say, tell
from taper.exports import answers
from taper.folder.outcomes import Outcome, Tally
from taper.planning.labels import Severity
from taper.record.changes import Replaced
from taper.record.plan_document import SHORT_ID
from taper.wording.layout import printable, table, width, wrapped

_COLUMNS = "{:<16} {:<22} {:<11} {:<11} {}"
_ID_WIDTH = 16
_NARROW = 72
"""A screen with no room for the columns."""


def line(outcome: Outcome, tally: Tally) -> None:
    """One participant in a line, under a header that comes with the first."""
    who = printable(outcome.participant or outcome.source)
    if width() < _NARROW:
        report(_in_a_sentence(who, _told(outcome)))
        _tell_more(outcome, tally)
        return
    if tally.participants == 1:
        report(_COLUMNS.format("Participant", "State", "Start", "Target", "Warnings"))
    if len(who) > _ID_WIDTH:  # a line of its own, rather than more than 80 columns
        report(who)
        who = ""
    report(_COLUMNS.format(who, *_told(outcome)).rstrip())
    _tell_more(outcome, tally)


def _tell_more(outcome: Outcome, tally: Tally) -> None:
    """What was said otherwise though the paper stays, and what must be seen to."""
    if outcome.noted:
        said = "; ".join(outcome.noted)
        tell(wrapped(f"{outcome.participant}: said otherwise, and the paper stays. {said}."))
    recalled_only(outcome, tally)


def _in_a_sentence(who: str, told: list[str]) -> str:
    """The same where there is no room for columns."""
    state, start, target, warnings = told
    if not start:
        return wrapped(f"{state}", f"{who}  ")
    counted = f"; warnings: {warnings}" if warnings != "0" else ""
    return wrapped(f"{state}, {start} to {target}{counted}", f"{who}  ")


def _told(outcome: Outcome) -> list[str]:
    if outcome.refused:
        return ["refused", "", "", ""]
    warnings = sum(severity == Severity.WARNING for _, severity in outcome.findings)
    state = f"{outcome.state}, provisional" if outcome.provisional else str(outcome.state)
    dates = [str(day or "-") for day in (outcome.taper_start, outcome.target_reached)]
    return [state, *dates, str(warnings)]


def recalled_only(outcome: Outcome, tally: Tally) -> None:  # noqa: ARG001 - one signature
    """What must be seen to: a paper to recall, a refusal."""
    if outcome.replaces is not None:
        tell(wrapped(_replaced(outcome, outcome.replaces)))
    tell_refusals(outcome)


def _replaced(outcome: Outcome, old: Replaced) -> str:
    since = f", other from {old.changed_from} on" if old.changed_from else ""
    return (
        f"{outcome.participant}: recall revision {old.revision} (plan {old.plan_id[:SHORT_ID]}, "
        f"issued {old.issued}); revision {outcome.revision} replaces it{since}. "
        f"{'; '.join(outcome.why)}."
    )


def json_line(outcome: Outcome, tally: Tally) -> None:  # noqa: ARG001 - one signature
    """One participant as a line of JSON."""
    say(answers.in_one_line(outcome.as_dict()))


def summary(tally: Tally, out: Path, *, tables: int) -> None:
    """How many there are in each state, and what was written."""
    rows = [(state.value, str(count)) for state, count in tally.states.items()]
    rows += [("refused", str(tally.refused))] if tally.refused else []
    rows += [("all", str(tally.participants))]
    report("\n" + table(["State", "Participants"], rows, right=["Participants"]))
    written = tally.suffixes + Counter(parquet=tables if tally.states else 0)
    report(f"Written to {out}: {_counted(written) or 'nothing'}.")
    if tally.kept:
        report(f"Kept as they were: {_counted(tally.kept)}.")


def _counted(suffixes: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {suffix}" for suffix, count in sorted(suffixes.items()))


def recalls(tally: Tally) -> None:
    """Whose paper must come back, once more at the end, where it is seen."""
    if not tally.recalled:
        return
    shown = ", ".join(tally.recalled)
    more = tally.recalls - len(tally.recalled)
    also = f" and {more} more (taper history lists them)" if more else ""
    tell(wrapped(f"{shown}{also}.", "Recall the paper of: "))


def no_longer_fits(tally: Tally) -> None:
    """Whose paper is out although their data were refused, once more at the end."""
    for said in tally.unfit:
        tell(wrapped(said))
    more = tally.unfitting - len(tally.unfit)
    if more:
        tell(f"And {more} more, whose paper no longer fits its data (the index lists them).")
