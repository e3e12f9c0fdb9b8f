#!/bin/sh
# Makes a builder image out of this machine's Rust toolchain, C toolchain and crates.
#
# For machines that reach no image registry. The unmodified Dockerfile takes it as
#   --build-arg BUILDER=manifold-stand-in-builder
# It holds what the build uses of the official Rust image, and the crates that Cargo.lock names, so it tells cargo to
# stay offline. It is made again only when the toolchain, a package or Cargo.lock has changed. For Debian and its kin:
# dpkg knows which files a package owns.
set -eu

image=manifold-stand-in-builder:latest
packages='gcc libc6-dev coreutils dash findutils mawk sed grep ca-certificates'
root=$(cd "$(dirname "$0")/../.." && pwd)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
toolchain=$(cd "$root" && rustc --print sysroot)

# The packages, and all that they depend on.
closure() {
    # shellcheck disable=SC2086 # One word per package.
    apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
        --no-enhances $packages | grep '^[a-z]' | sort -u
}

# Their files, as paths below `/`: without papers, and with /bin, /lib and /lib64 as the links into /usr that they are.
files() {
    closure | xargs dpkg-query -L | sed -nE 's#^/((bin|sbin|lib|lib64)/)?#\1#p' |
        sed -E 's#^(bin|sbin|lib|lib64)/#usr/&#' |
        grep -Ev '^usr/share/(doc|man|info|locale|lintian|bug)/|^(\.|bin|sbin|lib|lib64)$' | sort -u
    printf '%s\n' bin sbin lib lib64 etc/ssl/certs/ca-certificates.crt
    printf '%s\n' usr/bin/awk usr/bin/cc etc/alternatives/awk etc/alternatives/cc
}

fingerprint() {
    {
        rustc -vV
        closure | xargs dpkg-query --show
        cat "$root/Cargo.lock" "$0"
    } | sha256sum | cut -d ' ' -f 1
}

want=$(fingerprint)
have=$(docker image inspect --format '{{ .Config.Labels.fingerprint }}' "$image" 2>/dev/null || true)
if [ "$want" = "$have" ]; then
    echo "$image is up to date"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$root" && cargo fetch --quiet --locked)
files >"$work/files"
{
    echo registry/index
    awk -F '"' '/^name/ { name = $2 } /^version/ { print name "-" $2 ".crate" }' "$root/Cargo.lock" |
        (cd "$cargo_home" && while read -r crate; do find registry/cache -name "$crate"; done)
} >"$work/crates"
tar -cf "$work/image.tar" --no-recursion -C / -T "$work/files"
# Not this machine's own, which changes while it is read.
mkdir -m 1777 "$work/tmp"
tar -rf "$work/image.tar" --no-recursion -C "$work" tmp
tar -rf "$work/image.tar" --transform 's,^,usr/local/,S' -C "$toolchain" bin/cargo bin/rustc lib
tar -rf "$work/image.tar" --transform 's,^,usr/local/cargo/,S' -C "$cargo_home" -T "$work/crates"
docker import \
    --change 'ENV PATH=/usr/local/bin:/usr/bin CARGO_HOME=/usr/local/cargo CARGO_NET_OFFLINE=true' \
    --change "LABEL fingerprint=$want" \
    "$work/image.tar" "$image" >/dev/null
echo "made $image, $(docker image inspect --format '{{ .Size }}' "$image" | awk '{ printf "%.1f GB", $1 / 1e9 }')"
