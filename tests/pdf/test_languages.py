"""The patient's papers in another language: nothing left in English, nothing that does not fit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import cycle
from pathlib import Path

import pytest
from cases import golden_plans
from copies import Copy
from pdf.plans import ISSUED, SIX_MONTHS, Row, issue_of, plan_of, steps_of, tablets_of
from proving import PROVE, every

from taper import sources
from taper.paper import documents, readback
from taper.paper.documents import Issue, Paper
from taper.paper.pages import calendar_html, words
from taper.paper.pages import language as language_of
from taper.paper.pages.header import header
from taper.paper.pages.wallet import wallet_card
from taper.paper.press import pdf
from taper.paper.readback.pdf import read
from taper.planning.plan import Instruction, Kind, Part, Plan
from taper.record import earlier, plan_document
from taper.sources.languages import SOURCE, catalogue, text_sha256

NBSP = "\N{NO-BREAK SPACE}"
TRANSLATED = [code for code in sources.language_codes() if code != SOURCE]
DRAFT = "BORRADOR DE TRADUCCIÓN · DRAFT TRANSLATION"
OTHER_DAY = dt.date(2026, 1, 1)


def golden(locale: str) -> list[tuple[str, Plan]]:
    """Every golden case that is not refused, in a language."""
    return [(name, replace(plan, locale=locale)) for name, plan in golden_plans().items()]


def every_kind(code: str) -> Iterator[tuple[str, Plan]]:
    """The golden cases, and what none of them has."""
    yield from golden(code)
    rows: list[Row] = [
        (Kind.RUN_IN, "20", 1),
        (Kind.SET_DOSE, "20/10/5", 9),
        (Kind.MAINTENANCE, "5", 90),
    ]
    plan = plan_of(steps_of(rows), locale=code, instruction=Instruction.KEEP_TAKING)
    label = plan.protocol._replace(title="")
    yield "a long cycle", replace(plan, provisional=True, protocol=label)


def changed(plan: Plan) -> Issue:
    """What a notice is made from: an earlier plan with another dose on every day."""
    old = plan_document.as_dict(plan)
    days = [{**day, "dose_mg": "999"} for day in old["days"]]
    return Issue.of(plan, ISSUED, replaces=earlier.replaced_by(plan, {**old, "days": days}))


def a_week_of(plan: Plan) -> Part:
    return Part(plan.first_day, plan.first_day + dt.timedelta(days=6))


def papers(plan: Plan) -> Iterator[str]:
    """The HTML of everything that a patient is given of a plan."""
    yield calendar_html(issue_of(plan))
    yield calendar_html(issue_of(plan), large=True)
    yield documents.as_html(replace(changed(plan), part=a_week_of(plan)), Paper.CALENDAR)
    yield documents.as_html(Issue.of(plan, OTHER_DAY), Paper.WALLET)
    yield documents.as_html(changed(plan), Paper.NOTICE)


def text_of(html: str) -> str:
    """The words of a paper on one line."""
    body = html.split("<body", 1)[1].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


# Nothing in English -----------------------------------------------------------------------------


def english_words(code: str) -> frozenset[str]:
    """The words that stand in English texts and in no translation."""
    english, translated = set(), set()
    for message in catalogue(code):
        for text, found in ((message.id, english), (message.string, translated)):
            for form in text if isinstance(text, tuple | list) else (text,):
                found.update(re.findall(r"[^\W\d_]{2,}", re.sub(r"%\(\w+\)s", "", form).lower()))
    for locale, found in (("en", english), (code, translated)):
        known = language_of(locale)
        days = [dt.date(2026, month, day) for month in range(1, 13) for day in range(1, 8)]
        dates = " ".join(
            f"{known.full_date(d)} {known.short_day(d)} {known.short_month(d)}" for d in days
        )
        found.update(re.findall(r"[^\W\d_]{2,}", dates.lower()))
    return frozenset(english - translated)


def test_the_words_that_may_not_be_left_are_known():
    found = english_words("es")
    assert {"tablet", "morning", "take", "wednesday", "prednisone", "until", "issued"} <= found
    assert not {"no", "plan", "mg"} & found


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_paper_of_any_golden_case_has_an_english_word_left(code: str):
    """§10.2.10: and none fails: a text without a translation would be refused while it is
    rendered. Each language has cases of its own; all of them together have every fourth, or in
    the long run every other one.
    """
    left = english_words(code)
    seen = 0
    cases = list(every_kind(code))
    apart = len(TRANSLATED) * (2 if PROVE else 4)
    for name, plan in (*cases[TRANSLATED.index(code) :: apart], cases[-1]):
        for html in papers(replace(plan, contact_site=None, contact_phone=None)):
            said = text_of(html).replace("DRAFT TRANSLATION", "").lower()
            assert not left.intersection(re.findall(r"[^\W\d_]{2,}", said)), name
            seen += 1
    assert seen > 20


# What it says -----------------------------------------------------------------------------------


def spanish(*rows: Row, **changes: object) -> Plan:
    return plan_of(steps_of(rows or SIX_MONTHS), locale="es_US", **changes)


def test_weeks_in_spanish():
    """§10.2.10."""
    html = calendar_html(issue_of(spanish()))
    (grid, *_) = re.findall(r'(?s)<section class="weeks">.*?</section>', html)
    said = text_of(f"<body>{grid}")
    assert said.startswith(
        "Abril de 2026 y mayo de 2026 Domingo Lunes Martes Miércoles Jueves Viernes Sábado 26 abr"
        " fuera de este plan"
    )
    assert (
        "30 abr Inicio 25 mg 1 tableta de 20 mg y 1 tableta de 5 mg por la mañana, con comida"
        " Infusión 2"
    ) in said


def test_the_first_page_in_spanish():
    """§10.2.10, §10.2.11."""
    said = text_of(calendar_html(issue_of(spanish(*SIX_MONTHS[:6], SIX_MONTHS[-1]))))
    for sentence in (
        "Participante IIM-001",
        "Su calendario de prednisona",
        "Hasta el miércoles, 13 de mayo de 2026 inclusive, tome 25 mg de prednisona todos los"
        " días. A partir del jueves, 14 de mayo de 2026, la dosis cambia paso a paso, como indica"
        " la tabla.",
        "A partir del jueves, 25 de junio de 2026, tome 5 mg de prednisona.",
        "Desde Dosis cada día Tabletas cada día",
        "Jueves, 28 de mayo de 2026 15 mg 1 tableta de 10 mg y 1 tableta de 5 mg",
        "Jueves, 30 de abril de 2026 25 mg Dosis inicial",
        "Después del miércoles, 22 de julio de 2026: siga tomando 5 mg de prednisona todos los"
        " días, por la mañana, con comida, hasta que el equipo del estudio le indique otra cosa.",
        "No suspenda este medicamento de golpe.",
        "¿Olvidó una dosis? Tómela en cuanto se acuerde, el mismo día. Si ese día ya pasó, no tome"
        " la dosis olvidada. Nunca tome una dosis doble.",
        "Llame de inmediato si vomita, tiene fiebre, sufre una lesión o necesita una cirugía",
        "Llame a IIMPACT study team, Houston Methodist, +1 713 555 0100",
        "Prescriptor (firma, fecha) Verificado por (firma, fecha)",
        "Protocolo iimpact, versión 1.0 · Plan 3f2a9c1e · Emitido el jueves, 23 de abril de 2026",
    ):
        assert sentence in said, sentence


def test_a_hold_is_an_instruction_and_no_pause():
    """§10.3.2: `Pausa` or `espera` could be taken for leaving the medicine out."""
    rows: list[Row] = [(Kind.RUN_IN, "20", 3), (Kind.HOLD, "20", 3), (Kind.TAPER, "17.5", 2)]
    plan = spanish(*rows, instruction=Instruction.DO_NOT_REDUCE)
    said = text_of(calendar_html(issue_of(plan)))
    assert "3 Mantener dosis 20 mg" in said
    assert "4 Mantener dosis 20 mg" in said
    assert "6 Dosis nueva 17.5 mg" in said
    assert "No tome menos hasta que el equipo del estudio se lo indique." in said
    assert not re.search("paus|espera", said, re.IGNORECASE)


def test_a_part_in_spanish():
    """§10.2.11."""
    part = Part(dt.date(2026, 5, 18), dt.date(2026, 5, 27))
    said = text_of(calendar_html(issue_of(spanish(), part=part)))
    for sentence in (
        "Estas hojas son una parte de su plan: los días desde el lunes, 18 de mayo de 2026 hasta"
        " el miércoles, 27 de mayo de 2026 inclusive.",
        "Después del miércoles, 27 de mayo de 2026 su plan continúa, al día siguiente con 15 mg de"
        " prednisona. Pida las hojas siguientes al equipo del estudio antes de ese día, y no"
        " suspenda el medicamento.",
        "Solo desde el lunes, 18 de mayo de 2026 hasta el miércoles, 27 de mayo de 2026",
        "17 may en otras hojas",
    ):
        assert sentence in said, sentence


def test_a_change_of_medicine_in_spanish():
    """§10.2.12."""
    first = steps_of([(Kind.RUN_IN, "8", 3)], tablets=tablets_of("4"), drug="methylprednisolone")
    (then,) = steps_of([(Kind.MAINTENANCE, "10/7.5", 4)], start=dt.date(2026, 5, 3))
    plan = plan_of((*first, then._replace(number=1)), locale="es")
    said = text_of(calendar_html(issue_of(plan)))
    assert "Su calendario de metilprednisolona y después prednisona" in said
    assert (
        "A partir del domingo, 3 de mayo de 2026, ya no tome metilprednisolona: tome prednisona en"
        " su lugar, nunca los dos medicamentos." in said
    )
    assert "Medicina nueva, ya no tome metilprednisolona" in said
    assert "tome prednisona, 10 mg y 7,5 mg en días alternos, por la mañana, con comida." in said
    assert "7,5 mg: 1 tableta de 5 mg y 1 tableta de 2,5 mg" in said


def test_a_notice_and_a_card_in_spanish():
    """§10.2.10."""
    new = spanish(*SIX_MONTHS[:3], (Kind.HOLD, "17.5", 14), *SIX_MONTHS[3:])
    old = plan_document.as_dict(plan_of())
    issue = Issue.of(new, ISSUED, replaces=earlier.replaced_by(new, old))
    notice = text_of(documents.as_html(issue, Paper.NOTICE))
    assert (
        "Desde el jueves, 28 de mayo de 2026 hasta el miércoles,"
        " 10 de junio de 2026 inclusive tome 17.5 mg de prednisona todos los días, por la mañana,"
        " con comida" in notice
    )
    assert "Destruya las hojas anteriores: las del plan" in notice
    card = text_of(documents.as_html(Issue.of(new, ISSUED), Paper.WALLET))
    assert "de 2026 Tomo prednisona" in card
    assert "puedo necesitar una dosis más alta, no más baja." in card
    assert "desde el jueves, 30 de abril de 2026 25 mg 1 tableta de 20 mg" in card


def test_the_pages_for_staff_stay_in_english():
    """§10.2.10."""
    for document in (Paper.PHARMACY, Paper.INVESTIGATOR):
        said = text_of(documents.as_html(Issue.of(spanish(), ISSUED), document))
        assert "predniSONE" in said
        assert "TRANSLATION" not in said
        assert not re.search("tableta|dosis|jueves", said, re.IGNORECASE)


# Whose translation it is ------------------------------------------------------------------------


SIGNATURE = """\
signatures:
  - language: es
    role: certified translator
    organisation: a test
    date: 2026-11-26
    sha256: {sha256}
"""


def test_every_paper_says_that_its_translation_is_a_draft_until_it_is_signed(tmp_path: Path):
    """§10.4.3."""
    assert all(f'">{DRAFT}</p>' in html for html in papers(spanish(*SIX_MONTHS[:2])))
    copy = Copy.into(tmp_path)
    signed = SIGNATURE.format(sha256=text_sha256(catalogue("es")))
    (copy.data / "languages" / "signatures.yaml").write_text(signed, encoding="utf-8")
    said = copy.answer(
        "from pdf.test_languages import SIX_MONTHS, papers, spanish",
        "['DRAFT' in html for html in papers(spanish(*SIX_MONTHS[:2]))]",
    )
    assert said == [False] * 5


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_banner_of_a_draft_is_in_its_own_language_and_in_english(code: str):
    """§10.4.3."""
    head = header(Issue.of(plan_of(locale=code), ISSUED), words(code), None)
    own = sources.translation(code).messages.gettext("DRAFT TRANSLATION")
    assert own.isupper()
    assert head.banners[-1] == f"{own} · DRAFT TRANSLATION"


def test_a_paper_in_english_says_nothing_of_a_translation():
    """§10.4.3."""
    assert not any("TRANSLATION" in html for html in papers(plan_of()))


# On paper ---------------------------------------------------------------------------------------


def printed(plan: Plan, *, large: bool = False) -> bytes:
    """Print a calendar and read it back."""
    issue = Issue.of(plan, ISSUED)
    html = calendar_html(issue, large=large)
    made = pdf.write_calendar(html, who=plan.participant, issued=ISSUED)
    readback.verify(made, issue, large=large)
    return made


def some(nth: int, in_prove: int, *locales: str) -> pytest.MarkDecorator:
    """Every n-th golden case, in one language after the other."""
    names = every(nth, golden_plans(), in_prove=in_prove)
    cases = [
        (f"{name}-{locale}", replace(golden_plans()[name], locale=locale))
        for name, locale in zip(names, cycle(locales), strict=False)
    ]
    return pytest.mark.parametrize("plan", [p for _, p in cases], ids=[name for name, _ in cases])


@some(17, 9, "es_US", "fr_CA", "de_DE", "pt_BR", "ru_RU")
def test_a_golden_calendar_in_any_language_is_printed_and_read_back(plan: Plan):
    """§10.7.1."""
    printed(plan)


@some(19, 16, "es", "ru_KZ", "pt_BR", "fr_FR", "de_CH")
def test_a_golden_large_print_in_any_language_is_printed_and_read_back(plan: Plan):
    """§10.7.1: On A4, with a decimal comma."""
    printed(plan, large=True)


@some(16, 9, "es_MX", "fr_CA", "de_AT", "pt_BR", "ru_US")
def test_a_golden_card_and_notice_in_any_language_are_one_page_and_read_back(plan: Plan):
    """§10.7.4."""
    documents.as_pdf(Issue.of(plan, OTHER_DAY), Paper.WALLET)
    documents.as_pdf(changed(replace(plan, provisional=True)), Paper.NOTICE)


def of_every_kind(locale: str) -> Plan:
    """Quarters of a long-named drug, holds, a change of drug, and every banner."""
    first = steps_of([(Kind.RUN_IN, "8", 3)], tablets=tablets_of("4"), drug="methylprednisolone")
    rows = [
        (Kind.STRESS_DOSE, "20", 1),
        (Kind.HOLD, "8.75", 2),
        (Kind.RESCUE, "38.75", 1),
        (Kind.SET_DOSE, "0.75", 1),
        (Kind.MAINTENANCE, "0.25/0", 4),
    ]
    stock = tablets_of("20", "10", ("5", 2), ("1", 4))
    then = steps_of(rows, start=dt.date(2026, 5, 3), tablets=stock)
    return replace(plan_of((*first, *then)), locale=locale, provisional=True)


@pytest.mark.parametrize("locale", ["fr_FR", "de_DE"])
def test_five_strengths_a_day_have_room_in_the_table_of_the_first_page(locale: str):
    """§10.4.4, §10.5.4: or stand on the second; whom to call and the lines to sign never do."""
    each: list[Row] = [(Kind.RUN_IN, "38.5", 3)]
    each += [(Kind.TAPER, mg, 2) for mg in ("33.5", "28.5", "18.5", "13.5", "8.5")]
    issue = Issue.of(plan_of(steps_of(each), locale=locale), ISSUED)
    documents.as_pdf(issue, Paper.DIARY)


def test_a_mark_of_every_kind_has_room_in_its_cell():
    """§10.5.4: on the narrower of the papers."""
    printed(of_every_kind("es_US"))


def test_a_week_that_heads_its_page_has_room_for_the_name_of_its_month():
    """§10.5.4: beside `16 февр.` a mark has no room, and its week is a line higher there."""
    (plan,) = (p for name, p in golden("ru_RU") if name == "a-solution-gives-way-to-tablets")
    printed(plan)


@pytest.mark.parametrize("locale", ["fr_CA", "de_DE", "pt_BR", "ru_US"])
def test_a_large_print_of_everything_has_room_in_a_longer_language(locale: str):
    """§10.5.4: a row of steps is not parted, nor is a sentence of the plan; a strength may begin a
    line, and `quinta-feira` may end one.
    """
    printed(of_every_kind(locale), large=True)


@pytest.mark.parametrize(
    ("locale", "count", "then"),
    [
        ("en_US", 6, "keep taking prednisone as before"),
        ("es_US", 5, "pida una tarjeta nueva."),
        ("pt_BR", 5, "peça um novo cartão."),
    ],
)
def test_a_card_has_as_many_steps_as_find_room(locale: str, count: int, then: str):
    """§10.11.1: a longer language has fewer, and says when to ask for another card."""
    issue = Issue.of(of_every_kind(locale), ISSUED)
    card = wallet_card(issue)
    assert sum(map(len, card.panels)) == count
    assert then in card.then
    documents.as_pdf(issue, Paper.WALLET)


@pytest.mark.parametrize("who", ["Q" * 34, "IIM-" + "0123456789" * 6, "W" * 64])
@pytest.mark.parametrize("locale", ["es_US", "en_US"])
def test_a_long_id_leaves_room_for_the_names_of_months(who: str, locale: str):
    """§10.5.4: With every banner; September has the longest of names."""
    steps = steps_of([(kind, mg, 3) for kind, mg, _ in SIX_MONTHS], start=dt.date(2026, 8, 20))
    made = printed(plan_of(steps, locale=locale, participant=who, provisional=True))
    said = {text.said for sheet in read(made) for text in sheet.texts}
    assert any("eptiembre de 2026" in each or "September 2026" in each for each in said)


@pytest.mark.parametrize(
    ("locale", "is_said_in_english_too"),
    [("es_US", True), ("es_PR", True), ("es_MX", False), ("es", False)],
)
def test_who_helps_in_an_emergency_can_read_the_card(locale: str, is_said_in_english_too: bool):
    """§10.4.11."""
    plan = plan_of(locale=locale)
    said = text_of(documents.as_html(Issue.of(plan, ISSUED), Paper.WALLET))
    assert "Tomo un corticoide (esteroide)." in said
    assert ("I take a steroid medicine. In an emergency" in said) is is_said_in_english_too
    documents.as_pdf(Issue.of(plan, ISSUED), Paper.WALLET)
