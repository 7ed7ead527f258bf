"""A president's signature as a file beside the paper that it signs. It holds the whole paper: mode 0600."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from google.protobuf.message import Message

from authority.signature import check
from cli.errors import Problem, RefusedError, UsageError
from cli.papers import files, reading
from cli.papers.writing import data_of
from courtlist.registry.v1 import decision_pb2
from courtlist.registry.v1 import import_service_pb2 as imports
from courtlist.registry.v1 import registry_service_pb2 as rpc

SignedRequest: TypeAlias = (
    rpc.EnterListingRequest
    | rpc.IssueOrderRequest
    | rpc.GrantPassRequest
    | imports.SignImportRequest
)

Paper = TypeVar("Paper", rpc.EnterListingRequest, rpc.IssueOrderRequest, rpc.GrantPassRequest)

_ENDING: Final = ".signature"
_KIND: Final = "request"
# The field that only papers of this kind have, in either spelling; what has none is an order alone.
_TOLD_BY: Final[Mapping[str, type[Message]]] = {
    "listing": rpc.EnterListingRequest,
    "order_id": rpc.GrantPassRequest,
    "orderId": rpc.GrantPassRequest,
    "import_id": imports.SignImportRequest,
    "importId": imports.SignImportRequest,
}


def kind_of(given: Any) -> type[Message]:
    """Which request a paper is, by the field that only such a one has."""
    named = given if isinstance(given, Mapping) else {}
    return next((kind for name, kind in _TOLD_BY.items() if name in named), rpc.IssueOrderRequest)


def beside(paper: str) -> Path:
    """Where a paper's signature is unless somebody says otherwise. Raises UsageError."""
    if paper == files.STDIN:
        raise UsageError(
            "a paper from standard input has no signature beside it",
            next_step="name the signature's file: --signature FILE",
        )
    return Path(f"{paper}{_ENDING}")


def write(path: Path, request: Message, signature: decision_pb2.Signature) -> None:
    """Write the signature on `request`, for its owner alone. An earlier one gives way. Raises OSError."""
    data = {_KIND: request.DESCRIPTOR.full_name, **data_of(signature)}
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(data, file, indent=1)
        file.write("\n")
    aside.replace(path)


def signed_paper(
    kind: type[Paper],
    file: str,
    command: str,
    *,
    signature: Path | None,
    validate_only: bool,
    request_id: str,
) -> Paper:
    """The paper in `file` as `command` sends it: with what its line says, and with its signature.

    Raises:
        UsageError: there is no such paper or signature, or it cannot be read.
        RefusedError: the paper was changed after it was signed.
    """
    request = reading.fill(kind, files.load(files.named(file, command)), what=file)
    request.validate_only = request.validate_only or validate_only
    request.request_id = request_id or request.request_id
    attach(request, file, signature)
    return request


def attach(request: SignedRequest, paper: str, given: Path | None) -> None:
    """Put the signature of `given`, or of the file beside the paper, into the request.

    A paper that is only tried out (validate_only) may go unsigned, and so may one that holds its
    signature itself.

    Raises:
        UsageError: there is none, or it is another paper's.
        RefusedError: the paper was changed after it was signed.
    """
    if given is None and request.HasField("signature"):
        return
    path = given or _found(request, paper)
    if path is None:
        return
    request.signature.CopyFrom(_read(path, request))
    checked = check(request, request.signature, None)
    if not checked.is_read or checked.differing:
        raise RefusedError(
            f"{paper} is not what was signed in {path}",
            reason="NOT_SIGNED",
            problems=[
                Problem(field, "NOT_SIGNED", "was signed otherwise") for field in checked.differing
            ],
            next_step="have the president sign it as it is now (`courtlist sign`), or send what she signed",
        )


def _found(request: SignedRequest, paper: str) -> Path | None:
    """The signature beside the paper; None where the paper may do without. Raises UsageError."""
    may_lack = bool(getattr(request, "validate_only", False))
    if may_lack and paper == files.STDIN:
        return None
    path = beside(paper)
    if path.exists():
        return path
    if may_lack:
        return None
    raise UsageError(
        f"{path}: there is no such signature",
        next_step=f"have the president sign: courtlist sign {paper} --as PRESIDENT; "
        "until then --validate-only tells what else is wrong",
    )


def _read(path: Path, request: Message) -> decision_pb2.Signature:
    given = files.fields(str(path))
    kind, wanted = given.get(_KIND), request.DESCRIPTOR.full_name
    if kind != wanted:
        raise UsageError(
            f"{path}: signs no {wanted}",
            next_step="name the signature of this paper: --signature FILE",
        )
    parts = {name: value for name, value in given.items() if name != _KIND}
    return reading.fill(decision_pb2.Signature, parts, what=str(path))
