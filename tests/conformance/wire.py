"""An answer as it travelled, held against the shape that the model gives it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

from botocore.model import OperationModel, Shape, StructureShape

#: Headers of every answer, which no model mentions.
COMMON_HEADERS = {
    "x-amzn-requestid",
    "x-amzn-errortype",
    "x-amz-request-id",
    "x-amz-id-2",
    "x-amz-apigw-id",
    "x-amzn-query-error",
    "x-amzn-remapped-content-length",
    "x-amzn-trace-id",
}

#: What AWS answers although its models do not have it: values of members. Observed on AWS.
OBSERVED = {"LastUpdateStatusReasonCode": {"Creating"}}

#: The namespace before an element's name.
XMLNS = re.compile(r"^\{[^}]*\}")


def faults(operation: OperationModel, protocol: str, answer: dict[str, Any]) -> Iterator[str]:
    """What the model would not have in a successful answer."""
    shape = operation.output_shape
    yield from _status(operation, answer["status_code"])
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    yield from _headers(shape, headers)
    if shape is None:
        return
    payload = shape.serialization.get("payload")
    if payload is not None and not answer["body"]:
        return
    if payload is not None and _is_stream(shape.members[payload]):
        return
    body = answer["body"]
    if not body:
        yield from _missing(shape, _in_body(shape), set())
        return
    target = shape.members[payload] if payload is not None else shape
    if protocol in ("json", "rest-json"):
        yield from _json(target, json.loads(body), "")
    elif protocol in ("query", "rest-xml"):
        yield from _xml_document(operation, protocol, target, ElementTree.fromstring(body))
    else:
        raise NotImplementedError(f"answers of {protocol} cannot be read here")


def _is_stream(shape: Shape) -> bool:
    """Whether a body is no document: bytes, or events, which the client reads."""
    return shape.type_name in ("blob", "string") or bool(shape.serialization.get("eventstream"))


def _status(operation: OperationModel, status: int) -> Iterator[str]:
    shape = operation.output_shape
    members = shape.members.values() if shape is not None else []
    if any(member.serialization.get("location") == "statusCode" for member in members):
        return
    modelled = int(operation.http.get("responseCode", 200))
    if status != modelled:
        yield f"the status is {status}, not {modelled}"


def _headers(shape: StructureShape | None, headers: dict[str, str]) -> Iterator[str]:
    modelled, prefixes = {}, []
    for member in shape.members.values() if shape is not None else []:
        place = member.serialization.get("location")
        name = member.serialization.get("name", "").lower()
        if place == "header":
            modelled[name] = member
        elif place == "headers":
            prefixes.append(name)
    yield from _missing(shape, modelled, headers.keys()) if shape is not None else ()
    for name, member in modelled.items():
        if name in headers:
            yield from _text(member, headers[name], f"header {name}", "rfc822")
    for name in headers:
        is_known = name in modelled or name in COMMON_HEADERS
        if name.startswith("x-amz") and not is_known and not name.startswith(tuple(prefixes)):
            yield f"the header {name} is not in the model"


def _in_body(shape: StructureShape) -> dict[str, Shape]:
    """The members that stand in the document, by their names there."""
    return {
        member.serialization.get("name", name): member
        for name, member in shape.members.items()
        if "location" not in member.serialization
    }


def _missing(
    shape: StructureShape, members: dict[str, Shape], given: Collection[str]
) -> Iterator[str]:
    """The required members among those of one place: the document, or the headers."""
    required = {id(shape.members[name]) for name in shape.required_members}
    for name in sorted(members.keys() - set(given)):
        if id(members[name]) not in required:
            continue
        yield f"{name} of {shape.name} is required and missing"


def _json(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if value is None:
        return
    match shape.type_name:
        case "structure":
            if not isinstance(value, dict):
                yield f"{path} is not an object"
                return
            members = _in_body(shape)
            given = {name for name, each in value.items() if each is not None}
            yield from _missing(shape, members, given)
            for name, each in value.items():
                if name not in members:
                    yield f"{path}.{name} is not in the model"
                else:
                    yield from _json(members[name], each, f"{path}.{name}")
        case "list":
            for each in value if isinstance(value, list) else [value]:
                yield from _json(shape.member, each, f"{path}[]")
            if not isinstance(value, list):
                yield f"{path} is not a list"
        case "map":
            if not isinstance(value, dict):
                yield f"{path} is not an object"
                return
            for key, each in value.items():
                yield from _text(shape.key, key, f"{path} key")
                yield from _json(shape.value, each, f"{path}.*")
        case _:
            yield from _scalar(shape, value, path)


def _scalar(shape: Shape, value: Any, path: str) -> Iterator[str]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match shape.type_name:
        case "boolean":
            fits = isinstance(value, bool)
        case "integer" | "long":
            fits = is_number and int(value) == value
        case "float" | "double":
            fits = is_number
        case "timestamp":
            fits = is_number or isinstance(value, str)
        case _:
            fits = isinstance(value, str)
    if not fits:
        yield f"{path} is {value!r}, which is no {shape.type_name}"
    elif isinstance(value, str):
        yield from _text(shape, value, path)


def _text(shape: Shape, text: str, path: str, time: str = "iso8601") -> Iterator[str]:
    """A value that travels as text."""
    try:
        match shape.type_name:
            case "string" if shape.enum and text not in {*shape.enum, *OBSERVED.get(shape.name, ())}:
                yield f"{path} is {text!r}, which is none of {shape.enum}"
            case "integer" | "long":
                int(text)
            case "float" | "double":
                float(text)
            case "boolean" if text not in ("true", "false"):
                yield f"{path} is {text!r}, which is no boolean"
            case "blob":
                base64.b64decode(text, validate=True)
            case "timestamp" if shape.serialization.get("timestampFormat", time) == "rfc822":
                parsedate_to_datetime(text)
            case "timestamp":
                datetime.fromisoformat(text)
    except (ValueError, binascii.Error):
        yield f"{path} is {text!r}, which is no {shape.type_name}"


def _xml_document(
    operation: OperationModel, protocol: str, shape: Shape, root: ElementTree.Element
) -> Iterator[str]:
    if protocol == "rest-xml":
        yield from _xml(shape, root, _tag(root))
        return
    envelope = {_tag(child): child for child in root}
    if _tag(root) != f"{operation.name}Response" or "ResponseMetadata" not in envelope:
        yield f"<{_tag(root)}> is not the envelope of {operation.name}"
    wrapper = shape.serialization.get("resultWrapper")
    if wrapper in envelope:
        yield from _xml(shape, envelope[wrapper], wrapper)
    elif wrapper is not None:
        yield f"<{wrapper}> is missing"


def _tag(element: ElementTree.Element) -> str:
    return XMLNS.sub("", element.tag)


def _xml(shape: Shape, element: ElementTree.Element, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            members = _in_body(shape)
            flat = {_flat_name(name, member): member for name, member in members.items()}
            given = {_tag(child) for child in element}
            yield from _missing(shape, flat, given)
            # S3 answers a location as the text of the document itself.
            if not list(element) and (element.text or "").strip() and len(flat) == 1:
                yield from _text(next(iter(flat.values())), element.text, path)
            for child in element:
                if _tag(child) not in flat:
                    yield f"{path}.{_tag(child)} is not in the model"
                    continue
                member = flat[_tag(child)]
                inner = member.member if _is_flat(member) else member
                yield from _xml(inner, child, f"{path}.{_tag(child)}")
        case "list":
            name = shape.member.serialization.get("name", "member")
            for child in element:
                if _tag(child) != name:
                    yield f"{path}.{_tag(child)} is not <{name}>"
                yield from _xml(shape.member, child, f"{path}[]")
        case "map":
            for entry in element:
                parts = {_tag(child): child for child in entry}
                if parts.keys() != {"key", "value"}:
                    yield f"{path} has an entry of {sorted(parts)}"
        case _:
            yield from _text(shape, element.text or "", path)


def _is_flat(shape: Shape) -> bool:
    return shape.type_name == "list" and bool(shape.serialization.get("flattened"))


def _flat_name(name: str, member: Shape) -> str:
    """The element in which an item of a flattened list stands."""
    if _is_flat(member):
        return member.serialization.get("name") or member.member.serialization.get("name", name)
    return name
