"""Generate services/courtlist/ from protos/; with --check, only say whether it would change.

The compiler is pinned by requirements.lock and the files are named in a fixed order, so the same
sources give the same bytes on every machine.
"""

import argparse
import filecmp
import shutil
import sys
import tempfile
from pathlib import Path

from descriptors import CHECKOUT, PROTOS, SCRIPTS, CompileError, protoc, sources

GENERATED = CHECKOUT / "services" / "courtlist"


def generate(target: Path) -> None:
    """Write messages, stubs for gRPC and types of both below `target`/courtlist."""
    protoc(
        PROTOS,
        [
            f"--plugin=protoc-gen-mypy={SCRIPTS / 'protoc-gen-mypy'}",
            f"--plugin=protoc-gen-mypy_grpc={SCRIPTS / 'protoc-gen-mypy_grpc'}",
            f"--python_out={target}",
            f"--grpc_python_out={target}",
            f"--mypy_out=quiet:{target}",
            f"--mypy_grpc_out=quiet,only_async:{target}",
        ],
    )
    _drop_empty_services(target)
    for folder in [target / "courtlist", *(target / "courtlist").rglob("*")]:
        if folder.is_dir():
            (folder / "__init__.py").touch()


def _drop_empty_services(target: Path) -> None:
    """protoc writes a gRPC module for a file without services too: nobody would import it."""
    for source in sources(PROTOS):
        text = (PROTOS / source).read_text(encoding="utf-8")
        if not any(line.startswith("service ") for line in text.splitlines()):
            for suffix in (".py", ".pyi"):
                module = target / source.replace(".proto", f"_pb2_grpc{suffix}")
                module.unlink(missing_ok=True)


def differences(fresh: Path, checked_in: Path) -> list[str]:
    """Name every file that is missing, left over or different in `checked_in`."""

    def files(root: Path) -> set[str]:
        found = {path.relative_to(root) for path in root.rglob("*.py*") if path.is_file()}
        return {str(path) for path in found if "__pycache__" not in path.parts}

    return sorted(
        name
        for name in files(fresh) | files(checked_in)
        if not (fresh / name).exists()
        or not (checked_in / name).exists()
        or not filecmp.cmp(fresh / name, checked_in / name, shallow=False)
    )


def main() -> int:
    """Return 0 when services/courtlist/ is, or now is, what protos/ says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on a difference")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        try:
            generate(fresh)
        except CompileError as refused:
            print(refused, file=sys.stderr)
            return 1
        changed = differences(fresh / "courtlist", GENERATED)
        if not arguments.check:
            if changed:
                shutil.rmtree(GENERATED, ignore_errors=True)
                shutil.copytree(fresh / "courtlist", GENERATED)
            print(f"protos: {len(changed)} generated files changed")
            return 0
    if changed:
        print("protos: generated code differs from protos/; run 'make protos':", file=sys.stderr)
        print(*(f"  services/courtlist/{name}" for name in changed), sep="\n", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
