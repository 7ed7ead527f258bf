#!/bin/sh
# Resolves pyproject.toml into requirements.lock, for the checkout, and deploy/image.lock, for the
# image: every package, for every supported Python and system, with the hashes of its public files
# and without the address they came from. What is in both is the same release in both.
#
# usage: deploy/lock.sh [--upgrade]     (make lock)
set -eu
cd "$(dirname "$0")/.."
resolver=$(mktemp -d)
trap 'rm -rf "$resolver"' EXIT
python3 -m venv --without-pip "$resolver"
python3 -m pip --python "$resolver/bin/python" --disable-pip-version-check install -qq uv
# --no-config and the cleared variables: a private mirror of this machine must not leave a mark.
compile() {
    env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
        "$resolver/bin/uv" --no-config pip compile pyproject.toml \
        --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --quiet "$@"
}
compile --extra local --extra dev --output-file requirements.lock "$@"
compile --constraints requirements.lock --output-file deploy/image.lock
