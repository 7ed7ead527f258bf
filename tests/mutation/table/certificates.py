"""What a certificate must say, and what a folder of them must never do."""

from tests.mutation.mutant import hand

_FOLDER = "unit/certificates/test_folder.py"
_ISSUING = "unit/certificates/test_issuing.py"
_AGE = "integration/chassis/test_connection_age.py"

CERTIFICATES = (
    hand(
        "certificates/people serve",
        "certificates/issuing.py",
        "    if peer.kind in _SERVERS:\n        uses.insert",
        "    if True:\n        uses.insert",
        f"{_ISSUING}::test_courts_and_operators_connect_and_are_connected_to_by_nobody",
        "Nobody mistakes a clerk's machine for a service.",
    ),
    hand(
        "certificates/outlives its CA",
        "certificates/issuing.py",
        "min(now + life, ca.certificate.not_valid_after_utc)",
        "now + life",
        f"{_ISSUING}::test_a_certificate_runs_out_with_its_life_and_with_its_ca_at_the_latest",
        "What a CA has signed is renewed before the CA runs out.",
    ),
    hand(
        "certificates/CA made again",
        "certificates/folder.py",
        "if self.peers() or self.trust.exists():",
        "if False:",
        f"{_FOLDER}::test_a_ca_that_others_trust_is_not_made_again",
        "A second CA would cut off everybody who trusts the first.",
    ),
    hand(
        "certificates/former CA forgotten",
        "certificates/folder.py",
        "(self._current.certificate, self._next.certificate, self._former)",
        "(self._current.certificate, self._next.certificate)",
        f"{_FOLDER}::test_while_the_ca_is_replaced_there_is_no_moment_in_which_anybody_is_refused",
        "While a CA is replaced, both are trusted.",
    ),
    hand(
        "certificates/former CA ended too early",
        "certificates/folder.py",
        "                if not self._stays(self.pair_of(peer), ca, peer):\n",
        "                if False:\n",
        f"{_FOLDER}::test_while_the_ca_is_replaced_there_is_no_moment_in_which_anybody_is_refused",
        "A CA is trusted as long as one of its certificates is in use.",
    ),
    hand(
        "certificates/key for everybody",
        "certificates/folder.py",
        "_KEY_MODE: Final = 0o600",
        "_KEY_MODE: Final = 0o644",
        f"{_FOLDER}::test_keys_are_for_their_owner_alone_and_nothing_is_left_beside_them",
        "A key is its owner's alone.",
    ),
    hand(
        "connections/of any age",
        "chassis/server.py",
        '        ("grpc.max_connection_age_ms", _ms(transport.connection_age_s)),\n',
        "",
        f"{_AGE}::test_a_standing_connection_ends_of_age_when_its_authority_is_trusted_no_more",
        "What was trusted at a handshake does not count for as long as the peer stays connected.",
    ),
    hand(
        "connections/cut at their age",
        "chassis/limits.py",
        "CONNECTION_AGE_GRACE_S: Final = 60.0",
        "CONNECTION_AGE_GRACE_S: Final = 0.01",
        f"{_AGE}::test_connections_end_of_age_all_the_time_and_no_call_is_lost",
        "A call that runs is let run to its end.",
    ),
)
