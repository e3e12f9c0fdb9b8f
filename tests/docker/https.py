#!/usr/bin/env python3
"""Holds that HTTPS works from inside the image: names resolve, and AWS is trusted by the image's CA roots for it alone.

usage: https.py [IMAGE]

IMAGE (default: manifold) runs with HANDLER=caller and calls a Lambda on this machine whose certificate a test CA has
signed: once with that CA among the image's roots for AWS, which has to work, and once without, which has to fail for the
certificate.
"""

import json
import pathlib
import ssl
import subprocess
import sys
import tempfile

from runtime_api import Handler, output, posted_by, serving

AWS_ROOTS = "/etc/ssl/certs/aws.crt"
EVENT = {"function": "greeter", "payload": {"name": "lambda"}}
ANSWER = {"status_code": 200, "executed_version": "$LATEST", "payload": "Hello lambda!"}


def make_certificates(folder):
    """A CA that nobody knows, and a certificate by it for localhost."""
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    by_ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"]
    for name, extra in [("ca", []), ("server", [*by_ca, "-addext", "subjectAltName=DNS:localhost"])]:
        files = ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
        output(*new, "-subj", f"/CN=test {name}", *files, *extra, cwd=folder, stderr=subprocess.DEVNULL)


class Lambda(Handler):
    """As much of AWS as one call needs: what is signed for Lambda, and is an invocation of that function."""

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        signed = self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=any/")
        asked = self.path == "/2015-03-31/functions/greeter/invocations" and event == EVENT["payload"]
        if not (signed and asked):
            return self.respond(400)
        self.respond(200, b'"Hello lambda!"', X_Amz_Executed_Version="$LATEST")


def called_from_inside(image, url, roots=()):
    """What the caller answers, or the error it reports, from a container of `image` for which Lambda is at `url`."""
    variables = {
        "HANDLER": "caller",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_ENDPOINT_URL_LAMBDA": url,
    }
    variables = [f"--env={name}={value}" for name, value in variables.items()]
    _, answer = posted_by(image, json.dumps(EVENT).encode(), variables, [(file, AWS_ROOTS) for file in roots])
    return json.loads(answer)


def with_test_ca(image, folder):
    """The image's own CA roots for AWS, and the test CA after them."""
    container = output("docker", "create", image)
    output("docker", "cp", f"{container}:{AWS_ROOTS}", folder / "roots.pem")
    output("docker", "rm", container)
    with open(folder / "roots.pem", "a", encoding="ascii") as roots:
        roots.write((folder / "ca.pem").read_text())
    return folder / "roots.pem"


def main(image):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificates(folder)
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(folder / "server.pem", folder / "server.key")
        with serving(Lambda, secure) as server:
            url = f"https://localhost:{server.server_port}"
            trusted = called_from_inside(image, url, [with_test_ca(image, folder)])
            unknown = called_from_inside(image, url)

    refused = unknown.get("errorType") == "Transport" and "UnknownIssuer" in unknown["errorMessage"]
    kept = trusted == ANSWER and refused
    print(f"with the test CA     {trusted}\nwithout the test CA  {unknown}\n{'ok' if kept else 'BROKEN'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["manifold"]))
