"""The pharmacy sheet: what a pharmacist checks, hands out and writes down."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from html import unescape
from math import ceil

import pytest
from pdf.plans import ISSUED, START, plan_of, steps_of, tablets_of
from pypdfium2 import PdfDocument

from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.pages.tall_man import tall_man
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.terms import Pack, Terms
from taper.planning.labels import Finding, Severity
from taper.planning.plan import Baseline, Kind, Plan, Quantity

SCORED = tablets_of("16", ("4", 2), ("2", 2))
METHYL = (
    (Kind.RUN_IN, "16", 14),
    (Kind.TAPER, "14", 14),
    (Kind.TAPER, "7", 14),
    (Kind.MAINTENANCE, "4", 28),
)

CHANGED_TWICE = tuple(
    step._replace(number=number, level=number)
    for number, step in enumerate(
        (
            *steps_of([(Kind.RUN_IN, "16/8", 14)], tablets=SCORED, drug="methylprednisolone"),
            *steps_of([(Kind.TAPER, "20", 14)], START + timedelta(14), drug="hydrocortisone"),
            *steps_of([(Kind.MAINTENANCE, "5", 28)], START + timedelta(28)),
        )
    )
)


def with_quantities(plan: Plan) -> Plan:
    supplies = dispense(plan, Terms()).whole_plan
    return replace(
        plan,
        quantities=tuple(
            Quantity(s.tablet.drug, s.tablet.strength_mg, s.tablets) for s in supplies
        ),
    )


@cache
def methylprednisolone() -> Plan:
    return with_quantities(
        plan_of(
            steps_of(METHYL, tablets=SCORED, drug="methylprednisolone"),
            baseline=Baseline("methylprednisolone", Fraction(16), Fraction(20)),
        )
    )


def html_of(plan: Plan | None = None, terms: Terms | None = None) -> str:
    return documents.as_html(Issue.of(plan or methylprednisolone(), ISSUED, terms), Paper.PHARMACY)


def text_of(plan: Plan | None = None, terms: Terms | None = None) -> str:
    body = html_of(plan, terms).split("<body", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def printed(plan: Plan, terms: Terms | None = None) -> bytes:
    return documents.as_pdf(Issue.of(plan, ISSUED, terms), Paper.PHARMACY)


# What it says ---------------------------------------------------------------------------------


def test_the_conversion_is_worked_out_with_its_table_and_source():
    """§10.11.3."""
    said = text_of()
    assert "methylPREDNISolone 16 mg × 5 / 4 = 20 mg predniSONE" in said
    assert "predniSONE 5 mg × 4 / 5 = 4 mg methylPREDNISolone" in said
    assert "Table us-label: United States labels. Source: Dexamethasone Tablets USP" in said


def test_prednisone_needs_no_conversion_and_says_so():
    """§10.11.3."""
    said = text_of(plan_of())
    assert "None: every dose is predniSONE, in which the protocol counts." in said


@pytest.mark.parametrize(
    ("plain", "tall"),
    [
        ("prednisone", "predniSONE"),
        ("Prednisolone 5 mg", "prednisoLONE 5 mg"),
        ("20 mg prednisone-equivalent", "20 mg predniSONE-equivalent"),
        ("methylprednisolone.", "methylPREDNISolone."),
        ("riverside-prednisone", "riverside-prednisone"),
        ("prednisone-trial", "prednisone-trial"),
        ("hydrocortisone", "hydrocortisone"),
    ],
)
def test_names_that_look_alike_are_told_apart_and_ids_stay(plain: str, tall: str):
    """§10.4.10."""
    assert tall_man(plain) == tall


def test_no_plain_name_of_a_drug_that_looks_alike_is_left_on_the_sheet():
    """§10.4.10."""
    said = text_of().replace(methylprednisolone().protocol.title, "")
    assert not re.search(r"\b(methylprednisolone|prednisone|prednisolone)\b", said)


def test_what_a_person_typed_into_a_finding_stays_as_it_was_typed():
    """§10.6.1."""
    waived = Finding(
        "eligibility-waived",
        Severity.WARNING,
        "A baseline of 25 mg prednisone-equivalent is outside, waived by: dr prednisone <b>x</b>.",
        "project rule",
    )
    said = text_of(plan_of(findings=(waived,)))
    assert "25 mg predniSONE-equivalent is outside, waived by: dr prednisone <b>x</b>." in said
    assert "Warning A baseline" in said
    assert "[1] project rule" in said


def test_sources_stand_together_below_the_last_finding_and_no_dose_behind_a_year():
    """§10.1.4: "2026 7 mg" is read as one number. No page holds a source or two alone."""
    findings = tuple(
        Finding("rounded", Severity.INFO, f"From 2026-05-21 {mg} mg.", f"Somebody, {mg % 6}", START)
        for mg in range(1, 21)
    )
    sheet = documents.as_pdf(Issue.of(plan_of(findings=findings), ISSUED), Paper.PHARMACY)
    with PdfDocument(sheet) as made:
        pages = [page.get_textpage().get_text_range() for page in made]
    told = [page for page in pages if "[1] Somebody" in page]
    assert [len(re.findall(r"^\[\d\] Somebody", page, re.MULTILINE)) for page in told] == [6]
    assert "2026, 20\N{NO-BREAK SPACE}mg. (rounded)" in told[0]


def test_a_step_shows_its_ideal_and_its_printed_dose_with_tablets():
    """§10.11.3."""
    plan = methylprednisolone()
    rounded = plan.steps[2]._replace(ideal_mg=((Fraction("7.2"),), (Fraction("6.8"),)))
    steps = (*plan.steps[:2], rounded, *plan.steps[3:])
    assert (
        "2 Thursday, May 28, 2026 to Wednesday, June 10, 2026 14 days New dose 7.2 mg, then 6.8 mg "
        "7 mg methylPREDNISolone = 8.75 mg predniSONE "
        "1 tablet of 4 mg, 1 tablet of 2 mg and half of a 2 mg tablet"
    ) in text_of(replace(plan, steps=steps))


def test_strengths_with_the_same_digits_are_named():
    """§10.11.3."""
    rows = ((Kind.RUN_IN, "28.5", 3), (Kind.MAINTENANCE, "21", 3))
    stock = tablets_of("25", "20", "10", "2.5", "1")
    said = text_of(with_quantities(plan_of(steps_of(rows, tablets=stock))))
    assert "predniSONE 2.5 mg and 25 mg: the same digits." in said
    assert "20 mg and" not in said.split("Look twice")[1].split("Steps")[0]


def test_a_strength_that_two_drugs_share_is_named():
    """§10.11.3."""
    first = steps_of([(Kind.RUN_IN, "20", 3)], drug="methylprednisolone", tablets=tablets_of("20"))
    then = steps_of([(Kind.MAINTENANCE, "20", 3)], start=first[0].end)
    said = text_of(with_quantities(plan_of((*first, *then))))
    assert "methylPREDNISolone and predniSONE: both as tablets of 20 mg." in said
    assert "methylPREDNISolone and predniSONE: names that look alike." in said


def test_broken_tablets_are_counted_and_the_rest_is_accounted_for():
    """§10.11.3."""
    said = "methylPREDNISolone 2 mg is broken on 14 days, first on Thursday, May 28, 2026."
    assert f"{said} The rest is kept for another day." in text_of()
    discarding = Terms(discard_halves=True)
    assert f"{said} The rest is discarded." in text_of(terms=discarding)


def test_quantities_are_those_of_the_days_counted_one_by_one():
    """§10.11.3, §7.2.4: The hand-outs of the sheet against a count of the plan's days, written
    another way.
    """
    said, plan = text_of(terms=Terms(every_days=28)), methylprednisolone()
    for n, title in ((0, "1. Thursday, April 30, 2026"), (28, "2. Thursday, May 28, 2026")):
        taken: dict[Fraction, Fraction] = {}
        for day in list(plan.days())[n : n + 28]:
            for tablet in day.tablets:
                taken[tablet.strength_mg] = (
                    taken.get(tablet.strength_mg, Fraction(0)) + tablet.count
                )
        block = said.split(title)[1]
        for mg, count in taken.items():
            assert count.denominator == 1
            row = f"methylPREDNISolone {mg} mg {count} {ceil(count)} {ceil(count)} 0"
            assert row in block


def test_packs_spare_days_and_what_should_come_back():
    """§10.11.3."""
    terms = Terms(spare_days=3, packs=(Pack(Fraction(4), 30),))
    said = text_of(terms=terms)
    assert "Tablets taken Whole tablets With 3 spare days Packs Hand out Expected back" in said
    assert "methylPREDNISolone 16 mg 14 14 14 loose 14 0" in said
    assert "methylPREDNISolone 4 mg 84 84 87 3 × 30 90 6" in said
    assert "each time with 3 spare days" in said


def test_there_are_columns_to_fill_by_hand_and_two_persons_check():
    """§10.11.3."""
    said = text_of()
    assert "Dispensed Lot Date, initials Returned Date, initials" in said
    assert "Checked by two persons Check Pharmacist Second person" in said
    assert html_of().count('<i class="box"></i>') == 10
    assert "Second person (name, signature, date)" in said


def test_a_plan_that_is_an_example_or_a_draft_says_so():
    """§10.4.2."""
    said = text_of(plan_of(provisional=True))
    assert "EXAMPLE, NOT FOR PATIENT USE" in said
    assert "DRAFT, NOT FOR PATIENT USE" in said


# On paper -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "size"), [("en_US", (612, 792)), ("en_GB", (595.28, 841.89))], ids=["Letter", "A4"]
)
def test_it_is_printed_on_the_paper_of_the_locale(locale: str, size: tuple[float, float]):
    """§10.5.3."""
    made = PdfDocument(printed(replace(methylprednisolone(), locale=locale)))
    sizes = [page.get_size() for page in made]
    made.close()
    for each in sizes:
        assert each == pytest.approx(size[::-1], abs=0.1)


@pytest.mark.parametrize(
    "plan",
    [
        plan_of(
            participant="W" * 64,
            provisional=True,
            contact_site="A very long name of a site " * 3,
            locale="en_GB",
        ),
        plan_of(steps_of([(Kind.RUN_IN, "10", 3), (Kind.MAINTENANCE, "10/0", 9)])),
        plan_of(steps_of([(Kind.RUN_IN, "11.25", 3)], tablets=tablets_of(("5", 4), "1"))),
    ],
    ids=["a 64-character id", "alternate days", "quarters"],
)
def test_unusual_plans_are_printed_whole(plan: Plan):
    """§10.5.4."""
    assert printed(plan).startswith(b"%PDF")


@pytest.mark.parametrize("document", [Paper.PHARMACY, Paper.INVESTIGATOR])
@pytest.mark.parametrize("locale", ["en_US", "en_GB"])
def test_the_name_of_a_drug_is_never_parted_by_the_end_of_a_line(document: Paper, locale: str):
    """Even where the drug is changed and the step says which one is taken no more."""
    per_mg = {drug: Fraction(1) for drug in ("prednisone", "methylprednisolone", "hydrocortisone")}
    plan = plan_of(CHANGED_TWICE, locale=locale, prednisone_per_mg=per_mg)
    with PdfDocument(documents.as_pdf(Issue.of(plan, ISSUED), document)) as opened:
        said = "".join(page.get_textpage().get_text_range() for page in opened)
    assert "nomoremethylPREDNISolone" in "".join(said.split())
    for name in ("methylPREDNISolone", "hydrocortisone"):
        assert said.count(name) == "".join(said.split()).count(name)


def test_many_hand_outs_go_on_over_pages_and_all_are_read_back():
    """§10.7.4."""
    assert printed(plan_of(), Terms(every_days=7, spare_days=2)).startswith(b"%PDF")


def test_the_same_sheet_has_the_same_bytes():
    """§10.8.1."""
    assert printed(methylprednisolone()) == printed(methylprednisolone())


BREAKS = {
    "a dose off by one": ("<strong>14\N{NO-BREAK SPACE}mg", "<strong>15\N{NO-BREAK SPACE}mg"),
    "tablets of another strength": ("of\N{NO-BREAK SPACE}16\N{NO-BREAK SPACE}mg", "of 4 mg"),
    "a wrong quantity": ('<td class="number give">84<', '<td class="number give">48<'),
    "a wrong conversion": ("× 5 / 4 = 20", "× 4 / 5 = 20"),
    "another participant": (">Pharmacy sheet · Participant IIM-001", ">Pharmacy sheet · II"),
    "a banner left out": ('<p class="banner">EXAMPLE, NOT FOR PATIENT USE</p>', ""),
    "something added": ("<h2>Steps</h2>", "<h2>Steps</h2><p>Take 100 mg</p>"),
    "text that is clipped": ("</style>", ".worked { height: 4pt; overflow: hidden }</style>"),
    "text off the page": ("</style>", ".worked { margin-left: -60pt }</style>"),
    "text too pale": ("</style>", ".worked { color: #ddd }</style>"),
    "text over text": ("</style>", ".steps td { line-height: 4pt }</style>"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), BREAKS.values(), ids=BREAKS.keys())
def test_paper_that_says_something_else_is_refused(old: str, new: str):
    """§10.7.4."""
    html = html_of()
    assert old in html
    broken = pdf.write_calendar(html.replace(old, new, 1), who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="pharmacy sheet was refused"):
        documents.verify(broken, Issue.of(methylprednisolone(), ISSUED), Paper.PHARMACY)


def test_a_step_left_out_is_refused():
    """§10.7.4."""
    html = re.sub(r"(?s)<tr>\s*<td class=\"place\">2<.*?</tr>", "", html_of())
    broken = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match=f"to {START.replace(month=6, day=10):%A, %B %-d, %Y}"):
        documents.verify(broken, Issue.of(methylprednisolone(), ISSUED), Paper.PHARMACY)
