#!/bin/sh
# `docker build`, by the first docker client on this machine that has BuildKit.
#
# A client of version 23 or later needs the buildx plugin for it, and falls back to the legacy builder without; an
# older one beside it has BuildKit built in. Arguments are those of `docker build`.
set -eu

for client in $(which -a docker | sort -u); do
    if printf 'FROM scratch\nLABEL probe=\n' | DOCKER_BUILDKIT=1 "$client" build --quiet - >/dev/null 2>&1; then
        DOCKER_BUILDKIT=1 exec "$client" build "$@"
    fi
done
echo 'no docker client here builds with BuildKit (hint: install the buildx plugin)' >&2
exit 1
