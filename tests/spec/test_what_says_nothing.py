"""Words that are no values, commas between digits, texts that a # cuts, and the rule for case."""

from __future__ import annotations

import pytest

from taper import sources
from taper.errors import Refusal
from taper.sources.parsed import ParsedFile
from taper.sources.regimens import sheet_of
from taper.sources.yaml import scan
from taper.trial.participant import Participant
from taper.wording.no_values import says_nothing

FILE = """participant: A-01
protocol: iimpact
steroid: {drug: prednisone, dose_mg: 25, strengths: [20, 10, 5]}
"""
NOTHING = (
    *("no", "No", "NO", "NA", "N/A", "n.a.", "None", "null", "nil", "-", "–", "—", "?", "0", "000"),
    *("unknown", "UNK", "not applicable", "TBD", "yes", "true", "No aplica", "Ninguno", "Sí"),
    *("1", "2", "+1", "-1", "pending", "see above", "pendiente", "en attente"),
    *("approved", "not waived", "Not needed", "XXX", "same", "ditto", "see site", "genehmigt"),
    *("nein", "k. A.", "aucun", "sans objet", "não", "nessuno", "s/d"),
    *("нет", "не", "н/д", "неизвестно", "ещё нет", "noch nicht", "aún no", "pas encore"),
    *("por definir", "à déterminer", "ainda não", "fehlt", "folgt", "vide", "do not know", "NE"),
)


def read(text: str) -> Participant:
    document, found = scan(text.encode(), "A-01.yaml")
    return sources.validate_participant(document.data, "A-01.yaml", document.lines, found)


def told(text: str) -> list[str]:
    with pytest.raises(Refusal) as refused:
        read(text)
    return [str(problem).removeprefix("A-01.yaml: ") for problem in refused.value.problems]


# Words that are no values -------------------------------------------------------------------------


@pytest.mark.parametrize("word", NOTHING)
def test_a_word_for_nothing_is_no_waiver_site_phone_or_reason(word):
    """§5.1.9."""
    said = told(
        f"{FILE}contact: {{site: '{word}', phone: '{word}'}}\neligibility_waived: '{word}'\n"
        f"events: [{{type: hold, date: 2026-06-01, reason: '{word}'}}]\n"
    )
    assert said == [
        f"contact.site (line 4) is {word!r}; allowed: the name of the clinic, or nothing at all.",
        f"contact.phone (line 4) is {word!r}; allowed: the number to call, or nothing at all.",
        f"eligibility_waived (line 5) is {word!r}; allowed: who waived the limits of the start "
        "dose, and when, such as sponsor, 2026-01-20; nothing at all where nobody did.",
        f"events[1].reason (line 6) is {word!r}; allowed: why, in words, such as infection.",
    ]


@pytest.mark.parametrize(
    "text",
    ["sponsor, 2026-01-20", "by Anna", "no pills left", "555-0100", "NA Clinic", "0800 1", "x"],
)
def test_a_text_that_says_more_is_no_word_for_nothing(text):
    """§5.1.9."""
    assert not says_nothing(text)


@pytest.mark.parametrize("typed", ["999", "12.5", "-99"])
def test_a_reason_is_in_words(typed):
    """§5.1.9: a code of an export says nothing of why."""
    said = told(f"{FILE}events: [{{type: hold, date: 2026-06-01, reason: '{typed}'}}]\n")
    assert said == [
        f"events[1].reason (line 4) is {typed!r}; allowed: why, in words, such as infection."
    ]


@pytest.mark.parametrize("typed", ["TBD", "unknown", "ausstehend", "null", "n.a"])
def test_a_word_for_nothing_is_no_participant(typed):
    """§5.1.9: two whose id is not known yet would have one calendar."""
    (said,) = told(FILE.replace("A-01", typed))
    assert "participant" in said
    assert "and no word for none." in said


@pytest.mark.parametrize(
    "typed",
    [
        *("no, 2026-01-20", "N/A, 2026-01-20", "n/a 2026-01-20", "2026-01-20", "yes, 2026-01-20"),
        *("no waiver", "None given", "not by the sponsor", "refused by sponsor, 2026-01-20"),
        *("pending (sponsor)", "Sponsor: requested 2026-01-20", "rechazado, 2026-01-20"),
        *("abgelehnt am 20.01.2026", "refusé le 20/01/2026", "нет, 2026-01-20"),
        *("отказано спонсором, 2026-01-20", "wird nachgereicht, Sponsor", "x", "A, 2026-01-20"),
    ],
)
def test_a_waiver_that_nobody_gave_is_none(typed):
    """§5.1.9."""
    (said,) = told(f"{FILE}eligibility_waived: '{typed}'\n")
    assert "allowed: who waived the limits of the start dose, and when" in said


@pytest.mark.parametrize(
    "typed", ["sponsor", "Dr No, 2026-01-20", "ethics committee (no. 12), 2026-01-20", "Médico"]
)
def test_a_waiver_says_who_gave_it(typed):
    """§5.1.9."""
    assert read(f"{FILE}eligibility_waived: '{typed}'\n").eligibility_waived == typed


@pytest.mark.parametrize("typed", ["ask the nurse", "not provided", "5.55E+09", "2e6"])
def test_a_phone_is_a_number_to_call(typed):
    """§5.1.9."""
    (said,) = told(f"{FILE}contact: {{phone: '{typed}'}}\n")
    assert said.endswith("allowed: the number to call, or nothing at all.")


# Commas between digits ----------------------------------------------------------------------------

TWO_READINGS = (
    "a comma between digits, which is 2 and 5, or 2.5; allowed: a point in one number (2.5), a "
    "space after the comma of two (2, 5)."
)


@pytest.mark.parametrize("typed", ["[20, 10, 2,5]", "[2,5]", "[20, 2,5, 1]", "[\n  20,\n  2,5]"])
def test_a_comma_between_digits_of_a_list_is_refused_with_both_readings(typed):
    """§5.1.10."""
    said = told(FILE.replace("[20, 10, 5]", typed))
    line = 5 if "\n" in typed else 3
    assert said == [f"steroid.strengths (line {line}) is '2,5', {TWO_READINGS}"] or line == 5
    assert said[0].endswith(TWO_READINGS)


def test_a_comma_in_a_single_number_is_named_as_such():
    """§5.1.10."""
    comma = "with a comma where a point is needed"
    assert told(FILE.replace("dose_mg: 25", "dose_mg: 1,5")) == [
        f"steroid.dose_mg (line 3) is '1,5', {comma}; allowed: the number with a point: 1.5."
    ]
    (said,) = told(FILE + "weight_kg: 70,5\n")
    assert said.startswith(f"weight_kg (line 4) is '70,5', {comma}; allowed: a plain decimal")
    (said,) = told(FILE.replace("[20, 10, 5]", '["2,5"]'))
    assert f"is '2,5', {comma}; allowed: a plain decimal" in said
    (said,) = told(FILE.replace("[20, 10, 5]", "[{mg: 2,5, split: 2}]"))
    assert f"strengths[1].mg (line 3) is '2,5', {comma}; allowed: the number with a point" in said


def test_a_cycle_of_doses_is_never_a_dose_with_a_comma(tmp_path):
    """§5.1.10."""
    sheet = "kind: steps\nsteps: [{mg: [12,5], days: 14}]\n"
    _, found = scan(sheet.encode(), "own.yaml")
    assert [(f.path, f.read[:6]) for f in found] == [(("steps", 0, "mg"), "'12,5'")]


def test_a_programs_own_commas_are_between_numbers():
    """§5.1.10: JSON has points alone, and no spaces where a program leaves them out."""
    compact = (
        '{"participant":"A-01","protocol":"iimpact","steroid":'
        '{"drug":"prednisone","dose_mg":25,"strengths":[20,10,5]}}'
    )
    assert read(compact) == read(FILE)
    assert TWO_READINGS in told(compact.replace("[20,10,5]", "[20, 10, 2,5]"))[0]


# Texts that are cut -------------------------------------------------------------------------------

CUT = (
    "and what follows the # is a comment; allowed: the whole text in quotation marks, or the "
    "comment on a line of its own."
)


def test_a_comment_behind_a_text_is_refused_as_the_text_may_go_on():
    """§5.1.11."""
    contact = "contact:\n  site: Ward #3 Myositis\n  phone: 555-0100 #12\n"
    waived = "eligibility_waived: sponsor  # in January\n"
    assert told(FILE + contact + waived) == [
        f"contact.site (line 5) is 'Ward', {CUT}",
        f"contact.phone (line 6) is '555-0100', {CUT}",
        f"eligibility_waived (line 7) is 'sponsor', {CUT}",
    ]
    assert told(FILE.replace("A-01", "A #3")) == [f"participant (line 1) is 'A', {CUT}"]
    visit = "visits:\n  - name: Visit #3\n    date: 2026-02-03\n"
    assert told(FILE + visit) == [f"visits[1].name (line 5) is 'Visit', {CUT}"]


def test_other_comments_are_comments():
    """§5.1.11."""
    text = FILE.replace("A-01", "A-01   # the first").replace("5]}", "5]}  # at hand")
    contact = "contact:\n  # on each page\n  site: 'Ward #3'  # quoted\n  phone: Ext#3\n"
    assert read(text + contact).contact.site == "Ward #3"


# Case ---------------------------------------------------------------------------------------------


def test_a_word_with_one_meaning_is_read_in_any_case():
    """§5.1.12."""
    events = "events: [{type: Flare, date: 2026-06-01}]\ninfusions: [{number: 2, missed: TRUE}]\n"
    usual = read(FILE + events.lower())
    assert read(FILE.replace("iimpact", "IIMPACT") + events) == usual
    assert read("participant: A-01\nprotocol: Iimpact\nsteroid: None\n").steroid is None
    assert sources.trial("IIMPACT") is sources.trial("iimpact")


def test_what_a_person_named_stays_as_it_was_typed():
    """§5.1.12."""
    contact = "contact: {site: FLARE Clinic, phone: 555-0100}\n"
    assert read(FILE.replace("A-01", "a-NONE") + contact).participant == "a-NONE"
    assert read(FILE + contact).contact.site == "FLARE Clinic"
    (said,) = told(FILE + "Events: []\n")
    assert "did you mean events?" in said


def test_a_protocols_own_words_are_read_in_any_case():
    """§5.1.12."""
    data = dict(sources.protocol_sheet("iimpact"))
    data["market"], data["equivalence"] = "us", "US-Label"
    data["taper"] = {**data["taper"], "rounding": "Nearest", "drug": "As-Baseline"}
    assert sources.validate_trial(data, "own").market == sources.trial("iimpact").market


def test_so_are_those_of_a_regimens_sheet():
    """§5.1.12."""
    data = dict(sources.regimen_sheet("aasld-alone"))
    data["regimen"] = {**data["regimen"], "kind": "Steps", "entry": "First"}
    sheet = sheet_of(ParsedFile("own.yaml", data, {}), [])
    assert (sheet["regimen"]["kind"], sheet["regimen"]["entry"]) == ("steps", "first")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("{phone: 555-0100 #12}", "a # in brackets, behind which all is a comment"),
        ("{site: Ward 3: X}", "a second colon in brackets"),
        ("{site: Ward 3, phone: 555", "a bracket that is not closed, or a comma too many"),
    ],
)
def test_a_slip_in_brackets_is_called_what_it_is(typed, hint):
    """§5.1.11."""
    with pytest.raises(Refusal) as refused:
        scan(f"{FILE}contact: {typed}\n".encode(), "A-01.yaml")
    assert hint in str(refused.value)
    assert "(line 4)" in str(refused.value) or "not closed" in hint


# What may be read in two ways --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("dose_mg: 25", "dose_mg: 1.000", "steroid.dose_mg"),
        ("strengths: [20", "strengths: [1.000", "steroid.strengths[1]"),
        ("", "weight_kg: 1.000\n", "weight_kg"),
    ],
)
def test_a_point_that_may_part_thousands_is_refused(old: str, new: str, field: str):
    """§2.3.3: 1.000 mg of a pulse are 1000 mg, as much of the world writes it."""
    (said,) = told(FILE.replace(old, new) if old else FILE + new)
    assert said.startswith(f"{field} (line ")
    assert "'1.000'; allowed: " in said
    assert "; 1 or 1000, as a point parts thousands in many countries." in said


def test_a_whole_number_that_a_program_gave_a_point_is_no_participant():
    """§5.1.9: `1.0` of an export is `1` of the folder, whose papers would go on beside."""
    (said,) = told(FILE.replace("A-01", "1.0"))
    assert "'1.0'; allowed: a trial id of 1 to 64" in said
    assert "no number that a program gave a point." in said
