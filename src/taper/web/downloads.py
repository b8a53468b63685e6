"""A paper or a file of what was typed, to be opened in a tab or saved."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping

from taper.errors import Refusal, TaperError
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Output
from taper.paper.documents import Unprinted
from taper.planning.plan import NotTapering
from taper.web import calendar
from taper.web.at import At
from taper.web.form import Form
from taper.web.planned import Typed, planned
from taper.web.reply import Reply, page
from taper.web.result import is_for_tab, output_of, shown_as
from taper.web.status import TAKEN

FILE = "yaml"
"""What the button of the participant's own file is called."""
KINDS: Mapping[str, str] = {
    "yaml": "application/yaml",
    "table": "text/plain",
    "ics": "text/calendar",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What kind of thing a file is by its ending, where the system's own list may not know."""


def needs_press(form: Form) -> bool:
    """Whether it takes long to make."""
    output = output_of(form.get("output", ""))
    return output is not None and is_for_tab(output)


def file(form: Form, at: At, to_keep: bool) -> Reply:
    """The file that was asked for, or the page with why there is none."""
    try:
        typed = planned(form, at.today)
        if _is_another(typed, form):
            come = calendar.shown(form, at, pressed=True)
            return page(calendar.html(form, at, come, is_another=True), TAKEN)
        if form.get("output") == FILE:
            name = f"{typed.participant.participant}.yaml"
            return Reply(200, KINDS[FILE], typed.raw, name, to_keep=True)
        return _of_plan(typed, form, to_keep=to_keep)
    except TaperError as wrong:
        come = calendar.refused(wrong, form, pressed=True)
        return page(calendar.html(form, at, come), 422)


def _is_another(typed: Typed, form: Form) -> bool:
    """Whether the button stood below another calendar than what is typed now makes.

    Without a script the calendar that is shown stays while somebody types.
    """
    was = form.get("shown")
    return bool(was) and was != shown_as(typed.issue(), typed.plan.participant)


def _of_plan(typed: Typed, form: Form, *, to_keep: bool) -> Reply:
    who = typed.plan.participant
    output = output_of(form.get("output", ""))
    if output is None:
        raise Refusal.of(who, "the file", "of no format that there is", "one that the page offers")
    data = _made(typed, output)
    kept = to_keep or not is_for_tab(output)
    return Reply(200, _kind(output), data, output.name(who), to_keep=kept)


def _made(typed: Typed, output: Output) -> bytes:
    """The file; raises `Refusal` where there is none of this plan."""
    issue = typed.issue()
    if issue is None:
        assert isinstance(typed.plan, NotTapering)  # it has no days
        made = outputs.made(Unprinted.of(typed.plan), [output])
    else:
        made = outputs.made(issue, [output])
    data = dict(made).get(output)
    if data is not None:
        return data
    refused = outputs.refusal(typed.plan, typed.today, output)
    if refused is not None:
        raise refused
    name = output.name(typed.plan.participant)
    raise Refusal.of(typed.plan.participant, "the file", name, "what there is of the plan")


def _kind(output: Output) -> str:
    ending = output.format.value.rpartition(".")[-1]
    known = KINDS.get(ending) or mimetypes.guess_type(f"file.{ending}")[0]
    return known or "application/octet-stream"
