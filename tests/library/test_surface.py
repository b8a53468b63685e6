"""What the library offers changes only where CHANGELOG.md says so."""

from __future__ import annotations

import inspect
import re

import pytest
from library.surface import LISTING, digest, listing, newest_changes

import taper
from taper import api

FUNCTIONS = sorted(name for name in taper.__all__ if inspect.isfunction(getattr(taper, name)))


def test_the_surface_is_the_one_that_is_listed():
    """`make surface` lists it anew, and the difference is what CHANGELOG.md must tell."""
    assert listing() == LISTING.read_text(encoding="utf-8")


def test_the_newest_changes_tell_of_the_surface_as_it_is():
    """By its digest, so that who changes it comes by there, whether or not they remember."""
    assert f"({digest(listing())})" in newest_changes(), (
        f"say in CHANGELOG.md what changed in the library, and ({digest(listing())})"
    )


@pytest.mark.parametrize("name", [name for name in taper.__all__ if name != "__version__"])
def test_the_changes_tell_of_every_name(name):
    assert re.search(rf"`(taper\.)?{name}`", newest_changes())


def test_every_name_is_found_and_nothing_else():
    assert set(taper.__all__) <= set(dir(taper))
    assert [name for name in taper.__all__ if not hasattr(taper, name)] == []
    with pytest.raises(AttributeError, match="module 'taper' has no attribute 'taper'"):
        _ = taper.taper


def test_a_star_brings_what_is_listed():
    names: dict[str, object] = {}
    exec("from taper import *", names)
    assert names.keys() - {"__builtins__"} == set(taper.__all__)


def test_every_function_of_the_api_is_offered():
    defined = {name for name, each in vars(api).items() if inspect.isfunction(each)}
    assert defined == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_raises(name):
    assert re.search(r"[Rr]aise[sd]", inspect.getdoc(getattr(taper, name)) or "")
