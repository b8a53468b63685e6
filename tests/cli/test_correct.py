"""`taper correct` and `taper waive`: a participant's file put right, with both calendars."""

from __future__ import annotations

import pytest

from taper import sources
from taper.errors import ExitCode, Refusal
from taper.operations.changing.correcting import FIELDS, Corrected, TakenOut, field_named

TODAY = "2026-06-20"
TO_PRINT = (
    "To print, and to hand out for the old paper: calendar and emergency card (--print makes them)."
)
FILE = """\
# IIM-001, seen on Tuesdays
participant: IIM-001            # trial id
protocol: iimpact
steroid: {drug: prednisone, dose_mg: 25,   strengths: [20, 5, 1]}  # as told
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, date: 2026-04-30}    # in the morning
events:
  - {type: hold, date: 2026-07-20, until: 2026-07-25, reason: a cold}   # by phone
  - type: hold
    # twice
    date: 2026-08-22
    until: 2026-08-25
    reason: travels
# locale: en_US
contact: {site: "Site 04"}
"""


@pytest.fixture
def correct(run, tmp_path):
    """`taper correct` on a participant's file, as of one day."""
    path = tmp_path / "IIM-001.yaml"
    path.write_text(FILE, encoding="utf-8")

    def taper_correct(*words: object, command: str = "correct"):
        return run(command, path, *words, today=TODAY)

    taper_correct.path = path
    return taper_correct


CHANGES = {
    "a field of a group": (
        "contact.phone",
        "555: 0100",
        '"Site 04"}',
        "\"Site 04\", phone: '555: 0100'}",
    ),
    "a key that is not there": ("locale", "es_US", '"Site 04"}\n', '"Site 04"}\nlocale: es_US\n'),
    "a list": (
        "steroid.strengths",
        ["5", {"mg": "2", "split": "2"}],
        "[20, 5, 1]",
        "[5, {mg: 2, split: 2}]",
    ),
    "an infusion by its number": ("infusion_2_date", "2026-05-07", "2026-04-30}", "2026-05-07}"),
    "an infusion that is not there": (
        "infusion_3_date",
        "2026-07-30",
        "# in the morning\n",
        "# in the morning\n  - {number: 3, date: 2026-07-30}\n",
    ),
    "an infusion that was missed": (
        "infusion_1_missed",
        "true",
        "date: 2026-01-31",
        "missed: true",
    ),
    "a field of an event in a line": ("events[1].until", "2026-07-26", "2026-07-25", "2026-07-26"),
    "a field of an event in lines": ("events[2].until", "2026-08-26", "2026-08-25", "2026-08-26"),
}


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_a_value_is_put_right_and_everything_else_stays(change: str, windows: bool):
    """§6.18.1, §6.18.3."""
    field, value, old, new = CHANGES[change]
    text, new_text = FILE, FILE.replace(old, new)
    if windows:
        text, new_text = text.replace("\n", "\r\n"), new_text.replace("\n", "\r\n")
    assert edited(text, Corrected(field_named(field), value)) == new_text


REMOVALS = {
    "a field in braces": ("steroid.strengths", ",   strengths: [20, 5, 1]", ""),
    "the only field of a group": ("contact.site", "contact:", "# contact:"),
    "an event in a line": ("events[1]", "- {type: hold", "# - {type: hold"),
    "an event in lines": (
        "events[2]",
        "  - type: hold\n    # twice\n    date: 2026-08-22\n    until: 2026-08-25\n    reason: tr",
        "  # - type: hold\n    # # twice\n    # date: 2026-08-22\n    # until: 2026-08-25\n"
        "    # reason: tr",
    ),
    "a field of an event in lines": ("events[2].until", "until: 2026-08-25", "# until: 2026-08-25"),
    "an infusion": ("infusion_1", "- {number: 1", "# - {number: 1"),
}


@pytest.mark.parametrize("removal", REMOVALS)
def test_what_is_taken_out_of_lines_of_its_own_stays_as_a_comment(removal: str):
    """§6.18.2, §6.18.3."""
    field, old, new = REMOVALS[removal]
    assert edited(FILE, TakenOut(field_named(field))) == FILE.replace(old, new)


def test_a_list_with_nothing_left_goes_and_an_entry_of_brackets_too():
    """§6.18.2."""
    left = "events: [{type: flare, date: 2026-06-01}]\n"
    text = f"participant: A\n{left.replace('[', '[{type: flare, date: 2026-05-01}, ')}"
    one = edited(text, TakenOut(field_named("events[1]")))
    assert one == f"participant: A\n{left}"
    assert edited(one, TakenOut(field_named("events[1]"))).endswith(
        "# events: [{type: flare, date: 2026-06-01}]\n"
    )


@pytest.mark.parametrize("field", ["steroid.strengths", "events[1]"])
def test_a_comment_that_would_be_lost_keeps_the_file_as_it_is(field: str):
    """§6.18.3."""
    text = (
        "steroid: {drug: prednisone, strengths: [20, # the large one\n  5]}\n"
        "events: [{type: flare, # again\n  date: 2026-05-01}, {type: flare, date: 2026-06-01}]\n"
    )
    with pytest.raises(Refusal, match="a comment that would be lost"):
        edited(text, TakenOut(field_named(field)))


def edited(text: str, edit) -> str:
    raw = text.encode()
    done = edit.of(sources.parse(raw, "a.yaml"), raw)
    remarked = done.remarked("accepted by Dr Lee").decode()
    assert "# accepted by Dr Lee" in remarked
    assert sources.parse(remarked.encode(), "").data == sources.parse(done.raw, "").data
    return done.raw.decode()


def test_every_field_of_a_file_can_be_named():
    """§6.18.1."""
    assert {"steroid.dose_mg", "weight_kg", "taper_started", "events[].kg"} < set(FIELDS)
    assert not any(field.startswith("participant") for field in FIELDS)
    for field in FIELDS:
        assert field_named(field.replace("[]", "[1]")).typed


BAD = {
    "no field": (["dose", "20"], "FIELD is 'dose'; allowed: a field as a refusal names it"),
    "nearly a field": (["steroid.dose", "20"], "did you mean steroid.dose_mg?"),
    "another participant": (["participant", "IIM-002"], "whose other value is another participant"),
    "neither a value": (["weight_kg"], "neither is given; allowed: one of them."),
    "both": (["weight_kg", "70", "--remove"], "both are given"),
    "a whole event": (["events[1]", "20"], "which is no single value"),
    "a comma": (
        ["weight_kg", "70,5"],
        "VALUE of weight_kg is '70,5', with a comma where a point is",
    ),
    "no date": (["infusion_2_date", "30.4.2026"], "allowed: a calendar date YYYY-MM-DD"),
    "what is there": (["steroid.dose_mg", "25"], "steroid.dose_mg is '25' already"),
    "no such event": (["events[4]", "--remove"], "not in the file, which has 2 entries there"),
    "no such field": (["weight_kg", "--remove"], "weight_kg is not in the file"),
    "words that say nothing": (["contact.phone", "NA"], "contact.phone"),
    "what the plan refuses": (["steroid.dose_mg", "60"], "at most 25 mg at baseline"),
    "a waiver of nothing": (["--by", "sponsor", "--on", TODAY], "which is planned already"),
    "a waiver of tomorrow": (["--by", "sponsor", "--on", "2100-01-01"], "allowed: a day up to"),
    "a waiver of 1926": (["--by", "sponsor", "--on", "1926-01-20"], "and not ten years before"),
    "a waiver by nobody": (["--by", "none", "--on", TODAY], "a role such as sponsor"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(correct, case: str):
    """§6.18.1, §6.18.5."""
    words, sentence = BAD[case]
    result = correct(*words, command="waive" if "--by" in words else "correct")
    assert result.exit_code in (ExitCode.REFUSED, ExitCode.USAGE)
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path.name for path in correct.path.parent.iterdir()] == ["IIM-001.yaml"]


@pytest.mark.parametrize(
    ("was", "now", "words", "said"),
    [
        (
            "infusions:\n",
            "infusions: 2026-01-31\n_:\n",
            ["infusion_1_date", "2026-01-31"],
            "infusion_1_date is no entry, as the file has '2026-01-31' in the place of a list",
        ),
        (
            "infusions:\n",
            "infusions: none\n_:\n",
            ["infusion_1", "--remove"],
            "infusion_1 is no entry",
        ),
        (
            "infusions:\n",
            "infusions: [2026-01-31]\n_:\n",
            ["infusion_1_date", "2026-01-31"],
            "infusions[1]",
        ),
        (
            "events:\n",
            "events: {type: hold}\n_:\n",
            ["events[1].until", "2026-06-30"],
            "events[1].until is no entry, as the file has something else in the place of a list",
        ),
        (
            "{drug: prednisone, dose_mg: 25,   strengths: [20, 5, 1]}",
            "none",
            ["steroid.dose_mg", "25"],
            "steroid.dose_mg is no field, as the file has 'none' in the place of it",
        ),
    ],
)
def test_a_file_of_another_form_is_one_sentence_and_no_fault(correct, was, now, words, said):
    """§5.1.4: it may be put right by this command, and where it cannot be, that is said."""
    correct.path.write_text(FILE.replace(was, now), encoding="utf-8")
    result = correct(*words)
    assert said in result.stderr
    assert "fault" not in result.stderr
    assert result.exit_code == ExitCode.REFUSED


def test_past_days_are_asked_about_and_who_accepts_them_stands_below_the_line(correct):
    """§6.18.4, §6.18.6."""
    asked = correct("steroid.dose_mg", "20")
    assert asked.exit_code == ExitCode.REFUSED
    assert "44 days before 2026-06-20 altered, the first 2026-04-30: 25 mg" in asked.stderr
    assert correct.path.read_text() == FILE
    result = correct("steroid.dose_mg", "20", "--accept-past", "Dr Lee, typed wrong")
    written, today, papers = result.stderr.splitlines()
    assert result.stdout.startswith("IIM-001: steroid.dose_mg corrected, 25 to 20\n")
    assert written == f"Wrote {correct.path}; as it was before, it is {correct.path}.1.bak."
    assert today == "IIM-001 today, 2026-06-20: 9 mg prednisone; before, 10 mg prednisone."
    assert papers.startswith(
        "To print, and to hand out for the old paper: calendar, change notice and emergency card"
    )
    remark = "to 20 mg prednisone, accepted by Dr Lee, typed wrong\ninfusions:"
    assert remark in correct.path.read_text()


def test_what_rises_much_is_asked_about_whoever_accepts_the_past(correct):
    """§6.18.4."""
    correct.path.write_text(FILE.replace("dose_mg: 25", "dose_mg: 8"), encoding="utf-8")
    result = correct("steroid.dose_mg", "20", "--accept-past", "Dr Lee, typed wrong")
    assert result.stderr.startswith(
        "IIM-001: The start dose rises much, from 8 mg prednisone to 20 mg prednisone; allowed: "
        "--yes, if that dose is right."
    )
    weight = correct("weight_kg", "700")
    assert "--yes, if that weight is right" in weight.stderr


def test_a_weight_far_from_the_one_in_its_place_is_asked_about(correct):
    """§6.18.4, §8.2.15: 154 pounds for 70 kg; 1.5 times as much is not far."""
    correct.path.write_text(f"{FILE}weight_kg: 70\n", encoding="utf-8")
    result = correct("weight_kg", "154")
    assert result.stderr == (
        "IIM-001: The weight, 154 kg, is far from the 70 kg before: make sure that it is right, "
        "and in kg; allowed: --yes, if that weight is right.\n"
    )
    assert correct("weight_kg", "105").exit_code == ExitCode.WRITTEN


def test_a_start_dose_that_falls_much_is_asked_about(correct):
    """§6.18.4, §8.3.11."""
    result = correct("steroid.dose_mg", "10", "--accept-past", "Dr Lee, typed wrong")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "IIM-001: The start dose falls much, from 25 mg prednisone to 10 mg prednisone: more than "
        "10 mg prednisone-equivalent at once; allowed: --yes, if that dose is right.\n"
    )


def test_another_phone_is_another_calendar_and_no_change_notice(correct):
    """§6.18.6."""
    result = correct("contact.phone", "555-0100")
    assert "No row is another." in result.stdout
    assert result.stderr.splitlines()[1:] == [
        "IIM-001 today, 2026-06-20: 10 mg prednisone, as before.",
        TO_PRINT,
    ]
    result = correct("steroid.since", "2026-01-01")
    assert result.stderr.endswith("No paper says anything else: there is nothing to print.\n")


def test_a_start_dose_that_is_refused_is_planned_once_it_is_waived(correct):
    """§6.18.5, §6.18.6: there was no plan, so no notice of a change."""
    correct.path.write_text(FILE.replace("dose_mg: 25", "dose_mg: 60"), encoding="utf-8")
    result = correct("--by", "sponsor", "--on", "2026-01-20", command="waive")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout.startswith(
        "IIM-001: the limits of the start dose waived, sponsor, 2026-01-20\n"
        "Before, refused: IIM-001: steroid.dose_mg is 60 mg"
    )
    assert "eligibility-waived" in result.stdout
    assert correct.path.read_text().endswith("\neligibility_waived: 'sponsor, 2026-01-20'\n")
    assert result.stderr.splitlines()[1:] == [
        "IIM-001 today, 2026-06-20: 20 mg prednisone; before, no plan, as the file was refused.",
        TO_PRINT,
    ]
    again = correct("--by", "sponsor", "--on", "2026-01-20", command="waive")
    assert "which is planned already" in again.stderr
