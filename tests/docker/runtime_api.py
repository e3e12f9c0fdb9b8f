#!/usr/bin/env python3
"""A bare Runtime API: as much of Lambda's as one invocation needs, for one container on this machine's network.

usage: runtime_api.py IMAGE HANDLER EVENT

Gives the event in the file EVENT to a container of IMAGE and prints what came back: the path that was posted to, and
on a second line what was posted, which is an answer or an error.
"""

import contextlib
import http.server
import pathlib
import queue
import subprocess
import sys
import threading

VERSION = "/2018-06-01/runtime/"
NEXT = VERSION + "invocation/next"
POSTS = {VERSION + call for call in ("invocation/1/response", "invocation/1/error", "init/error")}
POSTED_WITHIN_SECONDS = 30
# What Lambda sets in every environment, besides the address.
VARIABLES = {
    "AWS_LAMBDA_FUNCTION_NAME": "bare",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
}


class Handler(http.server.BaseHTTPRequestHandler):
    """HTTP/1.0, without a word on standard error."""

    def respond(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class RuntimeApi(Handler):
    """Who asks for a second event waits for good."""

    def do_GET(self):
        if self.path != NEXT:
            return self.respond(404)
        event = self.server.events.get()
        self.respond(200, event, Lambda_Runtime_Aws_Request_Id="1", Lambda_Runtime_Deadline_Ms="9999999999999")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path not in POSTS:
            return self.respond(404)
        self.respond(202)
        self.server.posts.put((self.path.removeprefix(VERSION), body.decode()))


def output(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout.strip()


@contextlib.contextmanager
def serving(handler, secure=None):
    """A server on a free port of this machine, for as long as it is needed; with TLS, if `secure` is its context."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if secure:
            server.socket = secure.wrap_socket(server.socket, server_side=True)
        # A container that still waits for an event must not keep this process.
        server.daemon_threads, server.block_on_close = True, False
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def posted_by(image, event, options=(), files=()):
    """The path and the text that a container of `image` posts when it is given `event`, as bytes.

    `options` are those of `docker create`; `files` are pairs of a file and its path in the container.
    """
    with serving(RuntimeApi) as api:
        api.events, api.posts = queue.SimpleQueue(), queue.SimpleQueue()
        api.events.put(event)
        variables = {**VARIABLES, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}"}
        variables = [f"--env={name}={value}" for name, value in variables.items()]
        container = output("docker", "create", "--network", "host", *variables, *options, image)
        try:
            for file, path in files:
                output("docker", "cp", file, f"{container}:{path}")
            output("docker", "start", container)
            return api.posts.get(timeout=POSTED_WITHIN_SECONDS)
        except queue.Empty:
            log = output("docker", "logs", container, stderr=subprocess.STDOUT)
            sys.exit(f"nothing was posted; the log of the container:\n{log}")
        finally:
            output("docker", "rm", "--force", container)


def main(image, handler, event):
    path, posted = posted_by(image, pathlib.Path(event).read_bytes(), [f"--env=HANDLER={handler}"])
    print(path, posted, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
