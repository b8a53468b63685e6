"""What a request brought, and an answer as the server sends it."""

from __future__ import annotations

from flask import Response, request
from werkzeug.datastructures import FileStorage

from taper.web.form import cleaned
from taper.web.reply import Reply


def typed() -> dict[str, str]:
    """What was sent of a form, each field once."""
    return cleaned(request.form.to_dict())


def file_sent(field: str = "file") -> tuple[str, bytes]:
    """The name and the bytes of a file that was sent; both empty where there was none."""
    file = request.files.get(field)
    if file is None:
        return "", b""
    return _read(file)


def files_sent(field: str) -> list[tuple[str, bytes]]:
    """The same of each file that was chosen for one field: an empty one is a file too."""
    found = map(_read, request.files.getlist(field))
    return [(name, data) for name, data in found if name or data]


def _read(file: FileStorage) -> tuple[str, bytes]:
    with file.stream:
        return file.filename or "", file.read()


def sent(reply: Reply) -> Response:
    """An answer as a response."""
    response = Response(reply.body, reply.status)
    is_text = reply.kind.startswith("text/")
    response.content_type = f"{reply.kind}; charset=utf-8" if is_text else reply.kind
    if reply.name is not None:
        how = "attachment" if reply.to_keep else "inline"
        response.headers["Content-Disposition"] = f'{how}; filename="{reply.name}"'
    return response
