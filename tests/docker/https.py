#!/usr/bin/env python3
"""Holds that HTTPS works from inside the image: names resolve, and servers are trusted by the image's CA roots alone.

usage: https.py [IMAGE]

The static probe function is put beside the bootstrap binary of IMAGE (default: manifold) and fetches a page of a local
server whose certificate a test CA has signed: once with that CA among the image's roots, which has to work, and once
without, which has to fail for the certificate.
"""

import http.server
import json
import os
import pathlib
import queue
import ssl
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
CA_ROOTS = "/etc/ssl/certs/ca-certificates.crt"
ANSWER_WITHIN_SECONDS = 30


def output(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout.strip()


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


class Page(http.server.BaseHTTPRequestHandler):
    """Any page: 200 and a few bytes."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


class RuntimeApi(Page):
    """As much of Lambda's Runtime API as one invocation needs; who asks for a second waits for good."""

    def do_GET(self):
        event = json.dumps(self.server.events.get()).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "the-only-one")
        self.send_header("Lambda-Runtime-Deadline-Ms", "9999999999999")
        self.send_header("Content-Length", str(len(event)))
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answers.put(json.loads(body))


def serve(handler):
    """A server on a free port of this machine, in a thread that ends with this process."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def fetch_from_inside(image, probe, url, roots=None):
    """What the probe answers, or the error it reports, after fetching `url` in a container of `image`."""
    api = serve(RuntimeApi)
    api.events, api.answers = queue.SimpleQueue(), queue.SimpleQueue()
    api.events.put({"probe": [{"fetch": url}]})
    address = f"AWS_LAMBDA_RUNTIME_API=127.0.0.1:{api.server_port}"
    container = output("docker", "create", "--network", "host", "--env", address, "--entrypoint", "/probe", image)
    try:
        output("docker", "cp", probe, f"{container}:/probe")
        if roots:
            output("docker", "cp", roots, f"{container}:{CA_ROOTS}")
        output("docker", "start", container)
        return api.answers.get(timeout=ANSWER_WITHIN_SECONDS)
    except queue.Empty:
        sys.exit("the probe did not answer; its log:\n" + output("docker", "logs", container, stderr=subprocess.STDOUT))
    finally:
        output("docker", "rm", "--force", container)
        api.shutdown()


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
        server = serve(Page)
        server.socket = secure.wrap_socket(server.socket, server_side=True)
        url = f"https://localhost:{server.server_port}/"

        trusted = fetch_from_inside(image, probe, url, with_test_ca(image, folder))
        unknown = fetch_from_inside(image, probe, url)

    kept = trusted == {"status": 200, "body": "hello"} and "UnknownIssuer" in unknown.get("errorMessage", "")
    print(f"with the test CA     {trusted}\nwithout the test CA  {unknown}\n{'ok' if kept else 'BROKEN'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["manifold"]))
