"""What `taper protocols` and `taper regimens` show: lists, sheets, infusion dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.trial.infusions import DueInfusion, offset_days
from taper.trial.protocol import Eligibility, FlareRule, Protocol
from taper.trial.rules import Trial
from taper.wording.layout import NBSP, table, wrapped

Sheet = Mapping[str, Any]
Labelled = Iterable[tuple[str, str]]

_MARGIN = 16
_WIDEST_START = "1000"


def _facts(pairs: Labelled) -> str:
    return "\n".join(wrapped(text, f"{label:<{_MARGIN}}") for label, text in pairs if text)


def _list_of(label: str, texts: Iterable[str]) -> Labelled:
    """A label, and every text behind a hyphen."""
    return [(f"{label if i == 0 else '':<{_MARGIN}}- ", text) for i, text in enumerate(texts)]


# Protocols ------------------------------------------------------------------------------------


def protocols(trials: Iterable[Trial]) -> str:
    """A row a protocol."""
    rows = [[t.protocol.id, t.protocol.status, _regimen_of(t), t.protocol.title] for t in trials]
    return table(["Id", "Status", "Taper", "Title"], rows, whole=["Id", "Status", "Taper"])


def _regimen_of(trial: Trial) -> str:
    if trial.protocol.taper is None:
        return "none prescribed"
    return trial.regimen_id or "its own"


def protocol(trial: Trial) -> str:
    """Everything that a protocol's sheet says."""
    sheet = trial.protocol
    approved = sheet.approval
    facts = [
        ("Registry", sheet.registry or ""),
        ("Status", sheet.status + ("" if sheet.is_approved else ", not for patient use")),
        ("Approval", approved and f"{approved.document} {approved.version} of {approved.date}"),
        ("Infusion 1 is", f"day {sheet.infusion_day}"),
        ("Eligible", _eligible(sheet.eligibility)),
        ("Equivalence", sheet.equivalence),
        ("Market", sheet.market or ""),
        ("Taper", _taper(trial)),
        ("Flare", _flare(sheet.flare) if sheet.flare else "no rule: a flare is refused"),
        *_list_of("Sources", sheet.sources),
    ]
    infusions = table(
        ["Infusion", "Months after the first", "Days it may be early or late"],
        [[str(i.number), str(i.months), str(i.window_days)] for i in sheet.infusions],
        right=["Infusion", "Months after the first", "Days it may be early or late"],
    )
    title = wrapped(f"{sheet.id}, version {sheet.version}: {sheet.title}")
    return f"{title}\n{_facts((label, text or '') for label, text in facts)}\n\n{infusions}"


def _eligible(bounds: Eligibility) -> str:
    low, high = bounds.min_mg, bounds.max_mg
    limits = [
        *([f"at least {dose.text(low)} mg"] if low is not None else []),
        *([f"at most {dose.text(high)} mg"] if high is not None else []),
    ]
    return f"{' and '.join(limits)} prednisone-equivalent a day" if limits else "any dose"


def _taper(trial: Trial) -> str:
    rule = trial.protocol.taper
    if rule is None:
        return "none prescribed: plan with --regimen ID (taper regimens lists them)"
    drug = "" if rule.drug == "as-baseline" else f", in {rule.drug}"
    return (
        f"from {rule.offset_days} days after infusion {rule.after_infusion} to "
        f"{dose.text(rule.target_mg)} mg within {rule.complete_within}, by regimen "
        f"{trial.regimen_id or 'of its own'}{drug}"
    )


def _flare(rule: FlareRule) -> str:
    action = rule.action if rule.action != "step-back" else f"step back {rule.step_back}"
    limit = "" if rule.max_flares is None else f"; more than {rule.max_flares} stop the taper"
    resume = "the step again" if rule.resume == "restart-step" else "where it was"
    return (
        f"{action} for at least {rule.min_days} days, until {rule.stable_days} days after it is "
        f"resolved, then {resume}{limit}"
    )


def infusions(protocol: Protocol, due: Sequence[DueInfusion]) -> str:
    """Every infusion's date and window, and what is counted from it."""
    later = f"+{offset_days(protocol)} days"
    titles = ["No.", "Planned", "From", "To", later, "Day 0 style", "Day 1 style"]
    rows = [
        [
            str(infusion.number),
            *map(str, (infusion.planned, infusion.earliest, infusion.latest, infusion.offset)),
            str(infusion.day_from_0),
            str(infusion.day_from_1),
        ]
        for infusion in due
    ]
    right = ["No.", "Day 0 style", "Day 1 style"]
    said = [
        wrapped(f"{protocol.id}, version {protocol.version}, infusion 1 on {due[0].planned}"),
        "",
        table(titles, rows, right=right, whole=[t for t in titles if t not in right]),
        *_said_of_taper(protocol, due),
        wrapped(f"The protocol calls the day of infusion 1 day {protocol.infusion_day}."),
    ]
    return "\n".join(said) + "\n"


def _said_of_taper(protocol: Protocol, due: Sequence[DueInfusion]) -> Iterator[str]:
    rule = protocol.taper
    if rule is None:
        yield wrapped("The protocol prescribes no taper.")
    else:
        start = next(i.offset for i in due if i.number == rule.after_infusion)
        yield wrapped(
            f"The taper starts {rule.offset_days} days after infusion {rule.after_infusion}: "
            f"{start}, if that infusion is given as planned."
        )


# Regimens -------------------------------------------------------------------------------------


def regimens(sheets: Iterable[Sheet], bursts: Iterable[Sheet]) -> str:
    """A row a regimen, and the flare bursts that a protocol may name."""
    shown = list(sheets)
    rows = [
        [s["id"], s["status"], _grade(s).split("-")[0], start_doses(s), s["title"]] for s in shown
    ]
    titles = ["Id", "Status", "Evidence", "Start mg", "Title"]
    said = table(titles, rows, whole=titles[:-1])
    unfinished = [s["id"] for s in shown if "needs" in s]
    if unfinished:
        said += "\n" + wrapped(
            f"Not usable before numbers that the source leaves open are filled in: "
            f"{dose.join(unfinished)}.\n"
        )
    return "\n".join([said.rstrip(), "", *map(_burst, bursts)]).rstrip() + "\n"


def _burst(sheet: Sheet) -> str:
    rows = dose.join([f"{row['mg']} mg for {row['days']} days" for row in sheet["rescue"]])
    return wrapped(
        f"For flare.rescue: {sheet['id']}, {sheet['status']}, {sheet['title']}: {rows} "
        f"({sheet['sources'][0]['citation']})."
    )


def _grade(sheet: Sheet) -> str:
    return str(sheet.get("evidence_grade", ""))


def start_doses(sheet: Sheet) -> str:
    """The start doses that a regimen was published for, mg."""
    bounds = sheet.get("start_mg")
    if bounds is None:
        return ""
    low, high = bounds["from"], bounds["up_to"]
    if high == _WIDEST_START:
        return "any" if low == "0" else f"from {low}"
    return low if low == high else f"{low} to {high}"


def outside(sheet: Sheet, start_mg: Fraction) -> bool:
    """Whether a start dose is none of those that the regimen was published for."""
    bounds = sheet.get("start_mg")
    if bounds is None:
        return False
    return not dose.parse(bounds["from"]) <= start_mg <= dose.parse(bounds["up_to"])


def regimen(sheet: Sheet) -> str:
    """Everything that a regimen's sheet says; what was published beside what was chosen."""
    start, target = start_doses(sheet), sheet.get("suggested_target_mg")
    facts: list[tuple[str, str]] = [
        ("Status", sheet["status"]),
        ("Check against", sheet.get("verify", "")),
        ("Evidence", _grade(sheet)),
        ("Unit", sheet.get("unit", "")),
        ("Published in", sheet.get("drug_published", "")),
        ("Start doses", f"{start} mg" if start[-1:].isdigit() else start),
        ("Target", f"{target} mg, if the protocol says nothing else" if target else ""),
        *_list_of("Left open", sheet.get("needs", [])),
        *_list_of("Rule", _rule(sheet["regimen"])),
        *_list_of("Adds up to", map(_total, sheet.get("totals", []))),
        *_list_of("Sources", map(_source, sheet["sources"])),
    ]
    said = [wrapped(f"{sheet['id']}: {sheet['title']}"), _facts(facts), ""]
    beside = [["\n".join(sheet.get("published", [])), sheet.get("choice", "")]]
    return "\n".join([*said, table(["Published", "Chosen for this sheet"], beside)])


def _total(total: Sheet) -> str:
    who = f", {total['weight_kg']} kg" if "weight_kg" in total else ""
    return f"from {total['from_mg']} mg{who}: {total['mg']} mg in {total['days']} days"


def _source(source: Sheet) -> str:
    how = ", ".join(source[key] for key in ("date", "how") if key in source)
    return f"{source['citation']}{f' ({how})' if how else ''}"


def _rule(rule: Sheet) -> Iterator[str]:
    """A regimen's rule in words; from its text, so that open numbers are shown as they stand."""
    match rule["kind"]:
        case "bands":
            for band in rule["bands"]:
                every = _days(band["every_days"])
                yield f"over {band['above_mg']} mg: {band['decrease_mg']} mg less every {every}"
        case "percent":
            least = rule.get("min_decrease_mg")
            yield (
                f"{rule['decrease_percent']} percent of the {rule.get('of', 'current')} dose less "
                f"every {_days(rule['every_days'])}{f', at least {least} mg' if least else ''}"
            )
        case "linear":
            yield f"equal steps, one every {_days(rule['every_days'])}, within the window"
        case _:
            yield _ENTRIES[rule.get("entry", "below")]
            for bounds, rows in _tables(rule):
                yield f"{bounds}{', '.join(map(_row, rows))}"


_ENTRIES = {
    "below": "begins with the first row under the start dose",
    "join": "begins with the first row not above the start dose",
    "first": "begins with the first row",
}
_BOUNDS = {"from": "from", "above": "over", "below": "under", "up_to": "up to"}


def _tables(rule: Sheet) -> Iterator[tuple[str, list[Sheet]]]:
    if "steps" in rule:
        yield "", rule["steps"]
    unit = "kg" if rule.get("choose_by") == "weight_kg" else "mg"
    for each in rule.get("tables", []):
        bounds = [f"{word} {each[key]} {unit}" for key, word in _BOUNDS.items() if key in each]
        yield f"{' and '.join(bounds)}: ", each["steps"]


def _row(row: Sheet) -> str:
    if "mg" in row:
        mg = f"{' / '.join(row['mg'])} mg" if isinstance(row["mg"], list) else f"{row['mg']} mg"
    else:
        mg = f"{row['mg_per_kg']} mg per kg (at most {row['max_mg']} mg)"
    return f"{mg} for {_days(row['days'])}".replace(" ", NBSP)


def _days(days: str) -> str:
    return "1 day" if days == "1" else f"{days} days"


# For programs ---------------------------------------------------------------------------------


def protocol_data(trial: Trial) -> dict[str, Any]:
    """A protocol's rules, its regimen in full and by its id."""
    rules = trial.protocol.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**rules, "regimen_id": trial.regimen_id}


def infusion_data(infusion: DueInfusion) -> dict[str, Any]:
    """An infusion's dates and trial days."""
    return {
        "number": infusion.number,
        "planned": infusion.planned.isoformat(),
        "from": infusion.earliest.isoformat(),
        "to": infusion.latest.isoformat(),
        "offset": infusion.offset.isoformat(),
        "day_from_0": infusion.day_from_0,
        "day_from_1": infusion.day_from_1,
    }
