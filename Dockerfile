# The one image: a static `bootstrap` and CA roots. HANDLER picks the function when a container starts.
#
#   docker build -t manifold .                                   on the base that AWS keeps for custom runtimes
#   docker build -t manifold --build-arg BASE=scratch .          as small as it gets: no shell, nothing to patch
#   docker build -t manifold --build-arg HANDLERS=s3,kinesis .   with these handlers only
#
# Plain BuildKit builds it. There is no `# syntax` line, so nothing is fetched but the two images named here.

# Any image with cargo, a C compiler, glibc's static libraries, and CA roots where Debian keeps them.
ARG BUILDER=rust:1.95-slim-bookworm
ARG BASE=public.ecr.aws/lambda/provided:al2023


# The workspace without its code: manifests, Cargo.lock and empty crates. Cargo.lock is valid only for all members
# together, so those that are not in the image are here too, each with the library that cargo wants a package to have.
FROM ${BUILDER} AS skeleton
WORKDIR /src
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock -delete && \
    for manifest in $(find . -mindepth 2 -name Cargo.toml); do \
        sed -i -E '/^\[\[(bin|bench|example|test)\]\]/,/^$/d' "$manifest" && \
        mkdir -p "${manifest%/*}/src" && \
        : >"${manifest%/*}/src/lib.rs" || exit 1; \
    done && \
    echo 'fn main() {}' >bootstrap/src/main.rs


# Rust's name for the platform. BuildKit sets TARGETARCH; without BuildKit it is this machine's. The builder runs on
# the image's own platform, so an arm64 image is made on an arm64 machine, or under emulation: that has not been done in
# this project's own checks, which have x86_64 only. They hold this mapping.
FROM ${BUILDER} AS platform
ARG TARGETARCH
RUN case "${TARGETARCH:-$(uname -m)}" in \
        amd64 | x86_64) echo x86_64-unknown-linux-gnu ;; \
        arm64 | aarch64) echo aarch64-unknown-linux-gnu ;; \
        *) echo "no Lambda runs on ${TARGETARCH:-$(uname -m)}: build for amd64 or arm64" >&2; exit 1 ;; \
    esac >/target


FROM ${BUILDER} AS build
WORKDIR /src
COPY --from=platform /target /target

# Static, so that any base will do; at a fixed address, which starts faster. Cargo gives these flags to the image's
# code alone because the build names its --target: a procedural macro cannot be static.
ENV RUSTFLAGS="-C target-feature=+crt-static -C relocation-model=static"
# Handlers to include, by name, separated by commas. Empty means every one.
ARG HANDLERS=""

# The dependencies, as a layer of their own. A change of code makes the skeleton stage run again, yet it comes out the
# same, and BuildKit knows a COPY by its content: this layer stays. It also travels with `--cache-from` to a machine
# that never built it, which the cache of a `RUN --mount=type=cache` does not.
COPY --from=skeleton /src .
RUN cargo build --release --locked --package bootstrap --target "$(cat /target)" \
        ${HANDLERS:+--no-default-features --features "$HANDLERS"}

# The code. Its files are touched because they may be older than the empty crates that cargo has just built.
COPY bootstrap bootstrap
COPY handlers handlers
ARG REVISION=unknown
RUN find bootstrap handlers -name '*.rs' -exec touch {} + && \
    MANIFOLD_REVISION="$REVISION" cargo build --release --locked --package bootstrap --target "$(cat /target)" \
        ${HANDLERS:+--no-default-features --features "$HANDLERS"} && \
    install -D "target/$(cat /target)/release/bootstrap" /image/bootstrap

# The image must be able to say what is in it, and there must be something.
RUN /image/bootstrap --list >/image/handlers && cat /image/handlers && test -s /image/handlers


# The CA roots that AWS's endpoints are signed by, out of all: https://www.amazontrust.com/repository/. An SDK that reads
# five certificates starts faster than one that reads a hundred and fifty, and takes nobody else's word for AWS.
RUN cd /usr/share/ca-certificates/mozilla && \
    cat Amazon_Root_CA_[1-4].crt Starfield_Services_Root_Certificate_Authority_-_G2.crt >/image/aws.crt


FROM ${BASE}
COPY --from=build /etc/ssl/certs/ca-certificates.crt /image/aws.crt /etc/ssl/certs/
COPY --from=build /image/bootstrap /var/runtime/bootstrap
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt AWS_CA_BUNDLE=/etc/ssl/certs/aws.crt
# Nobody in particular, as on Lambda, which picks a user of its own. The root file system may be read-only.
USER 65532:65532
ENTRYPOINT ["/var/runtime/bootstrap"]

ARG BASE
ARG REVISION=unknown
ARG SOURCE=""
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="manifold" \
      org.opencontainers.image.description="One image, many AWS Lambda functions: HANDLER picks one" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.base.name="${BASE}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.version="${VERSION}"
