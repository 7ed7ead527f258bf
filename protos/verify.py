"""Judge protos/ with buf: `lint` (style and format) or `breaking` (against the last release).

buf is given descriptor sets made by our own compiler: it would fetch google/rpc from its registry
otherwise, and a check must work offline.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from descriptors import CHECKOUT, PROTOS, SCRIPTS, CompileError, image

BUF = str(SCRIPTS / "buf")
CONFIG = str(PROTOS / "buf.yaml")


def lint(folder: Path) -> int:
    """Return 0 when the files follow buf.yaml and are formatted."""
    built = image(PROTOS, folder / "now.binpb")
    linted = subprocess.run([BUF, "lint", str(built), "--config", CONFIG], check=False)
    formatted = subprocess.run([BUF, "format", "--diff", "--exit-code", str(PROTOS)], check=False)
    return linted.returncode or formatted.returncode


def last_release() -> str | None:
    """Name the newest v* tag that HEAD descends from, or None before the first release."""
    command = ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"]
    found = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def breaking(folder: Path) -> int:
    """Return 0 when every client of the last release still works, or there was none."""
    tag = last_release()
    if tag is None:
        print("protos: no release yet, nothing to break")
        return 0
    archive, before = folder / "before.tar", folder / "before"
    before.mkdir()
    subprocess.run(["git", "archive", "-o", archive, tag, "protos"], cwd=CHECKOUT, check=True)
    subprocess.run(["tar", "-xf", archive, "-C", before], check=True)
    old = image(before / "protos", folder / "before.binpb")
    new = image(PROTOS, folder / "now.binpb")
    command = [BUF, "breaking", str(new), "--against", str(old), "--config", CONFIG]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Run the check named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("check", choices=["lint", "breaking"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            return {"lint": lint, "breaking": breaking}[arguments.check](Path(folder))
        except CompileError as refused:
            print(refused, file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
