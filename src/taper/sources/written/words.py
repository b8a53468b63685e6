"""The words of steps in English, German, Spanish, French, Portuguese and Russian.

They are without case and accents, as what is read is: a Russian й is an и.

A word that is not here is refused: nobody passes over `every other day`.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MG = _words(
    "mg milligram milligrams milligramm miligramos milligrammes miligramas "
    "мг миллиграмм миллиграмма миллиграммов"
)
DAYS = _words("d day days tag tage tagen dia dias jour jours день дня днеи дни")
WEEKS = _words(
    "w week weeks wk wks woche wochen semana semanas semaine semaines неделя недели недель неделю"
)
TABLETS = _words(
    "tablet tablets tab tabs tablette tabletten comprimido comprimidos comprime comprimes"
)
THEN = _words("then danach dann luego despues puis ensuite depois затем потом")
TOTAL = _words("total totals sum dispense quantity summe gesamt suma somme")
STOP = _words("stop off absetzen suspender arret arreter parar отменить")
DAILY = _words(
    "daily qd taglich diario diaria diariamente quotidien quotidiennement ежедневно каждыи"
)
PASSED_OVER = DAILY | _words(
    "a of at by in on for from to through per each every once one time the and take takes taking "
    "starting oral orally mouth po morning mornings with food dose in all "
    "je pro am fur lang vom von zum zu einmal jeden morgens mit und nehmen insgesamt "
    "al por cada una vez de del durante desde el la los las y tomar manana boca "
    "le la par chaque fois pendant du au les et prendre matin bouche jour "
    "ao uma pela manha tome e "
    "в на по с и течение принимать внутрь утром"
)
"""What says nothing that is not known: once a day, by mouth, in the morning."""
OF = _words("of oral de")
"""What may stand between a dose and its drug."""
UNTIL = _words("until till bis hasta jusqu ate до")
"""What stands before a date, and before nothing else."""
BEFORE_LAST = UNTIL | _words("to through zum al au")
"""Behind what a date is the last one."""
FOR = _words("for fur pendant durante por течение на")
"""Behind what a unit with one of `ONE` before it is how long: for a week."""
ONE = _words("a one an eine einen un une una uma um один одну однои одного")
ALONE = _words("течение")
"""Behind what a week is one without a word for it."""
EVERY = _words(
    "a per each every in within je jeden cada par chaque tous pro em в за каждые каждыи каждую"
)
"""What no number may stand behind: every 2 days, 20 mg in 2 days."""
REFUSED: Mapping[str, str] = {
    **dict.fromkeys(
        _words("twice bid tid qid times zweimal dreimal veces deux trois vezes раза раз дважды"),
        "the dose of the whole day, once",
    ),
    **dict.fromkeys(
        _words("alternate alternating other second qod eod abwechselnd alternos alternes"),
        "the dose of each day, a line each",
    ),
    **dict.fromkeys(_words("od"), "daily: od is once a day, the right eye or an overdose"),
    **dict.fromkeys(
        _words("month months monat monate monaten mes meses mois месяц месяца месяцев"),
        "days or weeks, as months differ in length",
    ),
    **dict.fromkeys(
        _words("about approximately circa ca etwa unos environ or oder o ou"), "one number"
    ),
    **dict.fromkeys(
        _words("prn needed unless if wenn si unknown"),
        "so many days, whatever happens",
    ),
    **dict.fromkeys(
        WEEKS, "how long with a number, as 1 week, or for a week; and the dose of each day"
    ),
    **dict.fromkeys(_words("mcg ug g gram grams microgram micrograms kg ml mg/kg"), "mg"),
}
"""What could be meant otherwise, or cannot be laid on days, and what is allowed in its place."""
MONTHS: Mapping[str, int] = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar marz april mai juni juli august september oktober november dezember",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    )
    for number, name in enumerate(names.split(), start=1)
}
