"""Functions, who may call them, and the mappings that feed them."""

from calls import Calls

from there import IMAGE, ROLE

GREETER = {"FunctionName": "greeter"}
NOBODY = {"FunctionName": "nobody"}
NOT_FOUND = "ResourceNotFoundException"


def run(calls: dict[str, Calls]) -> None:
    """Every operation on a function, and on one that is not there."""
    functions = calls["lambda"]
    _functions(functions)
    _policies(functions)
    _versions(functions)
    _settings(functions)
    functions.ok("Invoke", **GREETER, Payload=b'{"name": "you"}', LogType="Tail")
    functions.ok("Invoke", **GREETER, InvocationType="Event")
    functions.refused("Invoke", NOT_FOUND, **NOBODY)
    functions.ok("InvokeAsync", **GREETER, InvokeArgs=b"{}")
    functions.refused("InvokeAsync", NOT_FOUND, **NOBODY, InvokeArgs=b"{}")
    stream = functions.ok("InvokeWithResponseStream", **GREETER, Payload=b"{}")["EventStream"]
    functions.wrong += [f"an event of a stream is {event}" for event in stream if len(event) != 1]
    functions.refused("InvokeWithResponseStream", NOT_FOUND, **NOBODY)
    _mappings(calls)
    functions.ok("DeleteFunction", **GREETER)
    functions.refused("DeleteFunction", NOT_FOUND, **GREETER)


def _functions(functions: Calls) -> None:
    settings = {
        **GREETER,
        "Role": ROLE,
        "PackageType": "Image",
        "Code": {"ImageUri": IMAGE},
        "Environment": {"Variables": {"HANDLER": "custom-event"}},
        "Description": "greets",
    }
    functions.ok("CreateFunction", **settings)
    functions.refused("CreateFunction", "ResourceConflictException", **settings)
    functions.client.get_waiter("function_active_v2").wait(**GREETER)
    for operation in ("GetFunction", "GetFunctionConfiguration"):
        functions.ok(operation, **GREETER)
        functions.refused(operation, NOT_FOUND, **NOBODY)
    functions.ok("ListFunctions")
    functions.refused("ListFunctions", "InvalidParameterValueException", MasterRegion="eu-west-1")
    functions.ok("UpdateFunctionConfiguration", **GREETER, Timeout=10)
    functions.refused("UpdateFunctionConfiguration", NOT_FOUND, **NOBODY, Timeout=10)
    functions.client.get_waiter("function_updated_v2").wait(**GREETER)
    functions.ok("UpdateFunctionCode", **GREETER, ImageUri=IMAGE)
    functions.refused("UpdateFunctionCode", NOT_FOUND, **NOBODY, ImageUri=IMAGE)
    functions.client.get_waiter("function_updated_v2").wait(**GREETER)


def _versions(functions: Calls) -> None:
    version = functions.ok("PublishVersion", **GREETER)["Version"]
    functions.refused("PublishVersion", NOT_FOUND, **NOBODY)
    functions.ok("ListVersionsByFunction", **GREETER)
    functions.refused("ListVersionsByFunction", NOT_FOUND, **NOBODY)
    live, missing = {**GREETER, "Name": "live"}, {**GREETER, "Name": "missing"}
    functions.ok("CreateAlias", **live, FunctionVersion=version)
    functions.refused("CreateAlias", "ResourceConflictException", **live, FunctionVersion=version)
    functions.ok("ListAliases", **GREETER)
    functions.refused("ListAliases", NOT_FOUND, **NOBODY)
    for operation in ("GetAlias", "UpdateAlias"):
        functions.ok(operation, **live)
        functions.refused(operation, NOT_FOUND, **missing)
    functions.ok("DeleteAlias", **live)
    # An alias that is not there is deleted already; a function elsewhere cannot be reached from here.
    far = "arn:aws:lambda:eu-west-1:000000000000:function:greeter"
    functions.refused("DeleteAlias", NOT_FOUND, FunctionName=far, Name="live")


def _settings(functions: Calls) -> None:
    functions.ok("GetAccountSettings")
    functions.ok("PutFunctionConcurrency", **GREETER, ReservedConcurrentExecutions=2)
    functions.refused("PutFunctionConcurrency", NOT_FOUND, **NOBODY, ReservedConcurrentExecutions=2)
    loop = {"RecursiveLoop": "Allow"}
    functions.ok("PutFunctionRecursionConfig", **GREETER, **loop)
    functions.refused("PutFunctionRecursionConfig", NOT_FOUND, **NOBODY, **loop)
    for operation in (
        "GetFunctionConcurrency",
        "DeleteFunctionConcurrency",
        "GetFunctionRecursionConfig",
    ):
        functions.ok(operation, **GREETER)
        functions.refused(operation, NOT_FOUND, **NOBODY)
    arn = "arn:aws:lambda:us-east-1:000000000000:function:"
    for operation, members in (
        ("TagResource", {"Tags": {"team": "a"}}),
        ("ListTags", {}),
        ("UntagResource", {"TagKeys": ["team"]}),
    ):
        functions.ok(operation, Resource=f"{arn}greeter", **members)
        functions.refused(operation, NOT_FOUND, Resource=f"{arn}nobody", **members)


def _policies(functions: Calls) -> None:
    functions.refused("GetPolicy", NOT_FOUND, **GREETER)
    statement = {
        **GREETER,
        "StatementId": "s3",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
    }
    functions.ok("AddPermission", **statement)
    functions.refused("AddPermission", "ResourceConflictException", **statement)
    functions.ok("GetPolicy", **GREETER)
    functions.ok("RemovePermission", **GREETER, StatementId="s3")
    functions.refused("RemovePermission", NOT_FOUND, **GREETER, StatementId="s3")


def _mappings(calls: dict[str, Calls]) -> None:
    functions = calls["lambda"]
    # By the client: these calls are Kinesis's own scenario's.
    calls["kinesis"].client.create_stream(StreamName="mapped", ShardCount=1)
    source = "arn:aws:kinesis:us-east-1:000000000000:stream/mapped"
    mapping = {**GREETER, "EventSourceArn": source, "StartingPosition": "LATEST"}
    created = functions.ok("CreateEventSourceMapping", **mapping)
    functions.refused("CreateEventSourceMapping", "ResourceConflictException", **mapping)
    one = {"UUID": created["UUID"]}
    functions.ok("GetEventSourceMapping", **one)
    functions.ok("ListEventSourceMappings", **GREETER)
    odd = {"Marker": "?"}
    functions.refused("ListEventSourceMappings", "InvalidParameterValueException", **odd)
    functions.ok("DeleteEventSourceMapping", **one)
    for operation in ("GetEventSourceMapping", "DeleteEventSourceMapping"):
        functions.refused(operation, NOT_FOUND, UUID="14e0db71-0000-4000-8000-000000000000")
