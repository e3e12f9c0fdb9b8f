"""The checks themselves: do they see what is wrong?"""

from __future__ import annotations

import json
import unittest
from typing import Any

import model
import refusals
import shown
import values
import wire
from emulator import Reply

MODELS = model.by_scope()


class Wire(unittest.TestCase):
    """An answer that the model would not have."""

    def faults(self, scope: str, name: str, body: bytes, **more: Any) -> list[str]:
        service = MODELS[scope]
        answer = {"status_code": 200, "headers": {}, "body": body, **more}
        return [*wire.faults(service.operation_model(name), service.protocol, answer)]

    def test_json(self) -> None:
        def put(**members: Any) -> list[str]:
            return self.faults("kinesis", "PutRecord", json.dumps(members).encode())

        self.assertEqual(put(ShardId="shardId-0", SequenceNumber="1"), [])
        self.assertIn("SequenceNumber of PutRecordOutput is required", put(ShardId="a")[0])
        self.assertIn(".Colour is not in the model", put(ShardId="a", SequenceNumber="1", Colour=1))
        self.assertIn("no string", put(ShardId=1, SequenceNumber="1")[0])
        self.assertIn("none of", put(ShardId="a", SequenceNumber="1", EncryptionType="ROT13")[0])

    def test_json_inside_lists_and_structures(self) -> None:
        body = {"FunctionName": "a", "VpcConfig": {"SubnetIds": [1]}, "Timeout": "3"}
        faults = self.faults("lambda", "GetFunctionConfiguration", json.dumps(body).encode())
        self.assertEqual(len(faults), 2)

    def test_status_and_headers(self) -> None:
        faults = self.faults("s3", "PutObject", b"", status_code=201)
        self.assertEqual(faults, ["the status is 201, not 200"])
        faults = self.faults("s3", "PutObject", b"", headers={"X-Amz-Colour": "red"})
        self.assertEqual(faults, ["the header x-amz-colour is not in the model"])
        faults = self.faults("s3", "PutObject", b"", headers={"x-amz-object-size": "many"})
        self.assertEqual(len(faults), 1)

    def test_xml(self) -> None:
        def listed(inner: str) -> list[str]:
            body = f"<ListBucketResult><Name>a</Name>{inner}</ListBucketResult>"
            return self.faults("s3", "ListObjectsV2", body.encode())

        self.assertEqual(listed("<Contents><Key>a</Key><Size>1</Size></Contents>"), [])
        self.assertEqual(len(listed("<Contents><Size>one</Size></Contents>")), 1)
        self.assertEqual(len(listed("<Contents><Colour/></Contents><Shade/>")), 2)

    def test_query(self) -> None:
        result = "<GetCallerIdentityResult><Shade/></GetCallerIdentityResult><ResponseMetadata/>"
        body = f"<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>".encode()
        faults = self.faults("sts", "GetCallerIdentity", body)
        self.assertEqual(faults, ["GetCallerIdentityResult.Shade is not in the model"])
        self.assertEqual(len(self.faults("sts", "GetCallerIdentity", b"<Other/>")), 2)


class Members(unittest.TestCase):
    """A member of which nothing is said, and one that is not there."""

    def test_undeclared(self) -> None:
        shape = MODELS["s3"].operation_model("DeleteObjects").input_shape
        others = {name for name in shape.members if name != "Delete"}
        self.assertEqual([*model.undeclared(shape, others | {"Delete"})], [])
        self.assertEqual([*model.undeclared(shape, others)], ["Delete"])
        split = others | {"Delete.Quiet", "Delete.Objects.Key"}
        left = [*model.undeclared(shape, split)]
        self.assertIn("Delete.Objects.ETag", left)
        self.assertNotIn("Delete.Objects.Key", left)
        self.assertIsNone(model.find(shape, "Delete.Colour"))

    def test_tests(self) -> None:
        self.assertTrue(shown.exists("sts::get_caller_identity_is_the_account_that_arns_name"))
        self.assertTrue(shown.exists("emulator_sts::tests::an_unknown_member_is_refused_by_name"))
        self.assertFalse(shown.exists("sts::nothing"))
        self.assertFalse(shown.exists("sts::main"))

    def test_refusals(self) -> None:
        operation = MODELS["kinesis"].operation_model("CreateStream")
        way = model.find(operation.input_shape, "Tags")
        judged = lambda *reply: refusals._judged(operation, "Tags", way, Reply(*reply))
        text = "`Tags` is not emulated (hint: leave it out here)"
        self.assertEqual(judged(400, "InvalidArgumentException", text).text, text)
        for reply in (
            (200, "", ""),
            (400, "InvalidArgumentException", "`Mode` is not emulated"),
            (400, "ValidationException", "Value null at 'tags' must not be null"),
        ):
            self.assertRaises(refusals.NotRefused, judged, *reply)

    def test_values(self) -> None:
        operation = MODELS["lambda"].operation_model("CreateFunction")
        there = {"FunctionName": "a", "Role": "b", "Code": {"ImageUri": "c"}}
        filled = values.filled(operation, there, "Code.S3Bucket", "d")
        self.assertEqual(filled["Code"], {"ImageUri": "c", "S3Bucket": "d"})
        self.assertEqual(there["Code"], {"ImageUri": "c"})


if __name__ == "__main__":
    unittest.main()
