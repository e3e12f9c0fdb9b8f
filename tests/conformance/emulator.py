"""A running emulator, as these checks see it: its own page, and requests that no client has judged."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.httpsession import URLLib3Session
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

#: What a client of this account would send; the emulator verifies no signature.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{scope}/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@dataclass(frozen=True)
class Reply:
    """An answer, read by botocore's own parser."""

    status: int
    code: str
    text: str


def declarations(endpoint: str) -> dict[str, dict[str, dict[str, Any]]]:
    """What becomes of every member, by service (its name in a credential scope) and operation."""
    with urllib.request.urlopen(f"{endpoint}/_emulator/operations") as page:
        return json.load(page)


def ask(
    endpoint: str, service: ServiceModel, operation: OperationModel, members: dict[str, Any]
) -> Reply:
    """Sends `members` as they are: without validation, defaults, signature or retries.

    Only the checksum is added that some operations must have.
    """
    protocol = service.resolved_protocol
    serializer = create_serializer(protocol, include_validation=False)
    request = serializer.serialize_to_request(members, operation)
    prepare_request_dict(request, endpoint, context={})
    prepared = create_request_object(request).prepare()
    if operation.http_checksum.get("requestChecksumRequired"):
        digest = hashlib.md5(prepared.body or b"").digest()
        prepared.headers["Content-MD5"] = base64.b64encode(digest).decode()
    prepared.headers["Authorization"] = AUTHORIZATION.format(scope=service.signing_name)
    response = URLLib3Session().send(prepared)
    answer = {
        "status_code": response.status_code,
        "headers": response.headers,
        "body": response.content,
        "context": {},
    }
    parsed = create_parser(protocol).parse(answer, operation.output_shape)
    return Reply(response.status_code, *_told(parsed))


def _told(parsed: dict[str, Any]) -> tuple[str, str]:
    """Code and text of an error; where each item of a request fails for itself, those of the first."""
    if error := parsed.get("Error"):
        return error.get("Code", ""), error.get("Message", "")
    for item in parsed.get("Errors") or []:
        return item.get("Code", ""), item.get("Message", "")
    return "", ""
