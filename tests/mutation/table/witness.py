"""What keeps a report of lost endings from freeing whom nobody freed."""

from tests.mutation.mutant import hand

_ACTS = "registry/acts/restoring.py"
_SEALS = "registry/feed/ending_seals.py"
_FEED_SQL = "registry/sql/feed.sql"
_PROVEN_TESTS = "integration/registry/test_ledger_proven_endings.py"
_SEAL_TESTS = "unit/registry/test_ending_seals.py"
_NEVER_SENT = f"{_PROVEN_TESTS}::test_an_ending_that_the_registry_never_sent_so_changes_nothing"
_RELEASE_BEFORE = (
    f"{_PROVEN_TESTS}::"
    "test_a_follower_of_the_release_before_is_believed_until_it_first_reads_with_seals"
)

WITNESS = (
    hand(
        "witness/endings believed unproven",
        _ACTS,
        "        if unproven:\n            raise UnprovenError(unproven)\n",
        "",
        _NEVER_SENT,
        "A service's certificate alone makes no standing basis unsettled.",
    ),
    hand(
        "witness/seal not compared",
        _SEALS,
        "return any(hmac.compare_digest(_seal(key, ending), ending.seal) for key in self._keys())",
        "return bool(ending.seal)",
        _NEVER_SENT,
        "Only the registry's own seal proves that it sent an ending.",
    ),
    hand(
        "witness/seal of any basis",
        _SEALS,
        "            ending.basis_id,\n            ending.document_id,\n",
        "",
        _NEVER_SENT,
        "The seal of one ending proves no other.",
    ),
    hand(
        "witness/seal of any document",
        _SEALS,
        "            ending.document_id,\n",
        "",
        f"{_SEAL_TESTS}::test_whatever_is_altered_is_not",
        "The seal of one unbinding proves no other.",
    ),
    hand(
        "witness/seal of any kind",
        _SEALS,
        "            str(int(ending.void_from_start)),\n",
        "",
        f"{_SEAL_TESTS}::test_whatever_is_altered_is_not",
        "The seal of a deletion proves no revocation.",
    ),
    hand(
        "witness/seal of any life",
        _SEALS,
        "            ending.incarnation,\n            str(ending.position),\n",
        "",
        f"{_SEAL_TESTS}::test_whatever_is_altered_is_not",
        "A seal is of one change in one life of the ledger.",
    ),
    hand(
        "witness/wrong seal taken for none",
        _ACTS,
        "(holds_unsealed and not ending.seal)",
        "holds_unsealed",
        _RELEASE_BEFORE,
        "What was sealed by nobody is believed from nobody.",
    ),
    hand(
        "witness/release before not believed",
        _ACTS,
        " or (holds_unsealed and not ending.seal)",
        "",
        _RELEASE_BEFORE,
        "What a follower saw before there were seals un-pays nobody.",
    ),
    hand(
        "witness/release before for good",
        _FEED_SQL,
        ", keeps_seals = follower.keeps_seals OR $5;",
        ", keeps_seals = follower.keeps_seals OR ($5 AND false);",
        _RELEASE_BEFORE,
        "A follower that keeps seals is believed by them alone.",
    ),
    hand(
        "witness/any reader of the release before",
        _FEED_SQL,
        "WHERE follower = ANY ($1::text[]) AND NOT keeps_seals);",
        "WHERE $1::text[] IS NOT NULL AND NOT keeps_seals);",
        _RELEASE_BEFORE,
        "Who never followed holds nothing from before there were seals.",
    ),
    hand(
        "witness/seals not handed on",
        "restriction/convert.py",
        "            seal=one.seal,\n",
        "",
        "contract/restriction/test_projection.py::"
        "test_the_registrys_seal_on_an_ending_is_kept_and_handed_back",
        "A follower proves what it saw end.",
    ),
    hand(
        "witness/unbindings' seals not kept",
        "restriction/facts/projection_rows.py",
        'change.seals.get(one.document_id, b"")',
        'b""',
        "contract/restriction/test_projection.py::"
        "test_the_registrys_seal_on_an_ending_is_kept_and_handed_back",
        "A follower proves which document it saw unbound.",
    ),
    hand(
        "witness/proven kept back with the unproven",
        "restriction/facts/witness.py",
        "            if len(sealed) == len(page):\n                raise\n",
        "            if page:\n                raise\n",
        "unit/restriction/test_witness.py::"
        "test_what_is_not_believed_without_a_seal_does_not_keep_back_the_rest",
        "One ending without a seal does not un-pay everybody else.",
    ),
    hand(
        "witness/unbinding before the ending",
        _ACTS,
        "basis_id not in lost or (lost[basis_id].document_id and ending.basis_id)",
        "basis_id not in lost",
        "integration/registry/test_ledger_lost_unbindings.py::"
        "test_that_a_basis_had_ended_says_more_than_that_a_document_was_unbound",
        "The judge is asked about the ending of a basis, not about a document of its subject.",
    ),
)
