#!/usr/bin/env python3
"""Holds template.yaml against its linter, against SAM's own translation, and against the handlers in the image.

usage: check_template.py BOOTSTRAP [TEMPLATE]

BOOTSTRAP is the bootstrap binary, asked with --list. Needs cfn-lint and aws-sam-translator from PyPI; asks no network.
Prints what is wrong, a line each, and exits with 1; or prints what was held.
"""

import logging
import os
import pathlib
import subprocess
import sys

# The translator writes the partition of a region into ARNs, and asks the AWS configuration for one.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

# It also warns of a switch of its own that only exists where AWS runs it.
logging.disable(logging.WARNING)

# The one managed policy that a function may have: it writes its logs.
LOGS_ONLY = "service-role/AWSLambdaBasicExecutionRole"


class NoManagedPolicies:
    """What SAM would ask IAM for, to turn a policy's name into an ARN. The template uses no such name."""

    def load(self):
        return {}


class Stack:
    """The translated template."""

    def __init__(self, template):
        self.resources = transform(template, {}, NoManagedPolicies())["Resources"]

    def of_type(self, kind):
        return {name: each["Properties"] for name, each in self.resources.items() if each["Type"] == kind}

    def functions(self):
        """Every function by its HANDLER."""
        functions = self.of_type("AWS::Lambda::Function").items()
        return {
            each.get("Environment", {}).get("Variables", {}).get("HANDLER", f"({name} has none)"): (name, each)
            for name, each in functions
        }


def linted(path):
    lint = subprocess.run(["cfn-lint", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return lint.stdout.splitlines() or ([] if lint.returncode == 0 else [f"cfn-lint ended with {lint.returncode}"])


def handlers_deployed(stack, bootstrap):
    listed = set(subprocess.run([bootstrap, "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout.split())
    deployed = set(stack.functions())
    yield from (f"HANDLER {name}: in the image, but no function has it" for name in sorted(listed - deployed))
    yield from (f"HANDLER {name}: a function has it, but it is not in the image" for name in sorted(deployed - listed))
    if len(stack.of_type("AWS::Lambda::Function")) != len(deployed):
        yield "two functions have the same HANDLER"


def one_image(stack):
    for name, function in stack.functions().values():
        if function.get("PackageType") != "Image" or function["Code"] != {"ImageUri": {"Ref": "ImageUri"}}:
            yield f"{name}: its code is not the parameter ImageUri"


def own_roles(stack):
    roles = stack.of_type("AWS::IAM::Role")
    seen = set()
    for name, function in stack.functions().values():
        role = function["Role"].get("Fn::GetAtt", [""])[0]
        if role not in roles or role in seen:
            yield f"{name}: its role {role!r} is not in the template, or is another function's too"
        seen.add(role)
    for name, role in roles.items():
        for arn in role.get("ManagedPolicyArns", []):
            if not str(arn).endswith(LOGS_ONLY):
                yield f"{name}: the managed policy {arn} allows more than logs"
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Resource"] == "*" or "*" in str(statement["Action"]):
                    yield f"{name}: {statement['Action']} on {statement['Resource']} is not a least privilege"


def triggers(stack):
    permissions = stack.of_type("AWS::Lambda::Permission").values()
    permissions = [(each["FunctionName"].get("Ref"), each["Principal"]) for each in permissions]
    for handler, principal in [("api-gateway", "apigateway.amazonaws.com"), ("s3", "s3.amazonaws.com")]:
        if (stack.functions()[handler][0], principal) not in permissions:
            yield f"{handler}: {principal} may not invoke it"
    function = stack.functions()["kinesis"][0]
    mappings = [
        each
        for each in stack.of_type("AWS::Lambda::EventSourceMapping").values()
        if each["FunctionName"] == {"Ref": function}
    ]
    if [each.get("FunctionResponseTypes") for each in mappings] != [["ReportBatchItemFailures"]]:
        yield "kinesis: has not one event source mapping with ReportBatchItemFailures"


def main(bootstrap, path=pathlib.Path(__file__).parent / "template.yaml"):
    faults = linted(path)
    if not faults:
        stack = Stack(yaml_parse(pathlib.Path(path).read_text(encoding="utf-8")))
        faults = [*handlers_deployed(stack, bootstrap), *one_image(stack), *own_roles(stack)]
        # With a handler missing, there is nothing to say of its trigger.
        faults = faults or list(triggers(stack))
    if faults:
        print(*faults, sep="\n")
        return 1
    print(f"{path}: one function for each of {', '.join(sorted(stack.functions()))}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: check_template.py BOOTSTRAP [TEMPLATE]")
    sys.exit(main(*sys.argv[1:]))
