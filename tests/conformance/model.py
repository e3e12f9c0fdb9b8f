"""AWS's service models, as botocore carries them."""

from __future__ import annotations

from collections.abc import Iterator

import botocore.session
from botocore.model import ServiceModel, Shape

#: The services that the emulator answers for, by botocore's names.
SERVICES = ("lambda", "logs", "cloudwatch", "kinesis", "apigateway", "s3", "sts")


def by_scope() -> dict[str, ServiceModel]:
    """Every model, by the service's name in a credential scope, which is how the emulator calls it."""
    session = botocore.session.get_session()
    models = [session.get_service_model(name) for name in SERVICES]
    return {model.signing_name: model for model in models}


def structure(shape: Shape | None) -> Shape | None:
    """The structure that a shape is, or is a list or a map of."""
    while shape is not None and shape.type_name in ("list", "map"):
        shape = shape.member if shape.type_name == "list" else shape.value
    return shape if shape is not None and shape.type_name == "structure" else None


def children(shape: Shape | None) -> dict[str, Shape]:
    """The members of what a shape is, or is a list or a map of."""
    inner = structure(shape)
    return dict(inner.members) if inner is not None else {}


def find(shape: Shape | None, path: str) -> list[tuple[str, Shape]] | None:
    """Every member on the way to `path`, name and shape; `None` if the model has no such member."""
    way = []
    for name in path.split("."):
        member = children(shape).get(name)
        if member is None:
            return None
        way.append((name, member))
        shape = member
    return way


def wire_names(name: str, shape: Shape) -> set[str]:
    """How a member is called where it is refused: by its name, or by that of its header or element."""
    return {name.lower(), shape.serialization.get("name", name).lower()}


def undeclared(shape: Shape | None, declared: set[str]) -> Iterator[str]:
    """The members that neither are declared nor stand below one that is.

    A structure may be declared by its members, if all of them are.
    """
    yield from _undeclared(shape, declared, "", frozenset())


def _undeclared(
    shape: Shape | None, declared: set[str], prefix: str, above: frozenset[str]
) -> Iterator[str]:
    for name, member in children(shape).items():
        path = prefix + name
        if path in declared:
            continue
        inner = structure(member)
        is_split = any(other.startswith(f"{path}.") for other in declared)
        if inner is None or not is_split or inner.name in above:
            yield path
        else:
            yield from _undeclared(member, declared, f"{path}.", above | {inner.name})
