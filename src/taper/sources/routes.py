"""How a dose is given: by which routes the tables hold, and which drug exists for which."""

from __future__ import annotations

from collections.abc import Iterator

from taper.doses import dose
from taper.doses.conversion import Route
from taper.sources.drugs import Named, UnknownDrugError, drug_facts, other_form, refused_route
from taper.sources.preparations import folded, forms_of
from taper.sources.shipped import sheet
from taper.wording.quoting import did_you_mean, one_of

_WORDS = {
    Route.ORAL: ("oral", "po", "by mouth"),
    Route.IV: ("iv", "intravenous"),
}
_INJECTION = "injection"


class UnknownRouteError(UnknownDrugError):
    """A route that no table holds for; its text is what is allowed, `because` why."""


def route(typed: str, drug: str = "") -> Route:
    """The route of that name; raises `UnknownRouteError`, which is a refusal where it says why.

    Into a muscle a drug has its own reason, so that its name may be given.
    """
    name = folded(typed)
    known = next((route for route, words in _WORDS.items() if name in words), None)
    if known is not None:
        return known
    because = refused_route({*name.split(), drug})
    meant = did_you_mean(name, Route)
    raise UnknownRouteError(one_of(Route) + meant, f", and {because}" if because else "")


def refuse_injected(what: Named) -> None:
    """Raise `UnknownRouteError` for an injection where a dose by mouth is meant."""
    made = what.preparation
    if made is not None and made.is_injected:
        allowed = "what is taken by mouth; an injection is a dose beside the ladder, with its route"
        raise UnknownRouteError(allowed, other_form(made))


def route_of(what: Named, asked: Route | None) -> Route:
    """How a dose is given: as asked, else as the preparation is, else by mouth.

    Raises `UnknownRouteError` where the drug does not exist for that route.
    """
    made = what.preparation
    if made is not None:
        own = Route.IV if made.is_injected else Route.ORAL
        if asked not in (None, own):
            raise UnknownRouteError(own, other_form(made))
        return own
    if asked is Route.IV and _INJECTION not in forms_of(what.drug):
        injected = [drug for drug in drug_facts() if _INJECTION in forms_of(drug)]
        raise UnknownRouteError(
            f"oral, or a drug that is given into a vein: {one_of(injected)}",
            f", and there is no intravenous {what.drug}",
        )
    return asked or Route.ORAL


def remarks(what: Named, way: Route) -> Iterator[str]:
    """What must be known of a dose besides its table: its form, its salt, what it may be taken for.

    Figures are those of the sheet of drugs, with their source there.
    """
    if what.preparation is not None:
        yield what.preparation.sentence
    data = sheet("drugs").data
    remark = data["drugs"][what.drug].get("remark")
    if remark:
        yield remark
    salts = [salt for salt in data["salts"] if salt["drug"] == what.drug]
    if way is Route.IV and salts:
        each = [f"{s['salt_mg']} mg {s['name']} is {s['base_mg']} mg {s['drug']}" for s in salts]
        yield (
            f"The figure is that of {what.drug} itself; an ampoule may be labelled in a salt of "
            f"it: {dose.join(each)}."
        )
