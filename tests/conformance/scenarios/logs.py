"""Groups, streams and events, and what a function has logged."""

import time

from calls import Calls
from there import IMAGE, ROLE

GROUP = {"logGroupName": "orders"}
NOBODY = {"logGroupName": "nobody"}
STREAM = {"logStreamName": "today"}
ARN = "arn:aws:logs:us-east-1:000000000000:log-group:"
NOT_FOUND = "ResourceNotFoundException"


def run(calls: dict[str, Calls]) -> None:
    """Every operation on a group, and on one that is not there."""
    logs = calls["logs"]
    logs.ok("CreateLogGroup", **GROUP, tags={"team": "a"})
    logs.refused("CreateLogGroup", "ResourceAlreadyExistsException", **GROUP)
    logs.ok("CreateLogStream", **GROUP, **STREAM)
    logs.refused("CreateLogStream", NOT_FOUND, **NOBODY, **STREAM)
    _events(logs)
    _listed(logs)
    _settings(logs)
    _tags(logs)
    logs.ok("DeleteLogStream", **GROUP, **STREAM)
    logs.refused("DeleteLogStream", NOT_FOUND, **GROUP, **STREAM)
    logs.ok("DeleteLogGroup", **GROUP)
    logs.refused("DeleteLogGroup", NOT_FOUND, **GROUP)

    _talk(calls["lambda"])
    logs.ok("DescribeLogStreams", logGroupName="/aws/lambda/talker", descending=True)
    logs.ok("FilterLogEvents", logGroupName="/aws/lambda/talker", limit=2)


def _events(logs: Calls) -> None:
    event = {"timestamp": int(time.time() * 1000), "message": "paid"}
    logs.ok("PutLogEvents", **GROUP, **STREAM, logEvents=[event])
    logs.refused("PutLogEvents", NOT_FOUND, **NOBODY, **STREAM, logEvents=[event])
    logs.ok("GetLogEvents", **GROUP, **STREAM, startFromHead=True)
    logs.refused("GetLogEvents", NOT_FOUND, **NOBODY, **STREAM)
    logs.ok("FilterLogEvents", **GROUP, filterPattern="paid")
    logs.refused("FilterLogEvents", NOT_FOUND, **NOBODY)


def _listed(logs: Calls) -> None:
    logs.ok("DescribeLogGroups")
    odd = {"logGroupNamePrefix": "a", "logGroupNamePattern": "a"}
    logs.refused("DescribeLogGroups", "InvalidParameterException", **odd)
    logs.ok("DescribeLogStreams", **GROUP)
    logs.refused("DescribeLogStreams", NOT_FOUND, **NOBODY)
    logs.ok("ListLogGroups")
    logs.refused("ListLogGroups", "InvalidParameterException", nextToken="?")


def _settings(logs: Calls) -> None:
    logs.ok("PutRetentionPolicy", **GROUP, retentionInDays=7)
    logs.refused("PutRetentionPolicy", "InvalidParameterException", **GROUP, retentionInDays=8)
    logs.ok("DescribeLogGroups", logGroupNamePrefix="orders")
    logs.ok("DeleteRetentionPolicy", **GROUP)
    logs.refused("DeleteRetentionPolicy", NOT_FOUND, **NOBODY)
    protection = "PutLogGroupDeletionProtection"
    for protected in (True, False):
        identifier = {"logGroupIdentifier": "orders"}
        logs.ok(protection, **identifier, deletionProtectionEnabled=protected)
    nobody = {"logGroupIdentifier": "nobody"}
    logs.refused(protection, NOT_FOUND, **nobody, deletionProtectionEnabled=True)


def _tags(logs: Calls) -> None:
    here, nowhere = {"resourceArn": f"{ARN}orders"}, {"resourceArn": f"{ARN}nobody"}
    tags, keys = {"tags": {"b": "c"}}, {"tagKeys": ["b"]}
    for operation, members in (
        ("TagResource", tags),
        ("ListTagsForResource", {}),
        ("UntagResource", keys),
    ):
        logs.ok(operation, **here, **members)
        logs.refused(operation, NOT_FOUND, **nowhere, **members)
    for operation, members in (
        ("TagLogGroup", tags),
        ("ListTagsLogGroup", {}),
        ("UntagLogGroup", {"tags": ["b"]}),
    ):
        logs.ok(operation, **GROUP, **members)
        logs.refused(operation, NOT_FOUND, **NOBODY, **members)


def _talk(functions: Calls) -> None:
    """Makes a function and calls it. By the client: these calls are Lambda's own scenario's."""
    client = functions.client
    client.create_function(
        FunctionName="talker",
        Role=ROLE,
        PackageType="Image",
        Code={"ImageUri": IMAGE},
        Environment={"Variables": {"HANDLER": "custom-event"}},
    )
    client.get_waiter("function_active_v2").wait(FunctionName="talker")
    client.invoke(FunctionName="talker", Payload=b'{"name": "you"}')
