"""A REST API from its name to its stage, and everything that is not there."""

from calls import Calls

URI = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:000000000000:function:greeter/invocations"
)
GET = {"httpMethod": "GET"}
OK = {"statusCode": "200"}
NOT_FOUND = "NotFoundException"


def run(calls: dict[str, Calls]) -> None:
    """Every operation on an API, and on one that is not there."""
    gateway = calls["apigateway"]
    api = gateway.ok("CreateRestApi", name="pets", description="All of them", tags={"a": "b"})
    gateway.refused("CreateRestApi", "BadRequestException", name="pets", policy="{}")
    here, nowhere = {"restApiId": api["id"]}, {"restApiId": "nobody"}
    root = {**here, "resourceId": api["rootResourceId"]}
    gateway.ok("GetRestApi", **here)
    gateway.refused("GetRestApi", NOT_FOUND, **nowhere)
    gateway.ok("GetRestApis")
    gateway.refused("GetRestApis", "BadRequestException", limit=501)

    _resources(gateway, here, api["rootResourceId"])
    _methods(gateway, root, {**nowhere, "resourceId": "nothing"})
    _deployments(gateway, here, nowhere)

    gateway.ok("DeleteRestApi", **here)
    gateway.refused("DeleteRestApi", NOT_FOUND, **here)


def _resources(gateway: Calls, here: dict, root: str) -> None:
    pets = gateway.ok("CreateResource", **here, parentId=root, pathPart="pets")
    gateway.refused("CreateResource", "ConflictException", **here, parentId=root, pathPart="pets")
    gateway.ok("GetResource", **here, resourceId=pets["id"])
    gateway.refused("GetResource", NOT_FOUND, **here, resourceId="nothing")
    gateway.ok("GetResources", **here, embed=["methods"])
    gateway.refused("GetResources", NOT_FOUND, restApiId="nobody")


def _methods(gateway: Calls, root: dict, nowhere: dict) -> None:
    gateway.ok("PutMethod", **root, **GET, authorizationType="NONE", operationName="List")
    gateway.refused("PutMethod", "ConflictException", **root, **GET, authorizationType="NONE")
    proxy = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": URI}
    gateway.ok("PutIntegration", **root, **GET, **proxy)
    gateway.refused("PutIntegration", NOT_FOUND, **nowhere, **GET, **proxy)
    models = {"application/json": "Empty"}
    gateway.ok("PutMethodResponse", **root, **GET, **OK, responseModels=models)
    gateway.refused("PutMethodResponse", "ConflictException", **root, **GET, **OK)
    templates = {"application/json": ""}
    gateway.ok("PutIntegrationResponse", **root, **GET, **OK, responseTemplates=templates)
    gateway.refused("PutIntegrationResponse", NOT_FOUND, **root, **GET, statusCode="404")
    for operation in ("GetMethod", "GetIntegration"):
        gateway.ok(operation, **root, **GET)
        gateway.refused(operation, NOT_FOUND, **nowhere, **GET)


def _deployments(gateway: Calls, here: dict, nowhere: dict) -> None:
    stage = {"stageName": "prod"}
    gateway.ok("CreateDeployment", **here, **stage, variables={"a": "b"}, description="first")
    gateway.refused("CreateDeployment", "BadRequestException", **here, stageName="a/b")
    gateway.ok("GetDeployments", **here)
    gateway.refused("GetDeployments", NOT_FOUND, **nowhere)
    gateway.ok("GetStage", **here, **stage)
    gateway.refused("GetStage", NOT_FOUND, **here, stageName="dev")
    gateway.ok("GetStages", **here)
    gateway.refused("GetStages", NOT_FOUND, **nowhere)
