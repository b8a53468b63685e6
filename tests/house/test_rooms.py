"""The map of the rooms, docs/rooms.md and its picture, is that of the code as it is."""

from __future__ import annotations

import re
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

sys.path.append(str(Path(__file__).parents[2]))

from scripts.rooms.__main__ import files
from scripts.rooms.house import PACKAGE, Circle, needed, rooms, uses
from scripts.rooms.picture import PICTURE, cards, lanes
from scripts.rooms.table import PAGE

ROOMS = rooms()
drawn = cache(files)
MODULES = [module for room in ROOMS for part in room.parts for module in part]


@pytest.mark.parametrize("where", [PICTURE, PAGE], ids=lambda where: where.name)
def test_the_map_shows_the_rooms_as_they_are(where: Path):
    assert where.read_text(encoding="utf-8") == drawn()[where], "make rooms draws it again"


def test_every_module_of_the_package_is_on_the_map():
    shown = {room.face.path for room in ROOMS} | {module.path for module in MODULES}
    assert set(PACKAGE.rglob("*.py")) - shown == {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}


LONGEST = 300
"""Lines. What is longer says why: somebody has to read it at one go."""


def test_a_module_that_is_longer_than_others_says_why():
    long = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if len((text := path.read_text("utf-8")).splitlines()) > LONGEST
        and "Longer than other modules" not in " ".join(text.split('"""')[1].split())
    }
    assert long == set()


@pytest.mark.parametrize(
    "module", MODULES, ids=lambda each: each.path.relative_to(PACKAGE).as_posix()
)
def test_a_module_begins_with_a_sentence_that_says_what_it_is(module):
    assert re.fullmatch(r"[A-Z`].{15,}\.", module.sentence), module.sentence


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_begins_with_a_sentence_that_says_what_it_is(room):
    assert re.fullmatch(r"[A-Z].{15,}\.", room.face.sentence), room.face.sentence


def test_every_link_of_the_page_leads_to_something():
    links = re.findall(r"\]\(([^)]+)\)", drawn()[PAGE])
    assert len(links) > len(MODULES)
    assert [link for link in links if not (PAGE.parent / link).exists()] == []


def test_rooms_that_import_in_a_circle_are_named():
    in_a_circle = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set()}
    with pytest.raises(Circle, match=r"(a from b from c|b from c from a|c from a from b) from"):
        needed(in_a_circle)


def test_an_arrow_is_left_out_only_where_others_lead_to_the_same_room():
    everything = uses(ROOMS)
    shown = needed(everything)
    for name, used in everything.items():
        assert used <= reached(name, shown), name
        assert all(
            each not in reached(other, shown) for each in shown[name] for other in shown[name]
        )


def reached(name: str, shown: dict[str, set[str]]) -> set[str]:
    return shown[name].union(*(reached(each, shown) for each in shown[name]))


def test_arrows_that_touch_are_drawn_apart():
    arrows = [(0, 1), (1, 2), (0, 2), (2, 5), (3, 5), (4, 6), (1, 6)]
    assert lanes(arrows) == {1: 0, 2: 1, 5: 0, 6: 2}


def test_the_rooms_stand_below_each_other_in_the_order_of_their_floors():
    placed = cards(ROOMS)
    assert [each.floor for each in placed] == sorted((c.floor for c in placed), reverse=True)
    assert all(above.bottom < below.top for above, below in pairwise(placed))


def test_the_picture_is_one_that_a_printer_without_colours_prints_too():
    root = ElementTree.fromstring(drawn()[PICTURE])
    colours = {
        value for each in root.iter() for value in each.attrib.values() if value.startswith("#")
    }
    assert colours
    assert all(len(set(re.findall(rf".{{{len(c) // 3}}}", c[1:]))) == 1 for c in colours), colours


def test_nothing_on_the_picture_is_wider_than_its_place():
    """The letters of a usual typeface are no wider than seven pixels there, of code eight."""
    for card in cards(ROOMS):
        assert all(7 * len(line) < 330 for line in card.said), card.name
        assert all(8 * len(line) < 500 for line in card.named), card.name
