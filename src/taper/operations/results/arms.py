"""Who is in which arm: joined to what came of everybody, at the last step."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from taper.errors import Refusal
from taper.operations.results.gathering import Results
from taper.results import cohort as cohorts
from taper.wording.quoting import plain


def with_groups(of: Results, group_of: Mapping[str, str]) -> Results:
    """The same with summaries by group, for whoever may know who is in which.

    Raises `Refusal` where somebody has no group, or one is called as a part of another.
    """
    lacking = [each.participant for each in of.everybody if each.participant not in group_of]
    if lacking:
        read = f"without {', '.join(map(plain, lacking))}"
        raise Refusal.of("--group-file", "participant", read, "a group for each participant")
    known = {each.participant: group_of[each.participant] for each in of.everybody}
    members = dict(cohorts.members(of.everybody))
    for group in sorted(set(known.values())):
        of_group = [each for each in of.everybody if known[each.participant] == group]
        for who, some in cohorts.members(of_group).items():
            suffix = "" if who == cohorts.ALL else f", {who}"
            _refuse_called(f"group {group}{suffix}", members)
            members[f"group {group}{suffix}"] = some
    joined = cohorts.cohort(members, of.asked.question)
    return replace(of, cohort=joined, group_of=known)


def _refuse_called(name: str, members: Container[str]) -> None:
    """Two groups under one name would be told as one."""
    if name in members:
        read = f"one that is called as a part of another, {cohorts.UNFLAGGED!r}"
        raise Refusal.of("--group-file", "group", read, "another name for it")
