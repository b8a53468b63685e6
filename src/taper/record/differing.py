"""What was said of a participant then and now, and in what the two differ. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from taper.record import reported
from taper.record.changes import ENDS, Cause, Change, Facts


def said_otherwise(old: Facts, new: Facts) -> Iterator[Change]:
    """What was said then and now, compared."""
    for cause, compare in _COMPARED.items():
        yield from (Change(cause, said) for said in compare(old, new))


def _protocol(old: Facts, new: Facts) -> Iterator[str]:
    was, now = old["protocol"], new["protocol"]
    if was["id"] != now["id"]:
        yield f"{was['id']} to {now['id']}"
    elif was["version"] != now["version"]:
        yield f"{now['id']} version {was['version']} to {now['version']}"
    elif was["sha256"] != now["sha256"]:
        yield f"other rules in {now['id']} version {now['version']}"


def _infusions(old: Facts, new: Facts) -> Iterator[str]:
    was, now = ({i["number"]: i for i in facts.get("infusions", ())} for facts in (old, new))
    for number in sorted(was.keys() | now.keys()):
        before, after_ = was.get(number), now.get(number)
        if before == after_:
            continue
        if after_ is None:
            yield f"infusion {number} is no longer listed"
        elif after_["missed"]:
            yield f"infusion {number} was missed"
        elif before is None or before["missed"]:
            yield f"infusion {number} on {after_['date']}"
        else:
            yield f"infusion {number} from {before['date']} to {after_['date']}"


def _visits(old: Facts, new: Facts) -> Iterator[str]:
    was, now = ({v["name"]: v for v in facts.get("visits", ())} for facts in (old, new))
    for name in dict.fromkeys((*was, *now)):
        before, after_ = _attended(was.get(name)), _attended(now.get(name))
        if before != after_:
            yield f"{name} from {before} to {after_}"


def _attended(visit: Mapping[str, Any] | None) -> str:
    if visit is None:
        return "as planned"
    return "missed" if visit["missed"] else str(visit["date"])


def _start(old: Facts, new: Facts) -> Iterator[str]:
    was, now = (facts.get("taper_started", "as planned") for facts in (old, new))
    if was != now:
        yield f"{was} to {now}"


def _dose(old: Facts, new: Facts) -> Iterator[str]:
    was, now = (_taken(facts.get("steroid")) for facts in (old, new))
    if was != now:
        yield f"{was} to {now}"


def _before(old: Facts, new: Facts) -> Iterator[str]:
    """What was taken before, on which no day of the plan rests."""
    was, now = (facts.get("steroid", {}).get("since", "not said") for facts in (old, new))
    if was != now and "steroid" in old and "steroid" in new:
        yield f"since {was} to {now}"
    was, now = (_at_entry(facts.get("enrolment")) for facts in (old, new))
    if was != now:
        yield f"at entry {was} to {now}"


def _at_entry(entry: Mapping[str, Any] | None) -> str:
    return f"{_taken(entry)} on {entry['date']}" if entry else "as the start dose"


def _taken(steroid: Mapping[str, Any] | None) -> str:
    return f"{steroid['drug']} {steroid['dose_mg']} mg" if steroid else "no steroid"


def _tablets(old: Facts, new: Facts) -> Iterator[str]:
    was, now = (_strengths(facts) for facts in (old, new))
    if was != now:
        yield f"{was} to {now}"
    was, now = (_times(facts.get("steroid", {}).get("times")) for facts in (old, new))
    if was != now:
        yield f"{was} to {now}"


def _strengths(said: Facts) -> str:
    kinds = (said.get("steroid", {}).get("strengths"), said.get("taper_strengths"))
    return ", then ".join(listed(kind) for kind in kinds if kind) or "those of the market"


def _times(shares: Mapping[str, int] | None) -> str:
    return "all in the morning" if shares is None else in_shares(shares)


def in_shares(shares: Mapping[str, int]) -> str:
    """Times of the day with their shares: `shares of 2 morning, 1 evening`."""
    return "shares of " + ", ".join(f"{share} {time}" for time, share in shares.items())


def listed(tablets: Sequence[Mapping[str, Any]]) -> str:
    """Tablets, or a solution, in a few words: `20/5 halved mg`."""
    parts = {1: "", 2: " halved", 4: " quartered"}
    for solution in (each for each in tablets if "mg_per_ml" in each):  # it stands by itself
        return f"{solution['mg_per_ml']} mg per mL in steps of {solution['smallest_ml']} mL"
    return "/".join(f"{t['mg']}{parts[t['split']]}" for t in tablets) + " mg"


def _weight(old: Facts, new: Facts) -> Iterator[str]:
    was, now = (facts.get("weight_kg", "none") for facts in (old, new))
    if was != now:
        yield f"{was} to {now} kg"


def _events(old: Facts, new: Facts) -> Iterator[str]:
    was, now = ({_name(e): e for e in facts.get("events", ())} for facts in (old, new))
    for name in sorted(was.keys() | now.keys()):
        before, after_ = was.get(name), now.get(name)
        if before is None:
            yield f"{name} added"
        elif after_ is None:
            yield f"{name} taken back"
        elif details := ", ".join(_details(before, after_)):
            yield f"{name}: {details}"


def _name(event: Mapping[str, Any]) -> str:
    return f"{event['type']} of {event['date']}"


def _details(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(before.keys() | now.keys()):
        if key in _NOT_KEPT_ONCE and key not in before:
            continue
        if key == "reason" and key in now and before[key] != now[key]:
            yield "reason in other words"
        elif before.get(key) != now.get(key):
            was, is_now = (_detail(key, event.get(key)) for event in (before, now))
            yield f"{key} {was} to {is_now}"


_NOT_KEPT_ONCE = frozenset({"reason", "onset"})
"""What a ledger of an earlier taper lacks of every event: nobody knows whether it is new."""


def _detail(key: str, said: Any) -> str:
    if key == "reason":
        return "said" if said else "not said"
    if key == "times":
        return _times(said)
    if isinstance(said, Mapping):
        return f"{said['id']} {said['version']} ({said['sha256'][:8]})"
    return listed(said) if isinstance(said, list) else str(said or _UNSAID.get(key, "not said"))


_UNSAID = dict.fromkeys(ENDS.values(), "open")


def _reported(old: Facts, new: Facts) -> Iterator[str]:
    for each in reported.retold(old, new):
        yield str(each) if each.now else f"{each} taken back"
    yield from reported.other_words(old, new)


def _waiver(old: Facts, new: Facts) -> Iterator[str]:
    """One that is new is found of the plan; an earlier taper kept none in the ledger."""
    was, now = (facts.get("eligibility_waived") for facts in (old, new))
    if was is not None and was != now:
        yield "of the start dose in other words" if now else "of the start dose taken back"


def _contact(old: Facts, new: Facts) -> Iterator[str]:
    was, now = (facts.get("contact", {}) for facts in (old, new))
    yield from (f"another {key}" for key in ("site", "phone") if was.get(key) != now.get(key))


_COMPARED: Mapping[Cause, Callable[[Facts, Facts], Iterator[str]]] = {
    Cause.PROTOCOL: _protocol,
    Cause.INFUSION: _infusions,
    Cause.VISIT: _visits,
    Cause.START: _start,
    Cause.DOSE: _dose,
    Cause.BEFORE: _before,
    Cause.TABLETS: _tablets,
    Cause.WEIGHT: _weight,
    Cause.EVENT: _events,
    Cause.TAKEN: _reported,
    Cause.WAIVER: _waiver,
    Cause.CONTACT: _contact,
}
