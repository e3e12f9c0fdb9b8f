"""Values for members: the names of what is there, and otherwise anything that fits the shape."""

from __future__ import annotations

import copy
import datetime
import itertools
from typing import Any

from botocore.model import OperationModel, Shape

import model

#: Any day that is over.
DAY = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)


def anything(
    shape: Shape, name: str = "", above: frozenset[str] = frozenset(), *, least: bool = False
) -> Any:
    """A value with every member filled, that asks for something: nothing in it is false or empty.

    With `least`, only the members are filled that are required.
    """
    match shape.type_name:
        case "structure":
            if shape.name in above:
                return {}
            inside = above | {shape.name}
            return {
                each: anything(member, each, inside, least=least)
                for each, member in _members(shape, least).items()
            }
        case "list":
            return [anything(shape.member, name, above, least=least)]
        case "map":
            key = anything(shape.key, "key", above)
            return {key: anything(shape.value, name, above, least=least)}
        case "string":
            return _text(shape, name)
        case "boolean":
            return True
        case "integer" | "long":
            return max(1, int(shape.metadata.get("min", 1)))
        case "float" | "double":
            return 1.0
        case "timestamp":
            return DAY
        case "blob":
            return b"example"
    raise TypeError(f"{shape.name} is a {shape.type_name}")


def _members(shape: Shape, least: bool) -> dict[str, Shape]:
    if getattr(shape, "is_tagged_union", False):
        return dict(list(shape.members.items())[:1])
    return {
        name: member
        for name, member in shape.members.items()
        if not least or name in shape.required_members
    }


def _text(shape: Shape, name: str) -> str:
    if shape.enum:
        return shape.enum[0]
    if name.lower().endswith("arn"):
        return "arn:aws:sqs:us-east-1:000000000000:example"
    return "example".ljust(int(shape.metadata.get("min", 0)), "x")


def others(shape: Shape, applied: list[str]) -> Any:
    """A value of the shape that is none of those that are `applied`."""
    match shape.type_name:
        case "structure":
            return {name: others(member, applied) for name, member in shape.members.items()}
        case "list":
            return [others(shape.member, applied)]
        case "map":
            return {"key": others(shape.value, applied)}
        case "boolean":
            return "false" in applied
        case "integer" | "long":
            numbers = itertools.count(int(shape.metadata.get("min", 1)))
            return next(number for number in numbers if str(number) not in applied)
        case "string":
            words = [*shape.enum, "other"]
            return next(word for word in words if word not in applied)
    raise TypeError(f"of {shape.name}, a {shape.type_name}, no other value is known")


def filled(
    operation: OperationModel, there: dict[str, Any], path: str, value: Any
) -> dict[str, Any]:
    """The members of a call that would succeed, but for the one at `path`.

    Required members have the names of what is `there`.
    """
    members = _required(operation.input_shape, there)
    place, shape = members, operation.input_shape
    *way, last = path.split(".")
    for name in way:
        member = shape.members[name]
        inner = model.structure(member)
        if name not in place or not place[name]:
            place[name] = _wrapped(member, _required(inner, there))
        place, shape = _unwrapped(place[name]), inner
    place[last] = value
    return members


def _required(shape: Shape | None, there: dict[str, Any]) -> dict[str, Any]:
    if shape is None:
        return {}
    members = {name: shape.members[name] for name in shape.required_members}
    return {
        name: copy.deepcopy(there[name]) if name in there else anything(member, name, least=True)
        for name, member in members.items()
    }


def _wrapped(shape: Shape, inner: dict[str, Any]) -> Any:
    """A structure inside the list or the map that holds it."""
    match shape.type_name:
        case "list":
            return [_wrapped(shape.member, inner)]
        case "map":
            return {"key": _wrapped(shape.value, inner)}
    return inner


def _unwrapped(value: Any) -> dict[str, Any]:
    while isinstance(value, list):
        value = value[0]
    return value
