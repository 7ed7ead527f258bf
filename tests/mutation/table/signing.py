"""The president's own signature: on what is done, by a key of hers. (The rules themselves are in `rules`.)"""

from tests.mutation.mutant import hand

_SIGNATURE = "authority/signature.py"
_DESK = "registry/acts/signatures.py"
_ENTRY_RULES = "registry/acts/entry_rules.py"
_FILES = "cli/papers/signatures.py"
_UNIT = "unit/authority/test_signature.py"
_T = "integration/registry/acts/test_signing.py"
_USED = "integration/registry/acts/test_used_signatures.py"
_CLI = "unit/cli/test_signatures.py"

SIGNING = (
    hand(
        "signature/good for any kind of act",
        _SIGNATURE,
        "(_DOMAIN, full_name.encode(), content)",
        "(_DOMAIN, content)",
        f"{_UNIT}::test_a_signature_on_one_kind_of_act_is_none_on_another",
        "What was signed as an order is not signed as a listing.",
    ),
    hand(
        "signature/never verified",
        _SIGNATURE,
        "    except InvalidSignature:\n        return False\n",
        "    except InvalidSignature:\n        return True\n",
        f"{_UNIT}::test_an_altered_byte_is_never_believed",
        "A signature is the key's on these bytes, or it is none.",
    ),
    hand(
        "signature/unknown fields passed over",
        _SIGNATURE,
        "return None if _holds_unknown(message) else message",
        "return message",
        f"{_UNIT}::test_content_that_this_release_cannot_read_whole_was_signed_by_nobody",
        "What this release cannot read, it cannot do in anybody's name.",
    ),
    hand(
        "signature/unknown fields within passed over",
        _SIGNATURE,
        "        _holds_unknown(inner)\n        for field",
        "        False\n        for field",
        f"{_UNIT}::test_content_that_this_release_cannot_read_whole_was_signed_by_nobody",
        "An unknown field may be anywhere in what was signed.",
    ),
    hand(
        "signature/empty part like an absent one",
        _SIGNATURE,
        "        or (field.has_presence and wanted.HasField(field.name) != read.HasField(field.name))\n",
        "",
        f"{_UNIT}::test_an_empty_part_is_not_an_absent_one",
        "A part that is there and empty was not signed as one that is absent.",
    ),
    hand(
        "signature/content is cleared, too",
        _SIGNATURE,
        "return None if _holds_unknown(message) else message",
        "return None if _holds_unknown(message) else cleared(message)",
        f"{_UNIT}::test_nothing_of_what_comes_after_is_smuggled_in_by_the_content",
        "What was signed holds nothing of what comes after it.",
    ),
    hand(
        "signing/entry not asked for its signature",
        _ENTRY_RULES,
        "        *await _signature_violations(desk, actor, entry),\n",
        "",
        f"{_T}::test_what_a_clerk_changes_after_it_was_signed_is_not_signed",
        "No listing and no order without the president's own signature.",
    ),
    hand(
        "signing/used again",
        "registry/registrar.py",
        "        await self._signatures.use(connection, act.request, entry.position)\n",
        "",
        f"{_USED}::test_a_signature_is_used_up_though_the_record_has_forgotten_whom_it_named",
        "One signature is one act, whoever the record takes the number for since.",
    ),
    hand(
        "signing/used again unnoticed",
        "registry/signature_uses.py",
        "            refuse(signature_signs_once(earlier))\n",
        "            assert earlier\n",
        f"{_USED}::test_an_orders_signature_is_used_up_by_the_order",
        "One signature is one act, of an order, too.",
    ),
    hand(
        "signing/kept by a bare hash",
        "registry/signature_uses.py",
        'return hmac.digest(secret.signature_key, content_hash, "sha256")',
        "return content_hash",
        f"{_USED}::test_a_used_signature_is_kept_as_nothing_that_can_be_tried_out",
        "What was signed holds numbers, which a bare hash would let anybody try out.",
    ),
    hand(
        "signing/by one alone",
        _DESK,
        'brought_by="" if is_the_signing else actor.person_id,',
        'brought_by="",',
        f"{_USED}::test_a_president_does_not_send_what_she_signed_herself",
        "A president alone restricts nobody.",
    ),
    hand(
        "signing/only the decision's signer asked",
        _ENTRY_RULES,
        "signers=[one.signed_by for one in decisions],",
        "signers=[decisions[0].signed_by],",
        f"{_T}::test_one_signature_does_not_sign_for_two_presidents",
        "Whoever a paper names as its signer has signed it.",
    ),
    hand(
        "signing/pass not asked for its signature",
        "registry/acts/passing.py",
        "                *await signature_faults(\n                    desk,\n                    actor,\n"
        "                    paper.signed,\n                    signers=[paper.decision.signed_by],\n"
        "                    signed_on=paper.decision.signed_on,\n                ),\n",
        "",
        f"{_T}::test_a_pass_without_a_signature_is_not_granted",
        "No pass without the president's own signature.",
    ),
    hand(
        "signing/import not asked for its signature",
        "registry/importing/calls/signing.py",
        "        refuse(\n"
        "            await signature_faults(\n"
        "                desk, actor, signing.signed, signers=signers, signed_on=None, is_the_signing=True\n"
        "            )\n"
        "        )\n",
        "",
        "integration/registry/importing/test_signing.py::"
        "test_a_manifest_that_was_not_signed_with_a_key_is_refused",
        "No row of an import without the president's own signature.",
    ),
    hand(
        "signing/any purpose of a key",
        _DESK,
        "is_for_signing=key.purpose == pb.KEY_PURPOSE_SIGN",
        "is_for_signing=True",
        f"{_T}::test_only_a_key_of_the_signer_s_own_signs",
        "A key for assertions lies about on consoles; it signs no decision.",
    ),
    hand(
        "signing/retired keys count for ever",
        _DESK,
        "retired_on=None if key.retired_at is None else legal_day(key.retired_at)",
        "retired_on=None",
        f"{_T}::test_what_was_signed_before_a_key_was_retired_stays_signed",
        "A key that was retired signs nothing any more.",
    ),
    hand(
        "signing/content of any size",
        "registry/convert/signatures.py",
        "if len(signature.content) > CONTENT_BYTES_MAX:",
        "if False:",
        f"{_T}::test_a_signature_that_cannot_be_read_is_told_at_its_field",
        "What no lawful paper can be is not read.",
    ),
    hand(
        "signing/one decision for any number of passes",
        "registry/acts/passing.py",
        "is_granted=await desk.pass_was_granted(paper)",
        "is_granted=False",
        "integration/registry/acts/test_passing.py::test_one_decision_grants_a_pass_once",
        "A signature is good for one pass, taken back or not.",
    ),
    hand(
        "cli/signature that anybody may read",
        _FILES,
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644",
        f"{_CLI}::test_a_signature_lies_beside_its_paper_for_its_owner_alone",
        "A signature holds the whole paper, with name and number.",
    ),
    hand(
        "cli/changed paper sent all the same",
        _FILES,
        "if not checked.is_read or checked.differing:",
        "if False:",
        f"{_CLI}::test_a_paper_that_was_changed_after_it_was_signed_is_not_sent",
        "A clerk learns at the desk, field by field, that the paper must be signed anew.",
    ),
    hand(
        "cli/signed without being asked",
        "cli/commands/signing.py",
        "        if not is_agreed:\n            _ask(invocation)\n",
        "",
        f"{_CLI}::test_nothing_is_signed_where_nobody_can_be_asked",
        "Nobody signs by a slip.",
    ),
)
