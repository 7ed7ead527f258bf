"""The president signs a manifest with her own key, or no row of it takes effect."""

import grpc
import pytest

from authority.signature import sign
from chassis.errors import RemoteError
from chassis.wire.status import parse
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as rpc
from stack.keys import assert_key, assert_key_id, sign_key, sign_key_id
from stack.office import OPERATOR, request_id
from tests.integration.registry.importing.bureau import OTHER, Bureau


async def approved(bureau: Bureau) -> str:
    import_id = await bureau.checked([bureau.row()])
    await bureau.approve(import_id)
    return import_id


async def refusal(bureau: Bureau, request: rpc.SignImportRequest) -> RemoteError:
    """How the request is refused, once it is seen that nothing was signed by it."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await bureau.stub.SignImport(request, metadata=bureau.president)
    assert (await bureau.get(request.import_id)).state == rpc.IMPORT_STATE_APPROVED
    return parse(caught.value)


async def test_a_manifest_that_was_not_signed_with_a_key_is_refused(bureau: Bureau) -> None:
    request = await bureau.signing(await approved(bureau))
    request.ClearField("signature")
    error = await refusal(bureau, request)
    assert error.reason_name == "NOT_SIGNED"
    [violation] = error.violations
    assert violation.field == "signature"


async def test_only_the_acting_president_s_key_for_signing_signs_a_manifest(
    bureau: Bureau,
) -> None:
    request = await bureau.signing(await approved(bureau))
    president = bureau.court.president
    keys = {
        "another court's": (sign_key_id(OTHER.president), sign_key(OTHER.president)),
        "for assertions": (assert_key_id(president), assert_key(president)),
        "nobody's": ("sign.nobody", sign_key("nobody")),
    }
    for whose, (key_id, private_key) in keys.items():
        request.signature.CopyFrom(sign(request, key_id=key_id, private_key=private_key))
        error = await refusal(bureau, request)
        assert error.reason_name == "NOT_SIGNED", whose
        assert "not enrolled for the signer" in error.violations[0].description, whose


async def test_a_signature_on_another_manifest_is_none_on_this_one(bureau: Bureau) -> None:
    import_id = await approved(bureau)
    request = await bureau.signing(import_id)
    request.signature.CopyFrom((await bureau.signing(import_id, bytes(32))).signature)
    [violation] = (await refusal(bureau, request)).violations
    assert "in: manifest_hash." in violation.description


async def test_a_retired_key_signs_no_manifest_any_more(bureau: Bureau) -> None:
    """The act is the signing: what the key signed before is an act of before."""
    request = await bureau.signing(await approved(bureau))
    await bureau.registry.operators.RetireKey(
        admin.RetireKeyRequest(request_id=request_id(), key_id=sign_key_id(bureau.court.president)),
        metadata=OPERATOR,
    )
    [violation] = (await refusal(bureau, request)).violations
    assert "retired before" in violation.description
