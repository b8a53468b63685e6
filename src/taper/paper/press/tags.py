"""The tags of a PDF, which say to a reader who hears the pages what the others see.

WeasyPrint tags the pages. Three things that it leaves open are set here, before the file is
written:

- It marks what runs above and below each page as content, and hangs it nowhere: nobody would
  hear DRAFT, NOT FOR PATIENT USE. The first page's is read, once; on the others it is decoration.
- The heads of a table say whether they belong to a column or to a row.
- The place of a figure is given as the paper counts, from below and in points.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

POINTS_PER_PIXEL = 0.75


def complete(pdf: Any) -> None:
    """Complete the tags of a `pydyf.PDF` that is about to be written."""
    tree = _Tree(pdf)
    for number, marks in enumerate(tree.marks_of_pages()):
        running = tree.running(marks)
        if number == 0:
            tree.read_around(running, tree.pages[0])
        else:
            tree.silence(running, marks, tree.pages[number])
    for element in tree.elements():
        if element["S"] == "/TH":
            element["A"]["Scope"] = "/Column" if tree.is_in_head(element) else "/Row"
        elif element["S"] == "/Figure":
            _place_on_paper(element, tree.at(element["Pg"]))


class _Tree:
    """The structure of a file as its objects hold it."""

    def __init__(self, pdf: Any) -> None:
        self.objects: list[Any] = pdf.objects
        root = self.at(pdf.catalog["StructTreeRoot"])
        self.top = self.at(root["K"][0])
        self.parents: list[Any] = self.at(root["ParentTree"])["Nums"][1::2]
        self.pages = [self.at(reference) for reference in pdf.page_references]
        self._outermost: dict[bytes, bytes] = {}

    def at(self, reference: bytes) -> Any:
        return self.objects[int(reference.split()[0])]

    def marks_of_pages(self) -> list[Any]:
        """Of each page, the element of each of its marks, by the mark's number."""
        return self.parents[: len(self.pages)]

    def elements(self) -> Iterator[Any]:
        for each in self.objects:
            if isinstance(each, dict) and each.get("Type") == "/StructElem":
                yield each

    def path(self, reference: bytes) -> list[bytes]:
        """An element and those it stands in, up to the one right under the top."""
        path = [reference]
        while (above := self.at(path[-1])["P"]) != self.top.reference:
            path.append(above)
        return path

    def running(self, marks: Any) -> dict[int, list[bytes]]:
        """The marks of a page that no reader would come by, each with its path."""
        read = set(self.top["K"])
        return {
            number: self.path(reference)
            for number, reference in enumerate(marks)
            if self.outermost(reference) not in read
        }

    def outermost(self, reference: bytes) -> bytes:
        """The last of an element's path, kept for all that stand in the same ones."""
        if reference not in self._outermost:
            above = self.at(reference)["P"]
            is_last = above == self.top.reference
            self._outermost[reference] = reference if is_last else self.outermost(above)
        return self._outermost[reference]

    def read_around(self, running: dict[int, list[bytes]], page: Any) -> None:
        """Let what stands above a page be read before it, and what stands below after it."""
        boxes = list(dict.fromkeys(path[-1] for path in running.values()))
        read = self.top["K"]
        end = sum(self.at(self.at(each)["Pg"]) is page for each in read)
        read[:] = [*boxes[:1], *read[:end], *boxes[1:], *read[end:]]

    def silence(self, running: dict[int, list[bytes]], marks: Any, page: Any) -> None:
        """Make decoration of what runs above and below a page."""
        written = self.at(page["Contents"]).stream
        for at, operand in enumerate(written):
            if isinstance(operand, dict) and operand.get("MCID") in running:
                operand.clear()
                operand["Type"] = "/Pagination"
                written[at - 1] = "/Artifact"
        for number, path in running.items():
            marks[number] = b"null"
            for reference in path:
                self.at(reference).clear()

    def is_in_head(self, element: Any) -> bool:
        return any(self.at(each)["S"] == "/THead" for each in self.path(element.reference))


def _place_on_paper(figure: Any, page: Any) -> None:
    left, top, right, bottom = (each * POINTS_PER_PIXEL for each in figure["A"]["BBox"])
    height = page["MediaBox"][3]
    figure["A"]["BBox"][:] = [left, height - bottom, right, height - top]
