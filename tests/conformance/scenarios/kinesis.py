"""A stream, what it says of itself, and records."""

from calls import Calls

NOBODY = {"StreamName": "nobody"}
ORDERS = {"StreamName": "orders"}
RECORD = {"Data": b"test", "PartitionKey": "a"}


def run(calls: dict[str, Calls]) -> None:
    """Every operation on a stream, and on one that is not there."""
    kinesis = calls["kinesis"]
    kinesis.ok("CreateStream", **ORDERS, ShardCount=2)
    kinesis.refused("CreateStream", "ResourceInUseException", **ORDERS, ShardCount=2)
    odd = {"ShardCount": 1, "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    kinesis.refused("CreateStream", "ValidationException", StreamName="bills", **odd)
    kinesis.ok("DescribeStream", **ORDERS, Limit=1)
    kinesis.refused("DescribeStream", "ResourceNotFoundException", **NOBODY)
    kinesis.ok("DescribeStreamSummary", **ORDERS)
    kinesis.refused("DescribeStreamSummary", "ResourceNotFoundException", **NOBODY)
    put = kinesis.ok("PutRecord", **ORDERS, **RECORD)
    after = put["SequenceNumber"]
    kinesis.ok("PutRecord", **ORDERS, **RECORD, SequenceNumberForOrdering=after)
    kinesis.refused("PutRecord", "ResourceNotFoundException", **NOBODY, **RECORD)
    beyond = {"ExplicitHashKey": str(2**128)}
    kinesis.refused("PutRecord", "InvalidArgumentException", **ORDERS, **RECORD, **beyond)
    kinesis.ok("PutRecords", **ORDERS, Records=[RECORD, RECORD])
    kinesis.refused("PutRecords", "ResourceNotFoundException", **NOBODY, Records=[RECORD])
