"""What changed with a run, and what must be done now: the head of the index, and a page of its own.

The page of a run is kept as it was made. It links to no paper, for the next run may replace that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from taper.folder.last_run import LastRun
from taper.folder.names import last_name
from taper.paper.kinds import TITLES, Paper, named
from taper.record.changes import Cause
from taper.record.forms import SAID
from taper.record.kept import KeptQuantity
from taper.record.ledger import Entry
from taper.record.recalls import Recall
from taper.record.runs import Refused
from taper.wording.banner import of_several
from taper.wording.quoting import plain


def run_html(last: LastRun, ordinal: int) -> bytes:
    """The page of a run, which is the `ordinal`-th of its day."""
    from taper.paper.pages.environment import environment

    page = environment("en_US").get_template("batch/run.html")
    return page.render(**view(last), ordinal=ordinal, banners=_banners(last)).encode()


def _banners(last: LastRun) -> tuple[str, ...]:
    """What stands over the page of a run: whose papers of all are for no patient's use."""
    days = (entry for entry in last.ledger.current() if entry.kept.steps)
    plans = ((entry.status, entry.provisional) for entry in days)
    return tuple(of_several(plans, "who have a calendar"))


def view(last: LastRun) -> Mapping[str, Any]:
    """What both pages say of a run."""
    run = last.run
    recalls = last.recalls()
    return {
        "day": run.day.isoformat() if run.engine else "",
        "source": run.source,
        "recalls": [
            (urgency.said, list(map(_recall, several)))
            for urgency, several in groupby(recalls, key=lambda each: each.urgency)
        ],
        "recalled": len(recalls),
        "unfit": last.unfit(),
        "absent": [(entry.participant, entry.revision) for entry in last.absent()],
        "past": list(_past(last)),
        "unfollowed": [_unfollowed(each) for each in recalls if each.unfollowed],
        "back": [(each.participant, _tablets(each.back)) for each in recalls if each.back],
        "refused": list(map(_refused, run.refused)),
        "unnamed": run.unnamed,
        "changed": list(_changed(last)),
    }


def _recall(each: Recall) -> Mapping[str, Any]:
    return {
        "participant": each.participant,
        "revisions": _listed(each.revisions),
        "current": each.current,
        "issued": each.issued.isoformat(),
        "since": each.since and each.since.isoformat(),
        "why": "; ".join(each.why),
        "papers": ", ".join(called(name, each.participant) for name in each.papers),
    }


def _listed(revisions: tuple[int, ...]) -> str:
    word = "revision" if len(revisions) == 1 else "revisions"
    return f"{word} {', '.join(map(str, revisions))}"


def _past(last: LastRun) -> Iterator[tuple[str, str]]:
    """Whose days that are over read otherwise now, and how."""
    for entry in last.came():
        for change in entry.why if entry.kind == "revision" else ():
            if change.cause is Cause.PAST:
                yield entry.participant, change.said


def _unfollowed(each: Recall) -> tuple[str, str]:
    return each.participant, ", ".join(called(n, each.participant) for n in each.unfollowed)


def _tablets(several: tuple[KeptQuantity, ...]) -> str:
    return ", ".join(each.said for each in several)


def _refused(each: Refused) -> tuple[str, str, str]:
    row = f" row {each.row}"  # a table's place is told with it, an older run's is without
    place = each.source if each.row is None or each.source.endswith(row) else each.source + row
    return each.participant or "not known", place, ", ".join(each.fields)


def _changed(last: LastRun) -> Iterator[Mapping[str, Any]]:
    """Whoever got papers, a line each: which of them, and whether they are the first."""
    wrote = last.wrote
    revised = {(e.participant, e.revision) for e in last.came() if e.kind == "revision"}
    for entry in last.changed():
        is_new = (entry.participant, entry.revision) in revised
        yield {
            "participant": entry.participant,
            "revision": entry.revision,
            "why": _what(entry) if is_new or not wrote[entry.participant] else _FURTHER,
            "papers": [
                (called(name, entry.participant), name)
                for name in in_order(wrote[entry.participant], entry.participant)
                if name in entry.files
            ],
        }


_FURTHER = "further papers of the same plan"


def _what(entry: Entry) -> str:
    return "; ".join(map(str, entry.why)) or "first papers"


# What files are called ------------------------------------------------------------------------


def called(name: str, participant: str) -> str:
    """What a file is for whoever looks for it: `calendar`, `wallet card (html)`, `plan (JSON)`."""
    whole = name.removeprefix(f"{participant}.")
    if whole in SAID:
        return SAID[whole]
    stem, _, ending = name.rpartition(".")
    paper, since = named(stem, participant)
    what = f"{TITLES[paper]} from {since}" if since else TITLES[paper]
    return what if ending == "pdf" else f"{what} ({ending})"


def in_order(names: Mapping[str, Any], participant: str) -> list[str]:
    """Files as somebody looks for them: the calendar before all, PDF before other forms.

    The parts of a paper follow on the whole of it.
    """
    papers = list(Paper)

    def place(name: str) -> tuple[bool, bool, int, str, str]:
        stem, _, ending = name.rpartition(".")
        paper, since = named(stem, participant)
        return (
            name.removeprefix(f"{participant}.") in SAID,
            ending != "pdf",
            papers.index(paper),
            since,
            ending,
        )

    return sorted(names, key=place)


def pages(last: LastRun) -> list[tuple[str, str]]:
    """The pages of all runs, the newest first: what each is called, and its name."""
    return [(Path(last_name(name)).stem, plain(name)) for name in reversed(last.ledger.pages)]
