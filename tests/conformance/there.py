"""What requests can name: one of everything, made through the API that is tested."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

import clients

ROLE = "arn:aws:iam::000000000000:role/any"
IMAGE = "manifold:latest"
FUNCTION = "there"
#: The architecture of this machine, and the other that Lambda has.
ARCHITECTURES = ("arm64", "x86_64") if platform.machine() == "aarch64" else ("x86_64", "arm64")


def make(endpoint: str) -> dict[str, dict[str, Any]]:
    """Makes it; answers with the values of members by service and name.

    Under `Service.Operation` stand those that only one operation wants so.
    """
    makers: dict[str, Callable[[str], dict[str, Any]]] = {
        "lambda": _function,
        "kinesis": _stream,
        "apigateway": _rest_api,
        "s3": _bucket,
    }
    return {scope: maker(endpoint) for scope, maker in makers.items()}


#: Members that an operation needs besides those that its model requires.
ALSO: dict[str, dict[str, Any]] = {
    "lambda.CreateEventSourceMapping": {
        "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/there",
        "StartingPosition": "LATEST",
    },
    "lambda.AddPermission": {
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "StatementId": "there",
    },
    "lambda.CreateFunction": {"FunctionName": "new", "PackageType": "Image"},
    "lambda.UpdateFunctionCode": {"ImageUri": IMAGE},
    "kinesis.CreateStream": {"ShardCount": 1},
    "kinesis.PutRecord": {"StreamName": "there", "PartitionKey": "a"},
    "kinesis.PutRecords": {"StreamName": "there"},
    "apigateway.PutIntegration": {
        "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        f"arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}/invocations",
        "integrationHttpMethod": "POST",
    },
}

#: Values that are not applied, where the model does not tell which there are.
OTHERWISE: dict[str, Any] = {
    "lambda.Architectures": [ARCHITECTURES[1]],
    "lambda.Resource": "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg",
}


def _function(endpoint: str) -> dict[str, Any]:
    client = clients.client("lambda", endpoint)
    client.create_function(
        FunctionName=FUNCTION,
        PackageType="Image",
        Code={"ImageUri": IMAGE},
        Role=ROLE,
        Environment={"Variables": {"HANDLER": "custom-event"}},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=FUNCTION)
    return {"FunctionName": FUNCTION, "Role": ROLE, "Code": {"ImageUri": IMAGE}}


def _stream(endpoint: str) -> dict[str, Any]:
    clients.client("kinesis", endpoint).create_stream(StreamName="there", ShardCount=1)
    return {"StreamName": "there", "Records": [{"Data": b"a", "PartitionKey": "a"}]}


def _rest_api(endpoint: str) -> dict[str, Any]:
    client = clients.client("apigateway", endpoint)
    api = client.create_rest_api(name="there")
    root = api["rootResourceId"]
    client.put_method(
        restApiId=api["id"], resourceId=root, httpMethod="GET", authorizationType="NONE"
    )
    return {
        "restApiId": api["id"],
        "resourceId": root,
        "httpMethod": "GET",
        "authorizationType": "NONE",
        "statusCode": "200",
        "type": "AWS_PROXY",
    }


def _bucket(endpoint: str) -> dict[str, Any]:
    client = clients.client("s3", endpoint)
    client.create_bucket(Bucket="there")
    client.put_object(Bucket="there", Key="key", Body=b"there")
    upload = client.create_multipart_upload(Bucket="there", Key="key")
    return {
        "Bucket": "there",
        "Key": "key",
        "UploadId": upload["UploadId"],
        "PartNumber": 1,
        "CopySource": "there/key",
        "Delete": {"Objects": [{"Key": "key"}]},
        "NotificationConfiguration": {},
    }
