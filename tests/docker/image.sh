#!/bin/bash
# Builds the image by the unmodified Dockerfile and holds what the Dockerfile promises. A line per promise, and below it
# what was seen; the exit status is 0 when all are kept.
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
max_scratch_bytes=12000000
builder=${BUILDER:-$(sed -n 's/^ARG BUILDER=//p' "$root/Dockerfile")}
# What must stay out of the image; nothing else holds this text.
secret=secret-$RANDOM-$RANDOM-$RANDOM
broken=0
work=$(mktemp -d)
copy=$work/copy
trap 'rm -rf "$work"; docker image rm "$tag"-{platform,context,builder,again} >/dev/null 2>&1 || true' EXIT

# build CONTEXT [ARGUMENT…], with the builder and base asked for.
build() {
    local context=$1
    shift
    "$here/build.sh" --progress plain --build-arg "BUILDER=$builder" ${BASE:+--build-arg "BASE=$BASE"} \
        "$@" "$context" >"$work/log" 2>&1
}

run() {
    docker run --rm --network none "$@"
}

# promise SENTENCE COMMAND…, with what the command has to show below the sentence.
promise() {
    if "${@:2}" >"$work/out" 2>&1; then
        echo "ok      $1"
    else
        echo "BROKEN  $1"
        broken=1
    fi
    sed 's/^/        /' "$work/out"
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

holds_three_files() {
    local container
    container=$(docker create "$tag")
    # What Docker itself puts into a container is not the image's.
    docker export "$container" | tar -t | grep -Ev '/$|^\.dockerenv$|^dev/|^etc/(hostname|hosts|mtab|resolv.conf)$' |
        sort >"$work/files"
    docker rm "$container" >"$work/removed"
    printf '%s\n' etc/ssl/certs/{aws,ca-certificates}.crt var/runtime/bootstrap | diff "$work/files" -
}

# A copy of this repository as it may be on somebody's machine.
copy_with_secrets() {
    local file
    mkdir "$copy"
    tar -C "$root" -c --exclude ./target --exclude ./.git . | tar -C "$copy" -x
    for file in .env .aws/credentials .git/config deploy/credentials handlers/s3/.env handlers/s3/credentials; do
        mkdir -p "$(dirname "$copy/$file")"
        echo "$secret" >"$copy/$file"
    done
}

# Everything compiled again, from that copy, by a builder that knows the secret and is told it in every way that the
# Dockerfile does not ask for.
build_again() {
    copy_with_secrets
    printf 'FROM %s\nENV SECRET=%s\n' "$builder" "$secret" |
        "$here/build.sh" --quiet --tag "$tag-builder" - >"$work/log" || return 1
    builder=$tag-builder
    local started=$SECONDS
    SECRET=$secret FTP_PROXY=$secret build "$copy" --tag "$tag-again" --build-arg "REVISION=$revision" --no-cache \
        --build-arg "SECRET=$secret" --build-arg FTP_PROXY || return 1
    full_seconds=$((SECONDS - started))
}

# copy_binary IMAGE FILE
copy_binary() {
    local container
    container=$(docker create "$1") && docker cp "$container:/var/runtime/bootstrap" "$2" &&
        docker rm "$container" >"$work/removed"
}

is_the_same_binary() {
    copy_binary "$tag" "$work/first" && copy_binary "$tag-again" "$work/second" &&
        (cd "$work" && sha256sum first second && cmp first second)
}

# Every layer of an image, its configuration and its history, unpacked.
saved() {
    rm -rf "$work/saved"
    mkdir "$work/saved"
    docker save "$1" | tar -C "$work/saved" -x && find "$work/saved" -type f -exec zcat --force {} +
}

# Of the files with the secret the builder gets one: `handlers/s3/credentials` could be part of a handler. That it is
# found shows that the others would be.
sends_no_hidden_file() {
    printf 'FROM scratch\nCOPY . /\n' | build "$copy" --file - --tag "$tag-context" || { cat "$work/log"; return 1; }
    saved "$tag-context" >"$work/all" && [ "$(grep --text -c -F "$secret" "$work/all")" -eq 1 ]
}

# The revision, which is in the configuration, and the CA roots, which are in a layer, show that it would be found.
holds_no_secret() {
    saved "$tag-again" >"$work/all"
    grep --text -q -F "\"$revision\"" "$work/all" && grep --text -q 'BEGIN CERTIFICATE' "$work/all" &&
        ! grep --text -F "$secret" "$work/all"
}

# With one more line in one handler, cargo compiles crates of this workspace only. How long a build takes is for a
# reader to judge, who expects less than half: a machine may have other things to do meanwhile.
keeps_the_dependencies() {
    local started=$SECONDS
    echo "// Changed at $(date +%s.%N)." >>"$copy/handlers/s3/src/lib.rs"
    build "$copy" --build-arg "REVISION=$revision" || { cat "$work/log"; return 1; }
    awk -v rebuild=$((SECONDS - started)) -v full=$full_seconds \
        'BEGIN { printf "rebuild %d s of %d s, ratio %.2f\n", rebuild, full, rebuild / full }'
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
if ! build_again; then
    cat "$work/log"
    exit 1
fi
promise 'everything compiled again is the same binary' is_the_same_binary
promise 'hidden files and other folders stay out of the build' sends_no_hidden_file
promise 'nothing that the builder knows besides is in the image' holds_no_secret
promise 'a change in a handler compiles no dependency' keeps_the_dependencies
if [ "${BASE:-}" = scratch ]; then
    promise 'the image on scratch is small' is_small
    promise 'the image on scratch is three files' holds_three_files
fi
exit $broken
