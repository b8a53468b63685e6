"""What came of the participants, as a person reads it at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from taper.operations.results.gathering import Results
from taper.operations.results.rules import rules
from taper.results.cohort import Cohort, Spread, Summary
from taper.results.figures import UNDEFINED, told
from taper.results.proportions import Proportion
from taper.results.series import Name
from taper.results.sparing import AtTime, Sparing
from taper.results.time_to_target import Curve
from taper.wording.layout import table, wrapped

_DOSES = 2
UNBLINDED = "UNBLINDED: this holds the arm of each participant."


def results(found: Results) -> str:
    """Everybody, all together, and the rule that each number follows."""
    parts = [
        *([UNBLINDED + "\n"] if found.is_unblinded else []),
        *_everybody(found),
        *_together(found.cohort),
        _rules(found),
    ]
    return "\n".join(parts)


def _everybody(found: Results) -> Iterator[str]:
    main = found.main
    if found.everybody:
        yield wrapped("Doses in mg prednisone a day; change from the dose at entry.") + "\n"
        yield table(
            (
                "Participant",
                "At",
                "Day",
                *(str(name).capitalize() for name in Name),
                "Change, %",
                "Known",
            ),
            [row for each in found.everybody for row in _rows(each, main)],
            right=(*(str(name).capitalize() for name in Name), "Change, %"),
            whole=("At", "Day"),
        )
        titles = ("Participant", "Entry", "At target", "Kept", "Flares", "As prescribed")
        rows = [_target_row(each, main) for each in found.everybody]
        yield table((*titles, "Rescue mg"), rows)
        yield (
            wrapped(
                "Change, known days of all, the first day at the target and rescue are of the "
                f"series {main}; as prescribed is a share of the days known of both."
            )
            + "\n"
        )
    for id_ in found.not_on_steroid:
        yield f"{id_} takes no steroid: there is nothing to compare.\n"


def _rows(each: Sparing, main: Name) -> Iterator[list[str]]:
    for place, at in enumerate(each.of(main).at):
        doses = [told(each.of(name).at[place].mg, _DOSES) for name in Name]
        flag = " (flagged)" if each.given.is_flagged else ""
        who = f"{each.participant}{flag}" if place == 0 else ""
        known = f"{at.sum.known_days}/{at.sum.days}"
        yield [who, at.time.label, str(at.day), *doses, _change(at), known]


def _change(at: AtTime) -> str:
    return f"{UNDEFINED}: {at.why}" if at.mg is None else told(at.change_percent, signed=True)


def _target_row(each: Sparing, main: Name) -> list[str]:
    reached, kept, last = each.of(main).target, each.adherence, each.of(main).at[-1].sum
    not_seen = UNDEFINED if reached.followed is None else "not reached"
    sustained = {True: "yes", False: "no", None: UNDEFINED}[reached.is_sustained]
    share = kept.share_of_days
    return [
        each.participant,
        f"{told(each.given.entry_mg, _DOSES)} mg",
        str(reached.day) if reached.day else not_seen,
        sustained if reached.day else "",
        ", ".join(map(str, each.given.flares)) or "none",
        UNDEFINED if share is None else f"{told(share * 100)} %",
        told(last.rescue_mg, _DOSES) if last.known_days else UNDEFINED,
    ]


# All together -----------------------------------------------------------------------------------


def _together(cohort: Cohort) -> Iterator[str]:
    measures: tuple[tuple[str, Callable[[Summary], Spread]], ...] = (
        ("Dose, mg", lambda each: each.dose_mg),
        ("Change, %", lambda each: each.change_percent),
        ("Cumulative, mg", lambda each: each.cumulative_mg),
    )
    shown = [each for each in cohort.summaries if each.n]
    for title, measure in measures:
        rows = [_spread_row(each, measure(each)) for each in shown if measure(each).n]
        if rows:
            yield table(
                (title, "Series", "Who", "n", "Mean ± SD", "SEM", "Median (quartiles)"), rows
            )
    if shown:
        yield table(
            ("At the target", "Series", "Who", "n", "Share (95 % interval)"),
            [_share_row(each, each.at_target) for each in shown],
        )
    yield _medians(cohort)


def _spread_row(each: Summary, spread: Spread) -> list[str]:
    sd = "" if spread.sd is None else f" ± {told(spread.sd)}"
    low, median, high = (told(spread.quartile(i)) for i in (1, 2, 3))
    return [
        *(each.time.label, str(each.series), each.who, str(spread.n)),
        *(f"{told(spread.mean)}{sd}", told(spread.sem), f"{median} ({low} to {high})"),
    ]


def _share_row(each: Summary, of: Proportion) -> list[str]:
    if of.share is None or of.low is None or of.high is None:
        said = UNDEFINED
    else:
        ends = f"{told(of.low * 100)} to {told(of.high * 100)}"
        said = f"{of.count} of {of.n}, {told(of.share * 100)} % ({ends})"
    return [each.time.label, str(each.series), each.who, str(of.n), said]


def _medians(cohort: Cohort) -> str:
    rows = [
        [
            *(str(each.series), each.who, str(each.n), str(each.reached)),
            _median(each),
        ]
        for each in cohort.curves
        if each.n
    ]
    titles = ("Time to the target", "Who", "n", "Reached", "Median (95 % interval)")
    return table(titles, rows) if rows else ""


def _median(of: Curve) -> str:
    if of.median_days is None:
        return UNDEFINED
    return f"{of.median_days} days ({told(of.median_low_days)} to {told(of.median_high_days)})"


# The rules --------------------------------------------------------------------------------------


def _rules(found: Results) -> str:
    """How each number was made."""
    return "\n".join(wrapped(said) for said in rules(found)) + "\n"
