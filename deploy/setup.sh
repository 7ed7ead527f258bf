#!/bin/sh
# Makes .venv from requirements.lock. Needs Python >= 3.11 with pip, and nothing else: no ensurepip
# (Debian ships venv without it), no compiler, no write access outside the checkout.
#
# usage: deploy/setup.sh          (called by make; does nothing when .venv fits the lock)
set -eu
umask 022
cd "$(dirname "$0")/.."
# pip keeps its cache under HOME; with none it would try the root folder.
[ -n "${HOME:-}" ] || { HOME="$PWD/.cache"; export HOME; }

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    # The base interpreter: an activated .venv must not rebuild itself from within.
    python=$("$candidate" -c '
import sys
if sys.version_info < (3, 11): sys.exit(1)
print(getattr(sys, "_base_executable", None) or sys.executable)' 2>/dev/null) && break
    python=
done
if [ -z "$python" ]; then
    echo "setup: no Python 3.11 or newer found; install one, or name it:" \
        "make setup PYTHON=/path/to/python3" >&2
    exit 1
fi

stamp=.venv/.installed
wanted="$(cksum < requirements.lock) $("$python" -c 'import sys; print(*sys.version_info[:2])')"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    touch "$stamp"
    exit 0
fi

echo "setup: installing the locked packages into .venv (once, about a minute) ..." >&2
rm -rf .venv
"$python" -m venv --without-pip .venv
# The interpreter's own pip installs into .venv, so an externally managed system stays untouched.
if "$python" -m pip --version >/dev/null 2>&1; then
    pip="$python -m pip --python .venv/bin/python"
elif "$python" -m venv .venv >/dev/null 2>&1; then
    pip=".venv/bin/python -m pip"
else
    echo "setup: $python has neither pip nor ensurepip; install python3-pip (or python3-venv)" >&2
    exit 1
fi
# Wheels only: a source build would ask for a compiler, half-way through.
$pip --disable-pip-version-check --no-input install -qq --progress-bar off \
    --require-hashes --no-deps --only-binary :all: -r requirements.lock

# The packages of services/ are run from the checkout; the path is relative so that it may move.
.venv/bin/python - <<'PYTHON'
import os, pathlib, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
(site / "courtlist.pth").write_text(os.path.relpath("services", site) + "\n")
PYTHON
printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m cli "$@"\n' > .venv/bin/courtlist
chmod +x .venv/bin/courtlist
echo "$wanted" > "$stamp"
echo "setup: done" >&2
