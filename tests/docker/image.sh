#!/bin/bash
# Builds the image by the unmodified Dockerfile and holds what the Dockerfile promises. A line per promise; the exit
# status is 0 when all are kept.
#
#   image.sh [TAG]               with the images that the Dockerfile names; the default TAG is manifold
#   image.sh --only-build [TAG]  and takes the promises on trust
#   BUILDER=manifold-stand-in-builder BASE=scratch image.sh
# shellcheck disable=SC2329 # A promise's command is called by its name.
set -euo pipefail

only_build=
if [ "${1:-}" = --only-build ]; then
    only_build=yes
    shift
fi
tag=${1:-manifold}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
max_scratch_bytes=4000000
broken=0
work=$(mktemp -d)
trap 'rm -rf "$work"; docker image rm "$tag-platform" >/dev/null 2>&1 || true' EXIT

# build CONTEXT [ARGUMENT…], with the builder and base asked for.
build() {
    local context=$1
    shift
    "$here/build.sh" --progress plain ${BUILDER:+--build-arg "BUILDER=$BUILDER"} ${BASE:+--build-arg "BASE=$BASE"} \
        "$@" "$context" >"$work/log" 2>&1
}

run() {
    docker run --rm --network none "$@"
}

# promise SENTENCE COMMAND…
promise() {
    if "${@:2}" >"$work/out" 2>&1; then
        echo "ok      $1"
    else
        echo "BROKEN  $1"
        sed 's/^/        /' "$work/out"
        broken=1
    fi
}

maps() {
    build "$root" --target platform --build-arg "TARGETARCH=$1" --tag "$tag-platform" &&
        [ "$(run --entrypoint cat "$tag-platform" /target)" = "$2" ]
}

refuses_other_platforms() {
    ! build "$root" --target platform --build-arg TARGETARCH=riscv64 &&
        grep -q '^#.* no Lambda runs on riscv64: build for amd64 or arm64$' "$work/log"
}

lists_its_handlers() {
    diff <(run --read-only --cap-drop ALL --security-opt no-new-privileges "$tag" --list | sort) \
        <(cd "$root/handlers" && printf '%s\n' */ | tr -d / | sort)
}

runs_as_a_numbered_user_that_is_not_root() {
    docker image inspect --format '{{ .Config.User }}' "$tag" | grep -E '^[1-9][0-9]*:[1-9][0-9]*$'
}

says_its_revision() {
    run "$tag" --version | grep -F "($revision)" &&
        docker image inspect --format '{{ index .Config.Labels "org.opencontainers.image.revision" }}' "$tag" |
        grep -Fx "$revision"
}

is_small() {
    local bytes
    bytes=$(docker image inspect --format '{{ .Size }}' "$tag")
    echo "$bytes bytes, at most $max_scratch_bytes wanted"
    [ "$bytes" -le "$max_scratch_bytes" ]
}

holds_two_files() {
    local container
    container=$(docker create "$tag")
    # What Docker itself puts into a container is not the image's.
    docker export "$container" | tar -t | grep -Ev '/$|^\.dockerenv$|^dev/|^etc/(hostname|hosts|mtab|resolv.conf)$' |
        sort >"$work/files"
    docker rm "$container" >"$work/removed"
    printf '%s\n' etc/ssl/certs/ca-certificates.crt var/runtime/bootstrap | diff "$work/files" -
}

# With one more line in one handler, cargo compiles crates of this workspace only. In a copy, built once before the
# change, so that only the change can make a difference.
keeps_the_dependencies() {
    mkdir "$work/context"
    tar -C "$root" -c --exclude ./target --exclude ./.git . | tar -C "$work/context" -x
    build "$work/context" --build-arg "REVISION=$revision" || { cat "$work/log"; return 1; }
    echo "// Changed at $(date +%s.%N)." >>"$work/context/handlers/s3/src/lib.rs"
    build "$work/context" --build-arg "REVISION=$revision" || { cat "$work/log"; return 1; }
    grep -o 'Compiling .*' "$work/log"
    grep -q 'Compiling handler-s3 ' "$work/log" && ! grep 'Compiling' "$work/log" | grep -qv '(/src/'
}

revision=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)

if ! build "$root" --tag "$tag" --build-arg "REVISION=$revision"; then
    cat "$work/log"
    exit 1
fi
[ -z "$only_build" ] || exit 0

promise 'amd64 is x86_64-unknown-linux-gnu' maps amd64 x86_64-unknown-linux-gnu
promise 'arm64 is aarch64-unknown-linux-gnu' maps arm64 aarch64-unknown-linux-gnu
promise 'other platforms are refused' refuses_other_platforms
promise 'all handlers are listed, on a read-only root without capabilities' lists_its_handlers
promise 'the user is a number and not root' runs_as_a_numbered_user_that_is_not_root
promise 'the revision is told by --version and by a label' says_its_revision
promise 'a change in a handler compiles no dependency' keeps_the_dependencies
if [ "${BASE:-}" = scratch ]; then
    promise 'the image on scratch is small' is_small
    promise 'the image on scratch is two files' holds_two_files
fi
exit $broken
