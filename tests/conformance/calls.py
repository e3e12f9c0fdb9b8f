"""Calls through botocore's clients, each answer held against the model as it comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import botocore
from botocore.exceptions import ClientError, ParamValidationError

import clients
import wire

#: Error codes that a service documents for all its operations, and that its model gives to few or none.
#: Source: "Error Responses" in the API reference of Amazon S3.
UNMODELLED = {
    "s3": {
        "BucketNotEmpty",
        "NoSuchBucket",
        "NoSuchKey",
        "NoSuchUpload",
        "PreconditionFailed",
        # An answer to HEAD has no body, and so botocore makes the status its code.
        "404",
    },
}

#: Errors that tell of AWS's own troubles, of its limits or of the caller's rights: they do not come here.
NOT_OURS = re.compile("TooMany|Throttl|Service|Internal|Unauthorized|AccessDenied|LimitExceeded")


class Unexpected(Exception):
    """An operation did what the scenario does not expect, so that it cannot go on."""


class Calls:
    """One service's client, and what was wrong with what it was answered."""

    def __init__(self, service: str, endpoint: str) -> None:
        self.service = service
        self.client = clients.client(service, endpoint)
        self.model = self.client.meta.service_model
        self.wrong: list[str] = []
        self.succeeded: set[str] = set()
        self.failed: set[str] = set()
        self.client.meta.events.register("before-parse", self._judge)

    def ok(self, operation: str, **members: Any) -> Any:
        """Calls an operation that succeeds; answers what it did."""
        try:
            answer = self._call(operation, members)
        except (ClientError, ParamValidationError) as error:
            raise Unexpected(f"{self.service} {operation}: {error}") from error
        self.succeeded.add(operation)
        return answer

    def refused(self, operation: str, code: str, **members: Any) -> None:
        """Calls an operation that fails with a code."""
        try:
            self._call(operation, members)
        except ClientError as error:
            self.failed.add(operation)
            self._judge_error(operation, code, error)
        except ParamValidationError as error:
            raise Unexpected(f"{self.service} {operation}: {error}") from error
        else:
            self.wrong.append(f"{self.service} {operation} succeeds, without {code}")

    def uncalled(self, implemented: set[str]) -> Iterator[str]:
        """The operations that never succeeded, or never failed though their models have errors."""
        for operation in sorted(implemented - self.succeeded):
            yield f"{self.service} {operation} was never called"
        for operation in sorted(implemented - self.failed):
            shapes = self.model.operation_model(operation).error_shapes
            if any(not NOT_OURS.search(shape.name) for shape in shapes):
                yield f"{self.service} {operation} was never refused"

    def _call(self, operation: str, members: dict[str, Any]) -> Any:
        return getattr(self.client, botocore.xform_name(operation))(**members)

    def _judge(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        if response_dict["status_code"] >= 300:
            return
        protocol = self.model.resolved_protocol
        for fault in wire.faults(operation_model, protocol, response_dict):
            self.wrong.append(f"{self.service} {operation_model.name}: {fault}")

    def _judge_error(self, operation: str, expected: str, error: ClientError) -> None:
        code = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        where = f"{self.service} {operation}"
        if code != expected:
            self.wrong.append(f"{where}: the error is {error}, not {expected}")
        modelled = {
            shape.error_code: shape for shape in self.model.operation_model(operation).error_shapes
        }
        if code not in modelled.keys() | UNMODELLED.get(self.service, set()):
            self.wrong.append(f"{where}: {code} is none of its errors")
        shape = modelled.get(code)
        declared = shape.metadata.get("error", {}).get("httpStatusCode") if shape else None
        if declared is not None and declared != status:
            self.wrong.append(f"{where}: {code} has status {status}, not {declared}")
