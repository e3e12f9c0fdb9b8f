#!/usr/bin/env python3
"""Holds that HTTPS works from inside the image: names resolve, and servers are trusted by the image's CA roots alone.

usage: https.py [IMAGE]

The static probe function is put beside the bootstrap binary of IMAGE (default: manifold) and fetches a page of a local
server whose certificate a test CA has signed: once with that CA among the image's roots, which has to work, and once
without, which has to fail for the certificate.
"""

import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile

from runtime_api import Handler, output, posted_by, serving

ROOT = pathlib.Path(__file__).resolve().parents[2]
CA_ROOTS = "/etc/ssl/certs/ca-certificates.crt"


def build_probe():
    target = output("rustc", "-vV").split("host: ")[1].split()[0]
    command = ["cargo", "build", "--quiet", "--locked", "--release", "--package", "probe", "--features", "tls"]
    flags = "-C target-feature=+crt-static -C relocation-model=static"
    output(*command, "--target", target, cwd=ROOT, env={**os.environ, "RUSTFLAGS": flags})
    metadata = json.loads(output("cargo", "metadata", "--no-deps", "--format-version=1", cwd=ROOT))
    return pathlib.Path(metadata["target_directory"], target, "release", "probe")


def make_certificates(folder):
    """A CA that nobody knows, and a certificate by it for localhost."""
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    by_ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"]
    for name, extra in [("ca", []), ("server", [*by_ca, "-addext", "subjectAltName=DNS:localhost"])]:
        files = ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
        output(*new, "-subj", f"/CN=test {name}", *files, *extra, cwd=folder, stderr=subprocess.DEVNULL)


class Page(Handler):
    """Any page: 200 and a few bytes."""

    def do_GET(self):
        self.respond(200, b"hello")


def fetch_from_inside(image, probe, url, roots=()):
    """What the probe answers, or the error it reports, after fetching `url` in a container of `image`."""
    event = json.dumps({"probe": [{"fetch": url}]}).encode()
    files = [(probe, "/probe"), *((file, CA_ROOTS) for file in roots)]
    _, answer = posted_by(image, event, ["--entrypoint", "/probe"], files)
    return json.loads(answer)


def with_test_ca(image, folder):
    """The image's own CA roots, and the test CA after them."""
    container = output("docker", "create", image)
    output("docker", "cp", f"{container}:{CA_ROOTS}", folder / "roots.pem")
    output("docker", "rm", container)
    with open(folder / "roots.pem", "a", encoding="ascii") as roots:
        roots.write((folder / "ca.pem").read_text())
    return folder / "roots.pem"


def main(image):
    probe = build_probe()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificates(folder)
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(folder / "server.pem", folder / "server.key")
        with serving(Page) as server:
            server.socket = secure.wrap_socket(server.socket, server_side=True)
            url = f"https://localhost:{server.server_port}/"
            trusted = fetch_from_inside(image, probe, url, [with_test_ca(image, folder)])
            unknown = fetch_from_inside(image, probe, url)

    kept = trusted == {"status": 200, "body": "hello"} and "UnknownIssuer" in unknown.get("errorMessage", "")
    print(f"with the test CA     {trusted}\nwithout the test CA  {unknown}\n{'ok' if kept else 'BROKEN'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["manifold"]))
