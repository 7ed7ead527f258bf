"""Versions of the registry's own secret: whoever comes with what a former one made goes on."""

from tests.mutation.mutant import hand

_USES = "registry/signature_uses.py"
_CHANGES = "registry/keyring_changes.py"
_KEYRING = "registry/keyring.py"
_T = "integration/registry/acts/test_secret_versions.py"
_FILE_TESTS = "unit/registry/test_keyring_file.py"
_SEAL_TESTS = "unit/registry/test_ending_seals.py"

VERSIONS = (
    hand(
        "versions/a signature of a former one",
        _USES,
        "known = [used_digest(one, content_hash) for one in secrets]",
        "known = [used_digest(one, content_hash) for one in secrets[:1]]",
        f"{_T}::test_a_used_signature_stays_used_through_every_change",
        "A signature that was used before a change would list somebody once more.",
    ),
    hand(
        "versions/a signature from before there were any",
        _USES,
        "known + [former_digest(one, content) for one in secrets],",
        "known,",
        f"{_T}::test_a_signature_that_was_used_before_there_were_versions_stays_used",
        "What a former release knew as used is used.",
    ),
    hand(
        "versions/the hash not kept",
        _USES,
        "self._sealer.seal(content_hash, hash_context(position)),",
        "None,",
        f"{_T}::test_a_used_signature_is_keyed_anew_though_its_facts_are_erased",
        "Facts are erased in time, and their signature must stay used.",
    ),
    hand(
        "versions/a request of a former one",
        "registry/registrar.py",
        'if not any(hmac.compare_digest(row["fingerprint"], one) for one in fingerprints):',
        'if not hmac.compare_digest(row["fingerprint"], fingerprints[0]):',
        f"{_T}::test_a_repeated_request_is_known_until_the_version_that_knew_it_is_gone",
        "A retry meets its answer on either side of a change.",
    ),
    hand(
        "versions/a seal of a former one",
        "registry/feed/ending_seals.py",
        "for key in self._keys())",
        "for key in self._keys()[:1])",
        f"{_SEAL_TESTS}::test_what_was_sealed_by_a_version_that_is_still_held_is_genuine",
        "A lost ending that nobody believes is a refusal of somebody who paid.",
    ),
    hand(
        "versions/the cache of another",
        "registry/reading/forgetting.py",
        "for key in self._digest_keys}",
        "for key in self._digest_keys[:1]}",
        f"{_T}::test_nothing_from_before_an_act_is_answered_while_two_processes_use_two_versions",
        "Two processes see a changed file a moment apart.",
    ),
    hand(
        "versions/dropped while a signature needs it",
        _CHANGES,
        '    if left:\n        raise KeyringError(\n            f"{path}: {left} used',
        '    if False:\n        raise KeyringError(\n            f"{path}: {left} used',
        f"{_T}::test_a_used_signature_stays_used_through_every_change",
        "A used signature that is known no more would be good again.",
    ),
    hand(
        "versions/used where it is not known yet",
        _CHANGES,
        "    _require_settled(given.file)\n    keyring_file.use_secret(",
        "    keyring_file.use_secret(",
        f"{_T}::test_a_version_is_not_used_before_every_process_has_looked_at_it",
        "A retry would meet a process that does not know it, and a used signature one that takes it.",
    ),
    hand(
        "versions/erased before it is keyed",
        "registry/epochs/keeping.py",
        "if await self._filling.work() or await self._rekeying.work():",
        "if await self._filling.work():",
        "integration/registry/test_keeping.py"
        "::test_nothing_is_erased_before_every_signature_has_been_taken_from_the_facts",
        "A used signature whose hash went with the facts could be keyed no more, and its secret never dropped.",
    ),
    hand(
        "versions/dropped while a copy needs it",
        _CHANGES,
        "    if since is None or oldest <= since + timedelta(seconds=SETTLED_S):\n",
        "    if since is None:\n",
        f"{_T}::test_a_version_is_not_dropped_while_a_copy_is_kept_from_before_the_next",
        "After a restore nobody would believe that somebody had paid.",
    ),
    hand(
        "versions/the newest lost",
        _KEYRING,
        "if max(one.version for one in ring.secrets) < max(versions):",
        "if False:",
        f"{_FILE_TESTS}::test_another_secret_under_a_known_version_or_the_loss_of_the_newest_is_not_taken",
        "A file from before a change would unlearn all that was made since.",
    ),
    hand(
        "versions/two of one",
        _KEYRING,
        "if len(held) != len(listed) or list(held.values()).count(in_use) != 1:",
        "if list(held.values()).count(in_use) != 1:",
        f"{_FILE_TESTS}::test_a_file_whose_secrets_contradict_each_other_is_no_keyring",
        "Which of two secrets of one version is meant is anybody's guess.",
    ),
    hand(
        "versions/drawn before a change",
        "registry/importing/checking/drawing.py",
        "        for held in secrets\n",
        "        for held in list(secrets)[:1]\n",
        "unit/registry/importing/checking/test_drawing.py"
        "::test_whoever_was_drawn_before_a_change_of_secrets_is_found_after_it",
        "Nobody who was drawn is left out because a secret was changed.",
    ),
)
