"""A function in Python, for AWS's own runtime client: it greets, or does what its event asks."""

import time

calls = 0


def handle(event, context):
    global calls
    calls += 1
    print("called with", event)
    if "raise" in event:
        raise ValueError(event["raise"])
    time.sleep(event.get("sleep", 0))
    return {
        "greeting": f"Hello {event['name']}!",
        "calls": calls,
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "log_stream": context.log_stream_name,
        "in_time": 0 < context.get_remaining_time_in_millis() <= 30_000,
    }
