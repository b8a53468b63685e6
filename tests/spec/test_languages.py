"""Languages: every text of the patient's pages translated, and who stands behind it.

A language is one file. What is missing from it fails here, and again when a page is printed: no
page falls back to English within a sentence of another language.
"""

from __future__ import annotations

import ast
import io
import re
import runpy
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel import Locale, localedata
from babel.core import get_global
from babel.dates import parse_pattern, tokenize_pattern
from babel.messages import Catalog
from babel.messages.pofile import read_po
from copies import Copy
from pdf.plans import steps_of

from taper import sources
from taper.doses.tablets import Count
from taper.errors import Refusal
from taper.paper.pages.header import PORTRAIT_POINTS
from taper.paper.pages.language import NBSP, _first_weekday, _full, language
from taper.paper.pages.line_breaks import BAR, CELL_PT, cell_width
from taper.paper.pages.words import words
from taper.paper.press import typeface
from taper.planning.plan import Kind
from taper.sources import languages
from taper.sources.languages import OF_PAGE, SOURCE, catalogue, text_sha256

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "taper" / "data"
MESSAGES = runpy.run_path(str(ROOT / "scripts" / "messages.py"))
TEMPLATE: Catalog = MESSAGES["template"]()
TRANSLATED = [code for code in sources.language_codes() if code != SOURCE]
MARKS = (
    "Start",
    "New dose",
    "Same dose",
    "Keep dose",
    "New medicine",
    "Every day from here",
    "Alternate days start",
    "Look at each day",
    "New liquid",
    "Now tablets",
    "No more tablets",
    "No more liquid",
)
EVENTS = ("Do not reduce", "Review", "Rescue dose", "Stress dose", "Infusion %(number)s (planned)")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
A_SUNDAY, IN_SEPTEMBER = date(2026, 5, 3), date(2026, 9, 16)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [text]


def key(message) -> tuple[str | None, str]:
    return message.context, forms(message.id)[0]


def texts(catalog: Catalog) -> list:
    return [message for message in catalog if message.id]


# Catalogues -------------------------------------------------------------------------------------


def test_the_texts_of_the_patients_pages_are_found():
    """One of each place that they are taken from: code, a plural, a template, the drugs' data."""
    found = {key(message)[1] for message in texts(TEMPLATE)}
    assert {
        "Do not stop suddenly.",
        "%(n)s tablet of %(mg)s",
        "Page %(x)s of %(y)s",
        "betamethasone",
    } <= found


MODULES = sorted((ROOT / "src" / "taper" / "paper" / "pages").glob("*.py"))
ASKED = {"gettext", "ngettext", "pgettext", "npgettext", "_"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_text_is_asked_for_where_it_cannot_be_found(path: Path):
    """What looks for the texts does not look into an f-string."""
    found = {form for message in texts(TEMPLATE) for form in forms(message.id)}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            literal = [a.value for a in node.args if isinstance(a, ast.Constant)]
            asked = [text for text in literal if name in ASKED and isinstance(text, str)]
            assert found.issuperset(asked[name.startswith("p") :]), asked


@pytest.mark.parametrize("code", TRANSLATED)
class TestEveryCatalogue:
    def test_has_every_text_and_no_other(self, code: str) -> None:
        """§10.2.10."""
        wanted, found = ({key(m) for m in texts(c)} for c in (TEMPLATE, catalogue(code)))
        assert found == wanted, f"run make messages: {found ^ wanted}"

    def test_has_nothing_obsolete(self, code: str) -> None:
        assert not catalogue(code).obsolete

    def test_translates_every_form_of_every_text(self, code: str) -> None:
        made = catalogue(code)
        for message in texts(made):
            assert not message.fuzzy, message.id
            assert all(form.strip() for form in forms(message.string)), message.id
            plurals = made.num_plurals if isinstance(message.id, tuple | list) else 1
            assert len(forms(message.string)) == plurals, message.id

    def test_has_no_dose_right_behind_the_year_of_a_date(self, code: str) -> None:
        """§10.1.4: "2026 5 mg" is read as one number."""
        for message in texts(catalogue(code)):
            assert not re.search(r"%\(date\)s %\(doses?\)s", str(message.string))

    def test_has_no_mark_that_a_line_could_begin_with(self, code: str) -> None:
        """§10.2.5: French has a space before its colon, at which no line may end."""
        for message in texts(catalogue(code)):
            assert not re.search(r" [:;?!»]|« ", str(message.string)), message.id

    def test_says_the_same_doses_and_dates(self, code: str) -> None:
        """§10.2.10: Each translation has the placeholders of its text, each as often."""
        for message in texts(catalogue(code)):
            wanted = sorted(PLACEHOLDER.findall(forms(message.id)[0]))
            for form in forms(message.string):
                assert sorted(PLACEHOLDER.findall(form)) == wanted, message.id
                assert "%" not in PLACEHOLDER.sub("", form), message.id

    def test_is_as_make_messages_writes_it(self, code: str) -> None:
        file = ROOT / "src" / "taper" / "data" / "languages" / f"{code}.po"
        assert file.read_bytes() == MESSAGES["as_text"](MESSAGES["updated"](code))

    def test_begins_and_ends_a_text_as_english_does(self, code: str) -> None:
        """Sentences are put together of parts, so a space or full stop is no matter of taste."""
        for message in texts(catalogue(code)):
            for form in forms(message.string):
                assert form == form.strip(), message.id
                assert form.endswith(".") == forms(message.id)[0].endswith("."), message.id

    def test_abbreviates_nothing_and_has_no_sign_that_is_misread(self, code: str) -> None:
        """§10.1.3."""
        for message in texts(catalogue(code)):
            for form in forms(message.string):
                said = PLACEHOLDER.sub("", form)
                assert not re.search(r"\d|[@&µ/]|\b(QD|OD|BD|TDS)\b", said), message.id

    def test_can_be_drawn_by_the_font(self, code: str) -> None:
        """§10.6.2: its texts, and the names of days and months that they are put together with."""
        known = language(code)
        days = [date(2026, month, day) for month in range(1, 13) for day in range(1, 8)]
        said = [form for message in texts(catalogue(code)) for form in forms(message.string)]
        for ask in (known.full_date, known.line_date, known.short_day, known.short_month):
            said += map(ask, days)
        said += [
            known.months(days, ", ".join),
            known.mg(Fraction(1)),
            *map(known.weekday, range(7)),
        ]
        assert set("".join(said)) <= typeface.printable()

    def test_has_no_word_that_is_wider_than_its_place(self, code: str) -> None:
        """§10.5.4: a mark in its bar, a medicine in its cell, on the narrower of the papers."""
        made, widest = sources.translation(code).messages, cell_width("letter")
        for mark in MARKS:
            for word in made.gettext(mark).split(" "):
                assert typeface.width(word, CELL_PT, "Bold") <= widest - BAR, word
        for event in EVENTS:
            for word in made.gettext(event).split(" "):
                assert typeface.width(word, CELL_PT, "Bold") <= widest, word
        for drug in sources.drug_names().values():
            assert typeface.width(made.gettext(drug), CELL_PT) <= widest, drug

    def test_has_no_word_that_is_parted_in_the_table_of_tablets_that_came_back(
        self, code: str
    ) -> None:
        """§10.5.4: in large print, where its columns are the narrowest."""
        made = sources.translation(code).messages
        for head in ("Handed out", "Came back", "Counted by, on"):
            for word in made.gettext(head).split(" "):
                assert typeface.width(word, 18, "Bold") <= 0.22 * PORTRAIT_POINTS - 4, word
        for drug in map(made.gettext, sources.drug_names().values()):
            assert typeface.width(drug, 18) <= 0.34 * PORTRAIT_POINTS - 8, drug

    def test_calls_a_medicine_by_its_name_on_the_emergency_card_too(self, code: str) -> None:
        """§10.2.10: German has `Hydrocortison` and `Hydrokortison`; a patient reads one of them."""
        made = catalogue(code)
        name = made.get("hydrocortisone").string
        said = [m for m in texts(made) if "of hydrocortisone" in str(m.id)]
        assert len(said) == 2
        assert all(name in message.string for message in said)

    def test_is_complete_at_run_time_too(self, code: str) -> None:
        made = sources.translation(code).messages
        for message in texts(TEMPLATE):
            context, text = key(message)
            assert made.pgettext(context, text) if context else made.gettext(text)


def test_a_text_without_a_translation_is_refused_and_never_printed_in_english():
    """§10.2.10."""
    made = sources.translation("es").messages
    for ask in (
        lambda: made.gettext("Take twice as much."),
        lambda: made.ngettext("%(n)s spoon", "%(n)s spoons", 2),
        lambda: made.pgettext("elsewhere", "Start"),
        lambda: made.npgettext("elsewhere", "a", "b", 1),
    ):
        with pytest.raises(sources.Untranslated, match="pages in es have no translation of"):
            ask()


def test_a_text_that_nobody_has_looked_at_again_counts_as_missing():
    """§10.2.10."""
    read = read_po(io.BytesIO(b'#, fuzzy\nmsgid "Start"\nmsgstr "Fin"\n'), locale="es")
    made = languages._compiled(read)
    made.add_fallback(languages._Missing("es"))
    with pytest.raises(sources.Untranslated):
        made.gettext("Start")


# Another language is one file -------------------------------------------------------------------

ITALIAN = """\
msgid ""
msgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Start"
msgstr "Inizio"

msgctxt "how a date stands within a sentence"
msgid "CLDR"
msgstr "CLDR"
"""
ITALIAN_IS_THERE = """
from datetime import date
from fractions import Fraction
from taper import sources
from taper.paper.pages.language import language
from taper.paper.pages.words import words
"""


def test_another_language_is_one_file(tmp_path: Path):
    copy = Copy.into(tmp_path)
    (copy.data / "languages" / "it.po").write_text(ITALIAN, encoding="utf-8")
    codes, is_one, allowed, start, day, is_draft, mg = copy.answer(
        ITALIAN_IS_THERE,
        "[sources.language_codes(), sources.is_locale('it_CH'), sources.locale_allowed(),"
        " words('it_IT').gettext('Start'), (it := language('it_IT')).full_date(date(2026, 5, 3)),"
        " it.is_draft, it.mg(Fraction('12.5'))]",
    )
    assert codes == sorted([*sources.language_codes(), "it"])
    assert is_one
    assert allowed == (
        "the language de, en, es, fr, it, pt or ru, alone or with a country, such as en_US"
    )
    assert (start, is_draft, mg) == ("Inizio", True, f"12,5{NBSP}mg")
    assert day == f"domenica 3{NBSP}maggio 2026"


# Which locales there are ------------------------------------------------------------------------

FILE = "participant: A1\nprotocol: iimpact\nlocale: {}\nsteroid: {{drug: prednisone, dose_mg: 5}}\n"
ALLOWED = "allowed: the language de, en, es, fr, pt or ru, alone or with a country, such as en_US"


@pytest.mark.parametrize("locale", ["en", "en_US", "es", "es_MX", "es_PR", "en_MX", "es_FR"])
def test_a_language_that_is_there_is_read_with_any_country(tmp_path: Path, locale: str):
    """§5.1.5."""
    path = tmp_path / "A1.yaml"
    path.write_text(FILE.format(locale))
    assert sources.participant(path).locale == locale
    assert language(locale).tag == locale.replace("_", "-")


@pytest.mark.parametrize("locale", ["it_IT", "zh", "zz", "en_XX", "es_ZZ", "ens_US"])
def test_a_language_that_is_not_there_is_refused_when_the_file_is_read(tmp_path: Path, locale: str):
    """§5.1.5: Not when the page is made: by then somebody waits for it."""
    path = tmp_path / "A1.yaml"
    path.write_text(FILE.format(locale))
    with pytest.raises(Refusal) as refused:
        sources.participant(path)
    assert str(refused.value).endswith(f": locale (line 3) is '{locale}'; {ALLOWED}.")


@pytest.mark.parametrize(
    ("locale", "name"), [("ar", "Arabic"), ("he_IL", "Hebrew"), ("fa_IR", "Persian")]
)
def test_a_language_from_right_to_left_is_refused_with_the_reason(
    tmp_path: Path, locale: str, name: str
):
    """§10.2.13: in one sentence, when the file is read and when its catalogue is begun."""
    path = tmp_path / "A1.yaml"
    path.write_text(FILE.format(locale))
    with pytest.raises(Refusal) as refused:
        sources.participant(path)
    reason = f"{name} runs from right to left, and every page, its weeks and its read-back"
    assert f"{ALLOWED}: {reason} from left to right." in str(refused.value)
    with pytest.raises(SystemExit, match=reason):
        MESSAGES["updated"](locale[:2])


def test_every_country_there_is_has_a_week():
    """§10.2.3."""
    for territory in get_global("territory_languages").keys() - {"ZZ"}:
        assert _first_weekday(Locale("es"), territory) in range(7)


# Dates, numbers, plurals ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "full", "short", "month"),
    [
        ("en_US", "Sunday, May 3, 2026", "May 3", "May 2026"),
        ("en_CA", "Sunday, May 3, 2026", "May 3", "May 2026"),
        ("en_PH", "Sunday, May 3, 2026", "May 3", "May 2026"),
        ("en_GB", "Sunday, 3 May 2026", "3 May", "May 2026"),
        ("en_AU", "Sunday, 3 May 2026", "3 May", "May 2026"),
        ("en_NZ", "Sunday, 3 May 2026", "3 May", "May 2026"),
        ("en_IN", "Sunday, 3 May 2026", "3 May", "May 2026"),
        ("en_ZA", "Sunday, 3 May 2026", "3 May", "May 2026"),
        ("en_IE", "Sunday 3 May 2026", "3 May", "May 2026"),
        ("en_MX", "Sunday, 3 May 2026", "3 May", "May 2026"),
        ("es", "domingo, 3 de mayo de 2026", "3 may", "Mayo de 2026"),
        ("es_ES", "domingo, 3 de mayo de 2026", "3 may", "Mayo de 2026"),
        ("es_MX", "domingo, 3 de mayo de 2026", "3 may", "Mayo de 2026"),
        ("es_US", "domingo, 3 de mayo de 2026", "3 may", "Mayo de 2026"),
        ("es_AR", "domingo, 3 de mayo de 2026", "3 may", "Mayo de 2026"),
        ("es_CO", "domingo, 3 de mayo de 2026", "3 de may", "Mayo de 2026"),
        ("fr_FR", "dimanche 3 mai 2026", "3 mai", "Mai 2026"),
        ("fr_CH", "dimanche, 3 mai 2026", "3 mai", "Mai 2026"),
        ("de_DE", "Sonntag, 3. Mai 2026", "3. Mai", "Mai 2026"),
        ("pt_BR", "domingo, 3 de maio de 2026", "3 de mai.", "Maio de 2026"),
        ("ru_RU", "3 мая 2026 г. (воскресенье)", "3 мая", "Май 2026 г."),
    ],
)
def test_dates_are_written_as_the_locale_writes_them(
    locale: str, full: str, short: str, month: str
):
    """§10.2.2, §10.2.3."""
    known = language(locale)
    said = (known.full_date(A_SUNDAY), known.short_day(A_SUNDAY))
    assert [each.replace(NBSP, " ") for each in said] == [full, short]
    assert known.months([A_SUNDAY], "".join).replace(NBSP, " ") == month


OURS = [
    each
    for each in localedata.locale_identifiers()
    if each.partition("_")[0] in sources.language_codes()
]
LOCALES = sorted(each for each in OURS if re.fullmatch("[a-z]{2}(_[A-Z]{2})?", each))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_date_has_weekday_month_in_words_and_four_digit_year(locale: str):
    """§10.2.1: in all locales that CLDR has of the languages there are."""
    known = Locale.parse(locale)
    for day in (date(2026, month, 7) for month in range(1, 13)):
        full = language(locale).full_date(day)
        assert full.count("2026") == 1
        assert known.days["format"]["wide"][day.weekday()] in full
        assert known.months["format"]["wide"][day.month] in full
        assert re.findall(r"\d+", full.replace("2026", "")) == ["7"]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_line_ends_between_the_day_of_a_month_and_its_month(locale: str):
    """§10.2.14: in all locales that CLDR has of the languages there are."""
    said, months = language(locale), Locale.parse(locale).months["format"]
    for day in (date(2026, month, 7) for month in range(1, 13)):
        for full in (said.full_date(day), said.line_date(day)):
            (whole,) = (each for each in full.split(" ") if months["wide"][day.month] in each)
            assert "7" in whole
        assert " " not in said.short_day(day)


@pytest.mark.parametrize(
    ("pattern", "whole"),
    [
        ("EEE, d MMM, yy", f"EEEE, d{NBSP}MMMM, y"),
        ("dd MMMM y", f"EEEE, d{NBSP}MMMM y"),
        ("d 'de' MMM 'del' y, ccc", f"d{NBSP}'de'{NBSP}MMMM 'del' y, cccc"),
        ("y. MMM d., EEE", f"y. MMMM{NBSP}d., EEEE"),
        ("y年M月d日EEEE", "y年M月d日EEEE"),
    ],
)
def test_what_cldr_shortens_or_omits_is_written_out(pattern: str, whole: str):
    """§10.2.1."""
    made = _full(SimpleNamespace(date_formats={"full": parse_pattern(pattern)}))
    assert tokenize_pattern(made.pattern) == tokenize_pattern(whole)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en_US", "12.5"),
        ("en_GB", "12.5"),
        ("en_ZA", "12,5"),
        ("es", "12,5"),
        ("es_ES", "12,5"),
        ("es_AR", "12,5"),
        ("es_MX", "12.5"),
        ("es_US", "12.5"),
        ("es_PR", "12.5"),
        ("fr_CA", "12,5"),
        ("de_DE", "12,5"),
        ("de_CH", "12.5"),
        ("pt_BR", "12,5"),
    ],
)
def test_a_dose_has_the_decimal_mark_of_the_locale(locale: str, said: str):
    """§10.1.4."""
    assert language(locale).mg(Fraction("12.5")) == f"{said}{NBSP}mg"


def test_a_milligram_is_written_in_the_readers_letters():
    """§10.1.4: as CLDR has it; on the pages for staff, which are in English, it is mg."""
    assert language("ru_RU").mg(Fraction("12.5")) == f"12,5{NBSP}мг"
    assert language("en_RU").mg(Fraction("12.5")).endswith(f"{NBSP}mg")


def test_a_weekday_that_would_be_declined_stands_behind_its_date():
    """§10.2.1: `с воскресенье` is no Russian; on a line of its own a date begins with its day."""
    known = language("ru")
    assert known.full_date(A_SUNDAY) == f"3{NBSP}мая 2026{NBSP}г. (воскресенье)"
    assert known.line_date(A_SUNDAY) == f"Воскресенье, 3{NBSP}мая 2026{NBSP}г."


def test_a_dose_is_exact_and_never_grouped():
    """§10.1.4."""
    for locale in ("en_US", "es", "es_MX"):
        assert language(locale).number(Fraction(1000)) == "1000"
        assert language(locale).number(Fraction(5)) == "5"
    assert language("es").number(Fraction("0.75")) == "0,75"


@pytest.mark.parametrize(
    ("locale", "paper", "first"),
    [
        ("en_US", "letter", "Sunday"),
        ("en_GB", "A4", "Monday"),
        ("en_CA", "letter", "Sunday"),
        ("en_AU", "A4", "Monday"),
        ("en_ZA", "A4", "Sunday"),
        ("es_US", "letter", "Domingo"),
        ("es_MX", "letter", "Domingo"),
        ("es_ES", "A4", "Lunes"),
        ("es_AR", "A4", "Lunes"),
        ("es_CA", "letter", "Domingo"),
        ("fr_CA", "letter", "Dimanche"),
        ("fr_FR", "A4", "Lundi"),
        ("de_DE", "A4", "Montag"),
        ("pt_BR", "A4", "Domingo"),
        ("ru_RU", "A4", "Понедельник"),
    ],
)
def test_paper_and_week_are_those_of_the_country(locale: str, paper: str, first: str):
    """§10.2.3, §10.5.3."""
    known = language(locale)
    assert known.paper == paper
    assert known.weekday(known.weekdays()[0]) == first


def test_a_line_begins_with_a_capital_and_a_date_within_a_sentence_does_not():
    known = language("es_US")
    assert known.line_date(IN_SEPTEMBER) == f"Miércoles, 16{NBSP}de{NBSP}septiembre de 2026"
    assert known.full_date(IN_SEPTEMBER) == f"miércoles, 16{NBSP}de{NBSP}septiembre de 2026"


@pytest.mark.parametrize(
    ("count", "english", "spanish"),
    [
        ("1", "1 tablet of 5 mg", "1 tableta de 5 mg"),
        ("2", "2 tablets of 5 mg", "2 tabletas de 5 mg"),
        ("0.25", "a quarter of a 5 mg tablet", "un cuarto de una tableta de 5 mg"),
        ("0.5", "half of a 5 mg tablet", "la mitad de una tableta de 5 mg"),
        (
            "1.75",
            "1 tablet of 5 mg and three quarters of a 5 mg tablet",
            "1 tableta de 5 mg y tres cuartos de una tableta de 5 mg",
        ),
    ],
)
def test_tablets_are_counted_in_the_plural_of_the_language(count: str, english: str, spanish: str):
    """§10.1.2."""
    taken = (Count(Fraction(5), Fraction(count)),)
    assert words("en_US").tablets(taken).replace(NBSP, " ") == english
    assert words("es_US").tablets(taken).replace(NBSP, " ") == spanish


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr", "1 comprimé de 5 mg; 2 comprimés de 5 mg; 5 comprimés de 5 mg"),
        ("de", "1 Tablette zu 5 mg; 2 Tabletten zu 5 mg; 5 Tabletten zu 5 mg"),
        ("pt", "1 comprimido de 5 mg; 2 comprimidos de 5 mg; 5 comprimidos de 5 mg"),
        ("ru", "1 таблетка по 5 мг; 2 таблетки по 5 мг; 5 таблеток по 5 мг"),
    ],
)
def test_every_language_has_its_own_plurals(locale: str, said: str):
    """§10.1.2."""
    counts = [(Count(Fraction(5), Fraction(n)),) for n in (1, 2, 5)]
    assert "; ".join(map(words(locale).tablets, counts)).replace(NBSP, " ") == said


def test_a_dose_before_its_tablets_has_the_colon_of_its_language():
    """§10.2.15: in the table of steps, of a cycle."""
    (step,) = steps_of([(Kind.MAINTENANCE, "20/0", 4)])
    said = {code: words(code).step_tablets(step).replace(NBSP, "~") for code in ("en", "fr")}
    assert said["en"] == "20~mg: 1~tablet~of~20~mg\n0~mg: no~tablets"
    assert said["fr"] == "20~mg~: 1~comprimé~de~20~mg\n0~mg~: aucun~comprimé"


def lacking_french_spaces(text: str) -> list[str]:
    """Signs that lack theirs; numbers and times such as `5:30` have none, nor has what is typed."""
    said = re.sub(r"\w:\w", "", PLACEHOLDER.sub("x", text))
    lacking = rf"(?<!{NBSP})[:»%].|(?<!\N{{NARROW NO-BREAK SPACE}})[;?!].|«(?!{NBSP})."
    return re.findall(lacking, f"{said} ", re.DOTALL)


@pytest.mark.parametrize("of", ["", OF_PAGE], ids=["papers", "page"])
def test_every_french_sign_has_its_space(of: str):
    """§10.2.15: in Québec as in France."""
    for message in texts(catalogue("fr", of)):
        for form in forms(message.string):
            assert not lacking_french_spaces(form), form


def test_a_french_sign_without_its_space_is_found():
    for text in ("a:", "a :", "oui?", f"oui{NBSP}?", "a; b", "5 %", "« a »", f"«{NBSP}a»"):
        assert lacking_french_spaces(text), text


TEMPLATES = [
    path
    for room in ("calendar", "emergency", "notice", "screen", "wallet", "web")
    for path in sorted((ROOT / "templates" / room).glob("*.html"))
]


def test_no_template_puts_a_sign_behind_a_text_that_is_translated():
    """§10.2.15: the sign is of the text, so that a language has its own space before it."""
    for path in TEMPLATES:
        said = path.read_text(encoding="utf-8")
        said = re.sub(r'(?s)<(\w+)[^>]*\slang="en"[^>]*>.*?</\1>', "", said)
        said = re.sub(r"(?s){% trans\b.*?{% endtrans %}", "{{ said }}", said)
        assert not re.search(r"[%}]}(</\w+>)?[:;?!]", said), path


def test_no_french_text_has_a_word_before_a_medicine_that_a_mute_h_would_change():
    """`plus de hydrocortisone` is no French, and a medicine's name stays as it is."""
    for message in texts(catalogue("fr")):
        found = r"\b(de|la|le|que) %\((drug|old|new)\)s"
        assert not re.search(found, str(message.string), re.IGNORECASE), message.id


def test_a_german_sentence_behind_a_colon_begins_with_a_capital():
    """And what comes after the last day is a sentence: `Nach Sonntag: Nehmen Sie weiter`."""
    for message in texts(catalogue("de")):
        if re.match("keep taking|take no more", str(message.id)):
            assert message.string[0].isupper(), message.id


def test_no_portuguese_sentence_puts_an_article_of_its_weekday_before_a_date():
    """`na segunda-feira` and `no domingo` have one each, and `em segunda-feira` is none."""
    for message in texts(catalogue("pt")):
        found = r"\b(em|na|no) %\((date|day|first|issued)\)s"
        assert not re.search(found, str(message.string), re.IGNORECASE), message.id


def test_two_medicines_are_not_said_to_be_taken_together():
    """§10.2.12: `prednisona y hidrocortisona` would be bad Spanish, too."""
    assert words("es").medicines(("prednisone", "hydrocortisone")) == (
        "prednisona y después hidrocortisona"
    )
    assert words("en").medicines(("prednisone", "hydrocortisone")) == (
        "prednisone and hydrocortisone"
    )


# Who signed what --------------------------------------------------------------------------------

SIGNATURE = """\
signatures:
  - language: {code}
    role: certified translator
    organisation: a test
    date: 2026-11-26
    sha256: {sha256}
"""


def test_every_signature_says_who_when_and_which_text():
    """§10.4.3."""
    for signed in sources.signatures():
        assert signed.keys() == {"language", "role", "organisation", "date", "sha256"}
        assert signed["language"] in TRANSLATED
        assert date.fromisoformat(signed["date"])
        assert re.fullmatch("[0-9a-f]{64}", signed["sha256"])
        assert signed["role"]
        assert signed["organisation"]


def test_a_translation_is_a_draft_until_its_very_text_is_signed():
    """§10.4.3."""
    as_it_is = (DATA / "languages" / "es.po").read_bytes()

    def is_signed(code: str, raw: bytes = as_it_is) -> bool:
        sheet = SIGNATURE.format(code=code, sha256=text_sha256(catalogue("es")))
        signed = sources.parse(sheet.encode(), "signatures.yaml").data["signatures"]
        return languages.is_signed("es", read_po(io.BytesIO(raw), locale="es"), signed)

    assert is_signed("es")
    assert not is_signed("fr")  # somebody signed for another language
    assert is_signed("es", b"# Another comment\n" + as_it_is)  # the words are the same
    assert not is_signed("es", as_it_is.replace(b"Dosis nueva", b"Nueva dosis"))
    assert not languages.is_signed("es", catalogue("es"), [])


def test_english_is_the_text_itself_and_needs_no_signature():
    assert not language("en_GB").is_draft
    assert not sources.is_draft("en_US")
    assert sources.is_draft("es_US")
