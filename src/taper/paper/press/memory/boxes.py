"""The sizes and places of boxes that give theirs in points, beside which nothing floats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

MEASURES = (
    *("margin_left", "margin_right", "padding_left", "padding_right"),
    *("margin_top", "margin_bottom", "padding_top", "padding_bottom"),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_measures = itemgetter(*MEASURES)
_borders = itemgetter(
    "border_top_width", "border_right_width", "border_bottom_width", "border_left_width"
)
_radii = itemgetter(
    "border_top_left_radius",
    "border_top_right_radius",
    "border_bottom_right_radius",
    "border_bottom_left_radius",
)


def shortcuts() -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
    """Whose function, its name, and what makes the shorter one from it."""
    import weasyprint.formatting_structure.boxes as boxes
    import weasyprint.layout.float
    import weasyprint.layout.percent as percent

    yield percent, "resolve_percentages", _resolve_percentages
    yield percent, "resolve_radii_percentages", _resolve_radii
    yield weasyprint.layout.float, "avoid_collisions", _avoid_collisions
    yield boxes.Box, "is_in_normal_flow", _is_in_normal_flow
    yield boxes.Box, "descendants", _descendants


def _resolve_percentages(original: Any) -> Any:
    """Nothing of a percentage, so that what stands around the box does not matter."""
    from weasyprint.layout.percent import adjust_box_sizing

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        used = [
            each if each == "auto" else each.value if getattr(each, "unit", "") == "px" else None
            for each in _measures(style)
        ]
        if None in used:
            original(box, containing_block)
            return
        (
            box.margin_left,
            box.margin_right,
            box.padding_left,
            box.padding_right,
            box.margin_top,
            box.margin_bottom,
            box.padding_top,
            box.padding_bottom,
            box.width,
            least_width,
            box.max_width,
            box.height,
            least_height,
            box.max_height,
        ) = used
        box.min_width = 0 if least_width == "auto" else least_width
        box.min_height = 0 if least_height == "auto" else least_height
        _set_borders(box, style)
        if style["box_sizing"] != "content-box":
            adjust_box_sizing(box, "width")
            adjust_box_sizing(box, "height")

    return resolve_percentages


def _set_borders(box: Any, style: Any) -> None:
    top, right, bottom, left = _borders(style)
    if style["border_collapse"] == "collapse":  # those of a table are worked out before
        top = getattr(box, "border_top_width", top)
        right = getattr(box, "border_right_width", right)
        bottom = getattr(box, "border_bottom_width", bottom)
        left = getattr(box, "border_left_width", left)
    box.border_top_width, box.border_right_width = top, right
    box.border_bottom_width, box.border_left_width = bottom, left


def _resolve_radii(original: Any) -> Any:
    """No corner is round."""
    from weasyprint.css.properties import ZERO_PIXELS

    square = ((ZERO_PIXELS, ZERO_PIXELS),) * 4

    def resolve_radii_percentages(box: Any) -> None:
        if _radii(box.style) != square:
            original(box)
            return
        box.border_top_left_radius = box.border_top_right_radius = (0, 0)
        box.border_bottom_right_radius = box.border_bottom_left_radius = (0, 0)

    return resolve_radii_percentages


def _avoid_collisions(original: Any) -> Any:
    """A line that runs from left to right, and nothing floats on its page."""
    from weasyprint.formatting_structure.boxes import LineBox

    def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: Any = True) -> Any:
        is_usual = (
            not context.excluded_shapes
            and type(box) is LineBox
            and box.style["float"] == "none"
            and containing_block.style["direction"] == "ltr"
        )
        if not is_usual:
            return original(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        right = left + containing_block.width
        if outer:
            return left, box.position_y, right - left
        left, right = left + box.margin_left, right - box.margin_right
        # as it is worked out there, to the last digit
        top = box.border_box_y() - box.margin_top
        return left - box.margin_left, top, right - left

    return avoid_collisions


def _is_in_normal_flow(_: Any) -> Any:
    """One look at each property in place of five calls."""
    floats = frozenset({"left", "right", "inline-start", "inline-end", "footnote"})
    out_of_flow = ("absolute", "fixed")

    def is_in_normal_flow(self: Any) -> bool:
        style = self.style
        position = style["position"]
        return not (
            style["float"] in floats
            or position in out_of_flow
            or position[0] in ("running()", "note()")
        )

    return is_in_normal_flow


def _descendants(original: Any) -> Any:
    """The same boxes in the same order, without a generator in each generator."""
    from weasyprint.formatting_structure.boxes import Box

    def descendants(self: Any, placeholders: Any = False) -> Iterator[Any]:
        if placeholders:  # which stand for other boxes
            yield from original(self, placeholders)
            return
        waiting = [self]
        while waiting:
            box = waiting.pop()
            yield box
            if isinstance(box, Box):
                waiting.extend(reversed(box.children))

    return descendants
