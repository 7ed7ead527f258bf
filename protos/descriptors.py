"""Where the compiler finds files, and how it is called: shared by generate.py and verify.py."""

import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

PROTOS = Path(__file__).resolve().parent
CHECKOUT = PROTOS.parent
# googleapis-common-protos installs google/rpc/*.proto here, beside the modules made from them.
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
SCRIPTS = Path(sysconfig.get_path("scripts"))


class CompileError(Exception):
    """protoc refused the files; its own message names the file, line and reason."""


def sources(root: Path) -> list[str]:
    """Every .proto file under `root`, as protoc names it, in one fixed order."""
    return sorted(str(path.relative_to(root)) for path in root.glob("courtlist/**/*.proto"))


def protoc(root: Path, options: Sequence[str]) -> None:
    """Compile every file under `root` with `options`; raise CompileError when protoc refuses."""
    command = [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        f"--proto_path={root}",
        f"--proto_path={SITE_PACKAGES}",
        *options,
        *sources(root),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(done.stderr.strip())


def image(root: Path, target: Path) -> Path:
    """Write the files under `root` with all they import as one descriptor set, which buf reads."""
    protoc(root, ["--include_imports", "--include_source_info", f"--descriptor_set_out={target}"])
    return target
