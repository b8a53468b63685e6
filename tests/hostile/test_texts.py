"""What a person typed hides nothing, turns nothing round, and is taken for nothing else."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, timedelta
from typing import Any

import cases
import pytest
from spec import build

from taper import sources
from taper.errors import Refusal
from taper.paper.documents import Issue, unread_pdf
from taper.paper.kinds import Paper
from taper.paper.readback.pdf import attached
from taper.planning.plan import Part, Plan
from taper.record import earlier, plan_document, riding
from taper.sources import yaml_event
from taper.sources.claims import skeleton
from taper.sources.tables import mapping_file as mapping
from taper.trial.fields import Record
from taper.trial.participant import Participant
from taper.trial.protocol import Protocol
from taper.wording import characters, words
from taper.wording.identifying import identifies, names_arm, tells_arm
from taper.wording.instructions import looks_like_header, names_dose
from taper.wording.quoting import plain, quoted


def refused(field: str, text: str, file: str = "participant") -> str:
    """Why a text is refused in a field of the usual participant or protocol, or nothing."""
    usual = {"participant": build.PARTICIPANT, "protocol": build.PROTOCOL}[file]
    data: dict[str, Any] = cases.as_text(usual)
    group, _, key = field.rpartition(".")
    (data.setdefault(group, {}) if group else data)[key] = text
    read = {"participant": sources.validate_participant, "protocol": sources.validate_trial}[file]
    try:
        read(data, "x")
    except Refusal as refusal:
        return str(refusal)
    return ""


# Hidden characters --------------------------------------------------------------------------------

HIDDEN = [
    *("\u3164", "\u115f", "\u1160", "\uffa0", "\u034f", "\ufe0f", "\ufe00", "\u180b", "\u180e"),
    *("\u180f", "\u17b4", "\u17b5", "\u2800", "\U000e0041", "\U000e0100", "\u200b", "\u200d"),
    *("\u2060", "\u00ad", "\u061c", "\u202a", "\u2067", "\ufeff", "\u2028", "\x7f", "\ue000"),
    *("\U0001d159", "\U00016fe4", "\U0001d173", "\u0378", "\U000fffff", "\ufffe"),
]


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
@pytest.mark.parametrize(
    ("file", "field"),
    [
        ("participant", "contact.site"),
        ("participant", "contact.phone"),
        ("participant", "eligibility_waived"),
        ("protocol", "title"),
        ("protocol", "version"),
        ("protocol", "registry"),
    ],
)
def test_what_nobody_sees_is_refused_wherever_a_text_is_read(character, file, field):
    said = refused(field, f"a{character}b", file)
    assert f"text without control or invisible characters such as U+{ord(character):04X}" in said
    assert said.isprintable()
    assert characters.is_seen(said)


NAMED = ("FILLER", "VARIATION SELECTOR", "ZERO WIDTH", "INVISIBLE", "INHERENT", "GRAPHEME JOINER")
DRAWN = ("GAP FILLER", "LINE FILLER")
"""Signs of some scripts that fill a line with strokes, which are seen."""


def test_every_character_whose_name_says_that_it_is_not_seen_is_hidden():
    """The names are another witness than the properties that the rule goes by."""
    found = [
        f"U+{code:04X} {name}"
        for code in range(0x110000)
        if (name := unicodedata.name(chr(code), "")) and any(said in name for said in NAMED)
        if not any(said in name for said in DRAWN) and not characters.is_hidden(chr(code))
    ]
    assert found == []


def test_letters_signs_and_marks_of_every_script_are_seen():
    seen = "aZ0 é ñ ß ¡ – “ ” … № ½ ° µ 漢 か 한 ไ ก् Ω Ж ·"
    assert [c for c in seen if characters.is_hidden(c)] == []


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
def test_a_message_shows_what_is_hidden_by_its_number(character):
    for said in (quoted(f"a{character}b"), plain(f"a{character}b")):
        assert character not in said
        assert f"{ord(character):x}" in said


@pytest.mark.parametrize("text", ["שלום", "عيادة", "Ward \u0661"])
def test_a_text_from_right_to_left_is_refused_as_the_numbers_beside_it_would_change_places(text):
    assert "text written from left to right, without U+0" in refused("contact.site", text)


# Doses and headers --------------------------------------------------------------------------------

DOSES = [
    *(
        "take 40 mg",
        "40 mg",
        "40mg",
        "40 MG",
        "7.5 mg",
        "7,5 mg",
        "½ tablet",
        "two tablets",
        "take 40",
    ),
    *("Ward 3, take 40 mg", "tome 40 mg", "nehmen Sie zwei Tabletten", "prenez 5 comprimés"),
    *("due compresse", "toma dos pastillas", "40 milligrams", "TAKE-40-MG"),
]
NO_DOSES = [
    *("Harbor Point Rheumatology", "555-0142", "+1 (555) 0142 ext. 40", "Tablet Lane Clinic"),
    *("Pill Hill Hospital", "Ward 3, level 2", "1.0", "2.1-draft", "Magdalena 40", "A-40"),
]


@pytest.mark.parametrize("text", DOSES)
@pytest.mark.parametrize(
    ("file", "field"),
    [
        ("participant", "contact.site"),
        ("participant", "contact.phone"),
        ("protocol", "version"),
        ("protocol", "registry"),
    ],
)
def test_a_dose_is_refused_where_it_would_stand_beside_the_plans_own(text, file, field):
    """§5.1.8: site, phone, version and registry name no dose."""
    assert "which looks like a dose; allowed: a text without a dose" in refused(field, text, file)


@pytest.mark.parametrize("text", NO_DOSES)
def test_a_name_a_number_and_a_version_are_no_doses(text):
    assert not names_dose(text)
    assert refused("contact.site", text) == ""


def test_an_id_that_is_a_dose_is_refused():
    assert "which looks like a dose" in refused("participant", "TAKE-40-MG")
    assert "which looks like a dose" in refused("id", "take-40-mg", "protocol")


@pytest.mark.parametrize("text", ["1.0 · Plan 1a2b3c4d", "Ward 3 • Revision 9", "a ∙ b", "a ‧ b"])
@pytest.mark.parametrize(
    ("file", "field"),
    [("participant", "contact.site"), ("protocol", "version"), ("protocol", "title")],
)
def test_the_dot_that_divides_a_sheets_line_is_refused(text, file, field):
    """§5.1.8: no dot between spaces."""
    assert "which looks like a page's header; allowed: a text without a dot between spaces" in (
        refused(field, text, file)
    )


@pytest.mark.parametrize("text", ["Col·legi", "St. Mary", "A - B", "A | B"])
def test_a_dot_within_a_word_divides_nothing(text):
    assert not looks_like_header(text)


def findings(plan: Plan, code: str) -> list[str]:
    return [finding.text for finding in build.found(plan, code)]


def test_a_dose_in_the_words_of_a_person_is_a_finding_that_does_not_repeat_it():
    """§8.2.16: a reason may tell of a dose, a title of those of its trial."""
    held = build.hold("2026-02-03", "2026-02-10", "took 40 mg by mistake")
    plan = build.plan(protocol={"title": "From 25 mg to 5 mg"}, events=[held])
    assert findings(plan, "dose-in-text") == [
        "The title of the protocol names a dose: it is none of the plan's.",
        "The reason of the hold on 2026-02-03 names a dose: it is none of the plan's.",
    ]
    assert build.severity(plan, "dose-in-text") == "caution"
    assert findings(build.plan(), "dose-in-text") == []


# Arms ---------------------------------------------------------------------------------------------


def test_words_that_tell_of_an_arm_are_a_finding_that_does_not_repeat_them():
    """§8.2.17: the trial is blinded, and so are those who read its papers."""
    held = build.hold("2026-02-03", "2026-02-10", "on placebo arm B")
    plan = build.plan(participant={"participant": "PLACEBO-01"}, events=[held])
    unblinded = (
        "has a word for an arm, a group or the masking of the trial: whoever reads it may be "
        "unblinded."
    )
    assert findings(plan, "arm-in-text") == [
        f"The participant's id {unblinded}",
        f"The reason of the hold on 2026-02-03 {unblinded}",
    ]
    assert build.severity(plan, "arm-in-text") == "warning"
    assert findings(build.plan(), "arm-in-text") == []


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("on placebo", True),
        ("moved to arm B", True),
        ("grupo 2", True),
        ("unblinded for safety", True),
        ("pain in the left arm", False),
        ("infection under control", False),
        ("late visit", False),
        ("treatment of an infection", False),
    ],
)
def test_a_sentence_tells_of_an_arm_by_words_that_mean_nothing_else(text, tells):
    assert tells_arm(text) is tells


@pytest.mark.parametrize("id_", ["ARM-B-3", "CONTROL-01", "Verum.7", "group_2"])
def test_an_id_tells_of_an_arm_by_any_word_for_one(id_):
    assert names_arm(id_)


# Waivers ------------------------------------------------------------------------------------------

WAIVER = "Dr Grey of the sponsor"


@pytest.mark.parametrize("kind", [kind for kind in Paper if kind is not Paper.NOTICE])
def test_a_waivers_words_ride_along_only_in_the_papers_for_staff(kind):
    plan = build.plan(
        "30",
        protocol={"eligibility": {"max_mg": "25"}},
        participant={"eligibility_waived": WAIVER},
        today="2026-01-10",
    )
    assert WAIVER in plan_document.to_json(plan)
    week = Part(plan.first_day, plan.first_day + timedelta(days=6)) if kind.lists_days else None
    data = unread_pdf(Issue.of(plan, date(2026, 1, 10), part=week), kind)
    found = attached(data, "plan.json", 1 << 24)
    assert found is not None
    (said,) = [f for f in json.loads(found)["findings"] if f["code"] == "eligibility-waived"]
    assert (WAIVER in said["text"]) is kind.is_for_staff
    assert kind.is_for_staff or said["text"].endswith("bounds, and was waived.")


def test_who_accepted_what_is_past_rides_along_only_in_the_papers_for_staff():
    """§8.3.12."""
    old = {"contact": {"phone": "555-0142"}}
    before = plan_document.as_dict(build.plan(participant=old))
    now = earlier.with_past(build.plan("9"), before, date(2026, 2, 1), "Dr Grey, a slip")
    found = {"taken-back", "past-changed"}
    said = [f["text"] for f in plan_document.as_dict(now)["findings"] if f["code"] in found]
    assert [text.endswith("accepted by Dr Grey, a slip.") for text in said] == [True, True]
    riding_along = riding.for_patients(plan_document.as_dict(now), now)
    texts = [f["text"] for f in riding_along["findings"] if f["code"] in found]
    assert [text.partition(", accepted")[0] + "." for text in said] == texts


# Comments -----------------------------------------------------------------------------------------

FLARE = {"type": "flare", "date": "2026-06-01"}
FILE = "participant: A-1\nprotocol: iimpact\nsteroid: none\n"


@pytest.mark.parametrize(
    "events",
    [
        "events: [  # none so far\n]\n",
        "events: [\n  # none so far\n  # asked on Monday\n]\n",
        "events: [ # none so far\n  ]  # and here\nlocale: en_US\n",
        "events: [] # none so far\n",
        "events: [\n  {type: flare, date: 2026-05-01}, # the first\n  # more below\n]\n",
        "events: [{type: flare, date: 2026-05-01} # the first\n]\n",
        "events:  # all\n  - {type: flare, date: 2026-05-01} # the first\n  # the last\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_stays_wherever_it_stands_among_the_events(events, newline):
    raw = (FILE + events).replace("\n", newline).encode()
    made = yaml_event.with_event(raw, "a.yaml", FLARE, None)
    comments = [line.partition("#")[2].strip() for line in raw.decode().splitlines() if "#" in line]
    kept = [line.partition("#")[2].strip() for line in made.decode().splitlines() if "#" in line]
    assert kept == comments
    assert sources.parse(made, "a.yaml").data["events"][-1] == FLARE


# Identifying words --------------------------------------------------------------------------------

CDISC = (
    "ARM ARMCD ACTARM ACTARMCD TRT01P TRT01A TRT02AN TRTP TRTAN TRTGRP trtgrp RANDNO KITNO kitno"
)
PEOPLE = (
    "BRTHDTC BRTHDT nombre apellidos sexo Prénom naissance Geburtsdatum Vorname Straße nome nascita"
)
ARMS = "tratamiento brazo bras groupe Behandlungsarm Gruppe braço tratamento braccio trattamento"


@pytest.mark.parametrize("key", f"{CDISC} {PEOPLE} {ARMS}".split())
def test_the_words_of_cdisc_and_of_the_languages_are_known(key):
    assert identifies(key)
    assert identifies(f"pt_{key}_1")
    assert "is present; allowed: no key that would name" in refused(key, "secret")
    assert "secret" not in refused(key, "secret")


@pytest.mark.parametrize("key", ["armature", "trtment", "kitchen", "random", "sexton", "nombril"])
def test_a_word_that_begins_alike_is_another_word(key):
    assert not identifies(key)


def test_no_key_of_our_own_files_is_among_the_words():
    """Only a visit has a name, and it is a visit's."""

    def keys(model: type[Record]) -> set[tuple[str, str]]:
        schema = model.model_json_schema(by_alias=True)
        parts = {"": schema, **schema["$defs"]}
        return {(name, key) for name, part in parts.items() for key in part["properties"]}

    known = keys(Participant) | keys(Protocol)
    named = {(part, key) for part, key in known if identifies(key)}
    assert named == {("Visit", "name"), ("GivenVisit", "name")}


def test_each_word_of_the_sheet_is_written_as_words_are_compared():
    for kind in ("arm", "person"):
        listed = [word for group in words.kinds()[kind].values() for word in group.split()]
        assert all(word == words.folded(word) for word in listed)


@pytest.mark.parametrize(
    "file",
    [
        "columns: {record_id: participant}\nchoices: {patient_name: Jane Doe}\n",
        "columns: {record_id: participant, patient_name: Jane Doe}\n",
        "columns: {record_id: participant}\nconstants: {patient_name: ''}\n",
        "columns: {record_id: participant}\n"
        "repeating: {visit: {as: events, fields: {patient_name: Jane Doe}}}\n",
    ],
)
def test_what_stands_under_an_identifying_key_of_a_mapping_is_not_repeated(tmp_path, file):
    path = tmp_path / "map.yaml"
    path.write_text(file, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        mapping.read(path)
    assert "patient_name" in str(refusal.value)
    assert "Jane" not in str(refusal.value)


# Look-alikes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("A_1", "A-1"), ("I1", "l1"), ("O1", "01"), ("S-5", "5-5"), ("B.2", "8-Z"), ("am", "arn")],
)
def test_ids_that_the_eye_takes_for_one_have_one_look(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("A-1", "A-2"), ("A-11", "A1-1"), ("IIM-001", "IIM-010")]
)
def test_ids_that_differ_to_the_eye_have_two(one, other):
    assert skeleton(one) != skeleton(other)
