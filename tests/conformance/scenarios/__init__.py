"""One scenario per service: every operation succeeds once, and fails once where it can fail."""

from __future__ import annotations

from collections.abc import Callable

from calls import Calls

from scenarios import apigateway, cloudwatch, functions, kinesis, logs, s3, sts

#: By botocore's name of the service. A scenario gets the calls of all services, for what it needs of them.
SCENARIOS: dict[str, Callable[[dict[str, Calls]], None]] = {
    "apigateway": apigateway.run,
    "cloudwatch": cloudwatch.run,
    "kinesis": kinesis.run,
    "lambda": functions.run,
    "logs": logs.run,
    "s3": s3.run,
    "sts": sts.run,
}
