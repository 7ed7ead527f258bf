"""Keys that change: under which documents are filed and looked up, and what is sealed anew."""

from tests.mutation.mutant import hand

_RULES = "registry/epochs/rules.py"
_FILING = "registry/epochs/filing.py"
_CONFIRMATION = "registry/feed/confirmation.py"
_EPOCHS = "restriction/epochs.py"
_FEED = "restriction/feed.py"
_LOOKUP = "restriction/lookup.py"
_RING = "registry/current_keyring.py"
_RESEALING = "registry/resealing/resealing.py"
_FILE = "registry/keyring_file.py"
_RULES_TESTS = "unit/registry/test_epoch_rules.py"
_FILE_TESTS = "unit/registry/test_keyring_file.py"
_WRITER_TESTS = "unit/registry/test_row_writer.py"
_GATE_TESTS = "unit/restriction/test_gate.py"
_SWITCH_TESTS = "integration/restriction/epochs/test_switching.py"
_EPOCH_TESTS = "integration/registry/test_digest_epochs.py"
_LOGGED_TESTS = "integration/restriction/epochs/test_logged_queries.py"
_RESEAL_TESTS = "integration/registry/test_resealing.py"
_PARTNER_TESTS = "integration/restriction/epochs/test_partner_secret.py"
_GATE_KEYS_TESTS = "unit/restriction/test_gate_keys.py"

KEYS = (
    hand(
        "filing/without a key",
        _FILING,
        "        raise KeyMissingError(",
        "        return self._digest_keys[0]\n        raise KeyMissingError(",
        f"{_WRITER_TESTS}::test_nothing_is_filed_while_the_key_of_an_open_epoch_is_missing",
        "Filed under fewer epochs than are open, a person could pass a gate after a switch.",
    ),
    hand(
        "switching/missing digests",
        _RULES,
        "    if is_missing or not found.filled:\n",
        "    if False:\n",
        f"{_RULES_TESTS}::test_an_epoch_is_switched_to_when_it_is_filled_and_everybody_is_ready",
        "No epoch is in force while a document lacks its digest.",
    ),
    hand(
        "filling/passes over what is held",
        "registry/epochs/filling.py",
        '            if row["document_id"] in lacking - filed:\n',
        "            if False:\n",
        f"{_EPOCH_TESTS}::test_an_epoch_is_not_filled_while_an_act_holds_a_document_that_lacks_its_digest",
        "An epoch is filled when every document has its digest, also one that an act held meanwhile.",
    ),
    hand(
        "switching/not ready",
        _RULES,
        "[one for one in readers if asked not in one.ready_epochs]",
        "[]",
        f"{_RULES_TESTS}::test_an_epoch_is_switched_to_when_it_is_filled_and_everybody_is_ready",
        "No follower is switched to a key that it does not hold.",
    ),
    hand(
        "closing/not past",
        _RULES,
        "        if not one.is_of_this_life or one.position < switched\n",
        "        if False\n",
        f"{_RULES_TESTS}::test_an_epoch_is_closed_when_another_is_in_force_and_everybody_has_passed_the_switch",
        "An epoch by which a gate still looks up is not closed.",
    ),
    hand(
        "confirming/closed epoch",
        _CONFIRMATION,
        '        _require_open(request, first["epochs"])\n',
        "",
        f"{_EPOCH_TESTS}::test_an_epoch_is_opened_filled_switched_to_and_the_former_closed",
        "That nothing is found by a closed epoch's digest is no answer about anybody.",
    ),
    hand(
        "looking up/another epoch",
        _LOOKUP,
        "        key = self._keys.of(self.epoch)\n",
        "        key = self._keys.of(1)\n",
        f"{_GATE_TESTS}::test_a_document_is_looked_up_under_the_epoch_in_force",
        "A document is digested by the key of what the index holds.",
    ),
    hand(
        "looking up/key missing",
        _LOOKUP,
        "            raise KeyMissingError(",
        "            return None\n            raise KeyMissingError(",
        f"{_GATE_TESTS}::test_without_the_key_of_the_epoch_in_force_nobody_is_clear_and_nobody_refused",
        "Who cannot be looked up is not clear.",
    ),
    hand(
        "switching/digests not loaded",
        _EPOCHS,
        "                await self.load(generation, epoch)\n",
        "                pass\n",
        f"{_SWITCH_TESTS}::test_a_change_of_epochs_is_waited_for_until_every_digest_is_here",
        "A gate is switched to an epoch when it holds every digest of it.",
    ),
    hand(
        "switching/come without its digest",
        "restriction/facts/projection.py",
        "        if documents:\n",
        "        if False:\n",
        f"{_SWITCH_TESTS}::test_a_document_that_comes_without_its_digest_when_all_are_loaded_is_loaded_before_the_switch",
        "Whoever is bound after all were loaded is found after the switch.",
    ),
    hand(
        "partners' secret/keyed by the file's",
        "restriction/convert.py",
        "    message.secret_version = delivery.secret_version\n",
        "",
        f"{_PARTNER_TESTS}::test_a_partner_that_reads_meanwhile_holds_each_entry_by_the_secret_it_names",
        "A partner knows by which secret it is to look.",
    ),
    hand(
        "partners' secret/not sent anew",
        "restriction/sql/epochs.sql",
        "UPDATE follower f SET redelivered_to = '' FROM taken",
        "UPDATE follower f SET redelivered_to = NULL FROM taken",
        f"{_PARTNER_TESTS}::test_a_partner_that_reads_meanwhile_holds_each_entry_by_the_secret_it_names",
        "Nothing that the former secret made stays with a partner.",
    ),
    hand(
        "partners' secret/goes back",
        "restriction/sql/epochs.sql",
        "SET partner_secret = $1 WHERE partner_secret < $1",
        "SET partner_secret = $1 WHERE partner_secret <> $1",
        f"{_PARTNER_TESTS}::test_a_service_that_begins_with_an_older_file_sends_nothing_rather_than_what_is_wrong",
        "A host with an older file sends no partner back to a secret that was given up.",
    ),
    hand(
        "partners' secret/dropped too early",
        "restriction/keyring.py",
        "        if kept is None or",
        "        if True or",
        f"{_GATE_KEYS_TESTS}::test_a_partners_secret_by_which_is_still_sent_is_kept_when_the_file_drops_it_too_early",
        "No partner waits for a file that was tidied before its time.",
    ),
    hand(
        "partners' secret/another of a known version",
        "restriction/keyring.py",
        "    if any(secrets.get(one, secret) != secret for",
        "    if False and any(secrets.get(one, secret) != secret for",
        f"{_GATE_KEYS_TESTS}::test_another_partners_secret_of_a_known_version_is_not_taken",
        "One version names one secret.",
    ),
    hand(
        "partners' secret/in use and dropped",
        _FILE,
        """    if dropped["secret"] == content["purposes"][of.key] or dropped is held[-1]:\n""",
        "    if False:\n",
        f"{_FILE_TESTS}::test_the_partners_secret_in_use_is_not_dropped_and_a_former_is_not_gone_back_to",
        "What partners are sent needs the secret in use.",
    ),
    hand(
        "stores/CA of Redis kept for ever",
        "chassis/stores/redis_pool.py",
        "            self.ssl_context.context = None\n",
        "            pass\n",
        "integration/tls_stores/test_changed_proofs.py"
        "::test_the_certificates_of_the_stores_and_their_ca_change_while_a_court_acts",
        "A store whose CA was replaced is believed.",
    ),
    hand(
        "switching/key not held",
        _EPOCHS,
        "        if self._keys.of(epoch) is None:\n",
        "        if False:\n",
        f"{_SWITCH_TESTS}::test_a_gate_without_the_new_key_waits_says_so_and_goes_on_when_it_has_it",
        "A gate is switched to an epoch when it holds its key.",
    ),
    hand(
        "switching/index left",
        _FEED,
        "        await self._lookup.load(digests, batch.switches_to)\n",
        "",
        f"{_SWITCH_TESTS}::test_a_change_of_epochs_is_waited_for_until_every_digest_is_here",
        "Index and key move together at the switch.",
    ),
    hand(
        "epochs/looked through for ever",
        _EPOCHS,
        "        if state == self._tidy:\n",
        "        if False:\n",
        "unit/restriction/test_epochs.py"
        "::test_digests_of_a_closed_epoch_are_looked_for_until_they_are_gone_and_then_no_more",
        "A look for digests that are gone holds up whoever applies changes.",
    ),
    hand(
        "logged/left under a closed key",
        _EPOCHS,
        "        if await rekeying.time(self._store.rekey_queries(generation, rekeying.size)):\n",
        "        if False:\n",
        f"{_LOGGED_TESTS}::test_who_asked_is_told_by_the_present_key_at_every_moment_of_a_change",
        "Who asked about a person is found after her document's digest key has changed.",
    ),
    hand(
        "logged/digest of a closed key stays",
        "restriction/sql/epochs.sql",
        "COALESCE(anew.digest, '')",
        "COALESCE(anew.digest, q.digest)",
        f"{_LOGGED_TESTS}::test_of_a_document_that_was_unbound_no_digest_outlives_its_key",
        "Nothing that a closed key made stays.",
    ),
    hand(
        "logged/found by the present key only",
        "restriction/sql/queries.sql",
        "own.digest = ANY ($1::bytea[])",
        "false",
        f"{_LOGGED_TESTS}::test_who_asked_is_told_by_the_present_key_at_every_moment_of_a_change",
        "A person is told of every record at every moment of a change of keys.",
    ),
    hand(
        "sealing/unknown key not looked for",
        _RING,
        "            if not self._ring.look():\n",
        "            if True:\n",
        f"{_FILE_TESTS}::test_a_value_sealed_by_a_key_not_yet_looked_at_is_opened",
        "Two processes see a changed keyring at different moments.",
    ),
    hand(
        "resealing/once only",
        _RESEALING,
        "        goes_on = self._in_this_pass > 0\n",
        "        goes_on = False\n",
        f"{_RESEAL_TESTS}::test_what_is_written_behind_a_pass_is_found_by_the_next_one_at_once",
        "What was passed over, or written meanwhile, is sealed anew by a further pass.",
    ),
    hand(
        "resealing/rests whatever is added",
        _RESEALING,
        "            self._sealed_under == self._sealer.key_ids[-1]\n            and ",
        "            ",
        f"{_RESEAL_TESTS}::test_a_key_that_is_added_while_nothing_is_left_to_do_is_begun_with_at_once",
        "A new key does not wait for the rest of the one before.",
    ),
    hand(
        "dropping/newest seal key",
        _FILE,
        '    if keys[-1]["key_id"] == key_id:\n',
        "    if False:\n",
        f"{_FILE_TESTS}::test_the_newest_key_is_never_dropped",
        "The key that seals is not dropped.",
    ),
    hand(
        "keys/read whoever else can",
        "chassis/files/keys.py",
        "        if mode & _OTHERS[readers]:\n",
        "        if False:\n",
        "unit/chassis/files/test_keys.py::test_a_key_that_others_can_get_at_is_not_read",
        "A key that others can read is theirs, too.",
    ),
    hand(
        "keys/TLS key by anybody",
        "chassis/tls/files.py",
        "return read_key_file(path, readers)",
        "return path.read_bytes()",
        "unit/chassis/tls/test_transport.py"
        "::test_a_key_that_others_can_read_starts_no_process_unless_that_is_meant",
        "The same of the key of a process's certificate.",
    ),
    hand(
        "keys/gates' keyring by anybody",
        "restriction/config.py",
        "read_key_file(keyring, config.key_readers)",
        "keyring.read_bytes()",
        "unit/restriction/test_settings.py"
        "::test_a_keyring_that_others_can_read_is_used_only_where_that_is_meant",
        "The same of the keys of digests.",
    ),
    hand(
        "keys/person's key by anybody",
        "cli/keys.py",
        "load_pem_private_key(read_key_file(path), password=None)",
        "load_pem_private_key(path.read_bytes(), password=None)",
        "unit/cli/test_keys.py"
        "::test_a_key_that_others_can_read_is_not_used_and_how_to_close_it_is_said",
        "The same of a person's own.",
    ),
    hand(
        "secrets/in the environment",
        "stack/told_by_file.py",
        "if variable.endswith(_HOLD_PASSWORDS):",
        "if False:",
        "unit/stack/test_told_by_file.py::"
        "test_what_holds_a_password_is_told_by_the_path_of_a_file_of_our_own",
        "What a process is started with shows no password.",
    ),
)
