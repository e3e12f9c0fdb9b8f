"""Every member that is declared as refused, sent: is it, and does the text name it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel, ServiceModel

import emulator
import model
import there
import values

#: What the text of a refusal says besides the member's name.
REASONS = ("not emulated", "unknown field")

#: Members of functions that are refused in other words: most are AWS's own, about functions from images.
OTHER_WORDS = {
    "Architectures": "this machine runs",
    "CodeSigningConfigArn": "code signing is not supported for functions created with container",
    "Handler": "please don't provide handler or runtime or layer",
    "Layers": "please don't provide handler or runtime or layer",
    "Runtime": "please don't provide handler or runtime or layer",
    **dict.fromkeys(
        ["S3Bucket", "S3Key", "S3ObjectVersion", "SourceKMSKeyArn", "ZipFile"],
        "please provide imageuri when updating a function with packagetype image",
    ),
}

#: What stands on the page for an answer to HEAD.
WITHOUT_TEXT = "(an answer to `HEAD` has no text)"


@dataclass(frozen=True)
class Refusal:
    """How one member was refused."""

    code: str
    text: str


class NotRefused(Exception):
    """A member that is declared as refused was taken, or the text does not name it."""


def refusal(
    endpoint: str,
    service: ServiceModel,
    operation: OperationModel,
    path: str,
    handling: dict[str, Any],
    known: dict[str, Any],
) -> Refusal:
    """Sends the member at `path` with a value that must be refused."""
    way = model.find(operation.input_shape, path)
    assert way is not None, "the model has the member"
    name, shape = way[-1]
    if handling["handling"] == "refused":
        value = values.anything(shape, name)
    elif (other := there.OTHERWISE.get(f"{service.signing_name}.{name}")) is not None:
        value = other
    else:
        value = values.others(shape, handling["values"])
    also = there.ALSO.get(f"{service.signing_name}.{operation.name}", {})
    members = {**also, **values.filled(operation, {**known, **also}, path, value)}
    reply = emulator.ask(endpoint, service, operation, members)
    return _judged(operation, path, way, reply)


def _judged(
    operation: OperationModel, path: str, way: list[tuple[str, Any]], reply: emulator.Reply
) -> Refusal:
    where = f"{operation.name} {path}"
    if operation.http["method"] == "HEAD" and reply.status in (400, 501):
        return Refusal(reply.code, WITHOUT_TEXT)
    if not reply.code:
        raise NotRefused(f"{where} is declared as refused and was taken (status {reply.status})")
    text = reply.text.lower()
    name, shape = way[-1]
    if OTHER_WORDS.get(name, "\0") in text:
        return Refusal(reply.code, _anywhere(reply.text))
    inside = model.children(shape).items()
    words = model.wire_names(name, shape).union(*(model.wire_names(*each) for each in inside))
    if not any(word in text for word in words):
        raise NotRefused(f"{where}: the refusal does not name it: {reply.code}: {reply.text}")
    if not any(reason in text for reason in REASONS):
        raise NotRefused(f"{where}: something else was refused: {reply.code}: {reply.text}")
    return Refusal(reply.code, reply.text)


def _anywhere(text: str) -> str:
    """The text as any machine would say it, whatever its architecture."""
    this, other = there.ARCHITECTURES
    return text.replace(this, "(its own)").replace(other, "(another)")
