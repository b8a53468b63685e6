"""The one rule for case (§5.1.12): a word that has one meaning here is read in any case.

`None`, `Flare` and `IIMPACT` are what `none`, `flare` and `iimpact` are. An id of a participant, a
path, a text of a person and the keys of a file are what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from taper.sources import shipped
from taper.sources.drugs import AS_BASELINE
from taper.trial.fields import Record
from taper.wording.case import as_known

_FLAGS = ("true", "false")
_IDS: Mapping[str, Callable[[], Iterable[str]]] = MappingProxyType(
    {
        "steroid": lambda: ("none",),
        "missed": lambda: _FLAGS,
        "protocol": shipped.protocol_ids,
        "regimen": shipped.regimen_ids,
        "rescue": shipped.burst_ids,
        "equivalence": shipped.equivalence_ids,
        "market": shipped.market_ids,
        "drug": lambda: (AS_BASELINE,),
    }
)
"""The ids and words that may stand under a key, wherever in a file it is."""


def usual_case(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data, each word with one meaning in its usual case."""
    return {key: _value(str(key), value) for key, value in data.items()}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return usual_case(value)
    if isinstance(value, list):
        return [_value("", each) for each in value]
    if isinstance(value, str) and value:
        return as_known(value, _words().get(key, ()))
    return value


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    """The words of each key: those of the models, and the ids of what is shipped."""
    words = {key: tuple(ids()) for key, ids in _IDS.items()}
    for model in _below(Record):
        for name, field in model.model_fields.items():
            if get_origin(field.annotation) is Literal:
                texts = tuple(word for word in get_args(field.annotation) if isinstance(word, str))
                words[name] = (*words.get(name, ()), *texts)
    return MappingProxyType(words)


def _below(model: type[Record]) -> Iterator[type[Record]]:
    for each in model.__subclasses__():
        if each.__module__.startswith("taper.trial."):
            yield each
            yield from _below(each)
