#!/bin/sh
# Makes or renews the certificates of compose.yaml's processes, and hands each its own, in DIR/tls/NAME/.
# Processes read them again by themselves: a timer may run this every day.
#
# usage: deploy/certificates.sh [DIR [OPTION ...]]    options as `python -m certificates --help` tells them
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-$here/secrets}
if [ $# -gt 0 ]; then shift; fi
python=${PYTHON:-$here/../.venv/bin/python}

# The registry and its importer, every field (a package with a law and a program), a partner to try things
# with, and who runs it all.
names="registry importer"
for law in "$here"/../services/*/policy.py; do
    folder=$(dirname "$law")
    if [ -e "$folder/__main__.py" ]; then names="$names $(basename "$folder")"; fi
done
identities="partner/demo operator/operator-1"
for name in $names; do identities="$identities service/$name"; done

umask 077
mkdir -p "$dir"
# shellcheck disable=SC2086 # the identities are words
PYTHONPATH="$here/../services" "$python" -m certificates --out "$dir/certificates" "$@" $identities

# The folder keeps others out; its files are read inside containers by accounts of their own. Each process
# is handed a folder, because a file that is mounted by itself stays the old one when it is replaced.
umask 022
hand() {
    cat "$2" > "$1.new"  # cp would take along the mode, which lets nobody else read
    mv "$1.new" "$1"
}
for identity in $identities; do
    case $identity in operator/*) continue ;; esac
    own=$dir/tls/${identity#*/}
    mkdir -p "$own"
    chmod 0755 "$own"
    hand "$own/trust.pem" "$dir/certificates/trust.pem"
    # The key first: who reads in between finds a pair that does not fit, and keeps the one it has.
    hand "$own/key.pem" "$dir/certificates/$identity.key"
    hand "$own/certificate.pem" "$dir/certificates/$identity.pem"
done
