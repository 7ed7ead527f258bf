"""Who gets in: certificates, files that change, the table, and who may read the metrics."""

from tests.mutation.mutant import hand

_DOORKEEPER = "authority/doorkeeper.py"
_IDENTITIES = "authority/identities.py"
_PEER = "authority/peer.py"
_FILES = "chassis/tls/files.py"
_TRANSPORT = "chassis/tls/transport.py"
_TRANSPORT_SETTINGS = "chassis/tls/settings.py"
_CHANNEL = "chassis/tls/renewing_channel.py"
_SCRAPE = "chassis/telemetry/scrape.py"
_PROVING = "authority/proving_channel.py"
_PROVING_TESTS = "integration/chassis/test_proving_channel.py"
_KEEPER_TESTS = "unit/authority/test_doorkeeper.py"
_IDENTITY_TESTS = "unit/authority/test_identities.py"
_FILE_TESTS = "unit/chassis/tls/test_transport.py"
_TLS_TESTS = "integration/chassis/test_transport.py"
_ROTATION_TESTS = "integration/chassis/test_transport_rotation.py"
_SCRAPE_TESTS = "integration/chassis/test_scrape_tls.py"

DOORS = (
    hand(
        "door/what has no row",
        _DOORKEEPER,
        "            if row is None:\n                raise peer_refused(())\n",
        "            if row is None:\n                return\n",
        f"{_KEEPER_TESTS}::test_what_has_no_row_is_refused_to_everybody",
        "What is not in the table is nobody's.",
    ),
    hand(
        "door/any role",
        _DOORKEEPER,
        "            if actor.role not in of_courts:\n",
        "            if False:\n",
        f"{_KEEPER_TESTS}::test_a_role_that_is_not_in_the_row_is_refused_and_told_whose_it_is",
        "A person does what her role may.",
    ),
    hand(
        "door/an operator over a court's connection",
        _DOORKEEPER,
        "            if actor.role not in of_courts:\n",
        "            if actor.role not in row.roles:\n",
        f"{_KEEPER_TESTS}::test_nobody_is_an_operator_over_a_courts_connection",
        "An operator has a certificate of her own.",
    ),
    hand(
        "door/refused in silence",
        _DOORKEEPER,
        '            call_log().fields["peer"] = f"{peer.kind}/{peer.name}"\n',
        "",
        f"{_KEEPER_TESTS}::test_a_calls_line_says_whose_it_is_refused_or_not",
        "Who tried what it may not is found in the log.",
    ),
    hand(
        "door/in another's name",
        _DOORKEEPER,
        "if row.scope is Scope.OWN_NAME and getattr(request, row.names) != peer.name:",
        "if False:",
        f"{_KEEPER_TESTS}::test_a_follower_reads_as_itself_and_not_as_another",
        "One field's service does not speak for another's.",
    ),
    hand(
        "door/a partner of nobody",
        _DOORKEEPER,
        "            if fields is None:\n                raise partner_unknown()\n",
        "            if fields is None:\n                return\n",
        f"{_KEEPER_TESTS}::test_a_partner_that_is_not_enrolled_is_told_so_and_nothing_of_anybody",
        "A certificate alone lets no partner ask.",
    ),
    hand(
        "door/another field",
        _DOORKEEPER,
        "            if field not in fields:\n",
        "            if False:\n",
        f"{_KEEPER_TESTS}::test_a_partner_asks_in_its_own_field",
        "A hotel does not ask who may fly.",
    ),
    hand(
        "identity/run out since the handshake",
        _IDENTITIES,
        "if known is None or known[1] <= self._clock.now():",
        "if known is None:",
        f"{_IDENTITY_TESTS}::test_a_certificate_counts_until_the_instant_at_which_it_runs_out",
        "A connection outlives its certificate, a peer does not.",
    ),
    hand(
        "identity/any trust domain",
        _PEER,
        'if found is None or found["domain"] != trust_domain:',
        "if found is None:",
        f"{_IDENTITY_TESTS}::test_a_certificate_of_another_trust_domain_is_nobodys",
        "An authority may serve others than us.",
    ),
    hand(
        "identity/an authority's own certificate",
        _IDENTITIES,
        " or is_authority(certificate):",
        ":",
        f"{_IDENTITY_TESTS}::test_a_certificate_that_may_sign_others_is_nobodys",
        "Who may sign certificates has none to call with: what it is for was stolen, or is abused.",
    ),
    hand(
        "identity/lookalikes of plain names",
        _PEER,
        "return None if segment in _DOTS or segment.startswith(_ENCODED) else segment",
        "return _decoded(segment)",
        "unit/authority/test_peer.py::test_whatever_is_written_otherwise_is_nobody",
        "A name that only looks like another's stands in no ledger.",
    ),
    hand(
        "identity/two spellings of a court",
        _PEER,
        "    return name if not name.isascii() and _segment(name) == segment else None",
        "    return name",
        "unit/authority/test_peer.py::test_whatever_is_written_otherwise_is_nobody",
        "Two segments for one name would be two certificates for one court.",
    ),
    hand(
        "tls/clients without a certificate",
        _TRANSPORT,
        "            require_client_authentication=True,\n",
        "            require_client_authentication=False,\n",
        f"{_TLS_TESTS}::test_a_client_without_a_certificate_does_not_get_in",
        "TLS is mutual.",
    ),
    hand(
        "tls/any server's name",
        "chassis/client.py",
        "    if host_name:\n",
        "    if False:\n",
        f"{_TLS_TESTS}::test_a_peer_is_known_by_its_certificate",
        "A server is believed by its name, wherever it listens.",
    ),
    hand(
        "tls/another certificate's key",
        _FILES,
        "if leaf.public_key().public_bytes(*_SPKI) != _public_part(key, self.key):",
        "if False:",
        f"{_ROTATION_TESTS}::test_a_broken_new_file_is_passed_over_and_said",
        "A pair that is half replaced is passed over.",
    ),
    hand(
        "tls/files that have run out",
        _FILES,
        "        if runs_out_at <= self._now():\n",
        "        if False:\n",
        f"{_FILE_TESTS}::test_a_certificate_that_has_run_out_is_no_use",
        "What every peer refuses replaces nothing that they take.",
    ),
    hand(
        "tls/never renewed",
        _CHANNEL,
        "            if material is not self._newest.material:\n",
        "            if False:\n",
        f"{_ROTATION_TESTS}::test_a_client_goes_over_to_its_new_certificate_and_loses_no_call",
        "A rotation needs no restart.",
    ),
    hand(
        "tls/calls cut by a renewal",
        _CHANNEL,
        "        if self._is_retired and not self._running:\n",
        "        if self._is_retired:\n",
        f"{_ROTATION_TESTS}::test_a_call_that_runs_ends_on_the_connection_on_which_it_began",
        "A rotation loses no call.",
    ),
    hand(
        "plaintext/beside files",
        _TRANSPORT_SETTINGS,
        "        if (certificate, key, trust) != (_NO_FILE,) * 3:\n",
        "        if False:\n",
        f"{_FILE_TESTS}::test_files_beside_plaintext_are_refused_as_a_contradiction",
        "A flag left over from development does not open a port.",
    ),
    hand(
        "plaintext/in silence",
        "chassis/app.py",
        "        if app.transport.is_plaintext:\n",
        "        if False:\n",
        "integration/chassis/test_app.py::test_a_process_in_plaintext_says_so_before_it_serves",
        "Whoever runs without TLS is told so.",
    ),
    hand(
        "tls/whoever is at a partner's address",
        "restriction/pushing/grpc_partner.py",
        "        partner = Peer(PeerKind.PARTNER, target.partner_id)\n",
        '        partner = Peer(PeerKind.PARTNER, "air-1")\n',
        "integration/restriction/push/test_certificates.py",
        "One partner is not handed what is keyed for another.",
    ),
    hand(
        "metrics/for anybody",
        _SCRAPE,
        "        if session is not None and not self._is_reader(uris_of(session)):\n",
        "        if False:\n",
        f"{_SCRAPE_TESTS}::test_operators_and_services_read_them_and_nobody_else",
        "Metrics are the operators'.",
    ),
    hand(
        "metrics/for several names",
        _SCRAPE,
        "return len(uris) == 1 and self._may_read(uris[0])",
        "return any(map(self._may_read, uris))",
        f"{_SCRAPE_TESTS}::test_a_certificate_with_two_names_is_nobodys",
        "A certificate that is nobody's on the other port is nobody's here.",
    ),
    hand(
        "metrics/older TLS",
        "chassis/tls/context.py",
        "    context.minimum_version = ssl.TLSVersion.TLSv1_3\n",
        "",
        f"{_SCRAPE_TESTS}::test_less_than_tls_1_3_is_not_spoken",
        "TLS 1.3 wherever the library offers it.",
    ),
    hand(
        "door/words beside proofs",
        _PROVING,
        "return line, rest, self._assertion(maker.person)",
        "return line, words, self._assertion(maker.person)",
        f"{_PROVING_TESTS}::test_under_tls_a_person_is_proved_by_an_assertion_and_nothing_is_said",
        "Nobody may come to rely on what anybody can say.",
    ),
    hand(
        "door/an assertion for any server",
        _PROVING,
        "audience=self._server.name,",
        'audience="any",',
        f"{_PROVING_TESTS}::test_under_tls_a_person_is_proved_by_an_assertion_and_nothing_is_said",
        "What is signed for one server is not carried to another.",
    ),
    hand(
        "door/whoever called first",
        _PROVING,
        "        if line not in self._made:\n",
        "        if self._made:\n            line = next(iter(self._made))\n        else:\n",
        f"{_PROVING_TESTS}::test_each_maker_of_calls_has_a_connection_of_its_own",
        "A call goes over the connection of who makes it.",
    ),
    hand(
        "door/nobody's call",
        _PROVING,
        '        if maker is None:\n            raise ValueError("a call says who makes it, by its metadata")\n',
        '        maker = maker or Maker(Peer(PeerKind.OPERATOR, "operator-1"))\n',
        f"{_PROVING_TESTS}::test_a_call_that_does_not_say_whose_it_is_is_not_sent",
        "Nobody is taken for somebody by default.",
    ),
)
