#!/bin/sh
# Debian's PostgreSQL and Redis, for the tests of TLS to the stores: the servers in the wheels have none.
# Installs what is missing where that is allowed (root, apt) and starts no service; anywhere else, and
# when it cannot be had, says so and lets those tests skip. Never fails.
#
# usage: deploy/debian.sh          (called by `make test`)
set -u

missing=
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="postgresql"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "debian: tests of TLS to the stores will skip: not installed:" $missing >&2
    exit 0
fi

echo "debian: installing" $missing "(once) ..." >&2
# In runlevel 1 no package starts its service.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
install() {
    timeout 240 apt-get install -qq --yes --no-install-recommends -o DPkg::Lock::Timeout=60 $missing
}
if ! { install || { timeout 120 apt-get update -qq && install; }; } </dev/null >/dev/null 2>&1; then
    echo "debian: tests of TLS to the stores will skip: cannot be installed:" $missing >&2
fi
exit 0
