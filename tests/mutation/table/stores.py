"""Owners and roles, what a service looks at before it works, and the proof that a store is the one named."""

from tests.mutation.mutant import hand

_CONFIG = "chassis/config.py"
_DATABASES = "stack/databases.py"
_GRANTS = "registry/sql/grants.sql"
_FAULTS = "chassis/stores/faults.py"
_MIGRATE = "chassis/migrate.py"
_POSTGRES = "chassis/postgres.py"
_SCHEMA = "chassis/schema.py"
_STORES = "chassis/stores/addresses.py"
_ADDRESS_TESTS = "unit/chassis/stores/test_addresses.py"
_DATABASE_TESTS = "integration/stack/test_databases.py"
_PRIVILEGE_TESTS = "integration/privileges/test_privileges.py"
_SCHEMA_TESTS = "integration/chassis/test_schema.py"
_PASSWORD_TESTS = "integration/chassis/test_postgres_passwords.py"
_CLIENT_TESTS = "integration/tls_stores/test_client_certificates.py"

STORES = (
    hand(
        "grants/the chain can be altered",
        _GRANTS,
        "GRANT SELECT, INSERT ON change, change_facts TO :role;",
        "GRANT SELECT, INSERT, UPDATE ON change, change_facts TO :role;",
        f"{_PRIVILEGE_TESTS}::test_no_role_holds_what_none_of_its_statements_needs",
        "Nobody who serves the ledger can alter it.",
    ),
    hand(
        "grants/a statement without its grant",
        _GRANTS,
        "GRANT SELECT, INSERT, DELETE ON assertion_nonce, document_digest",
        "GRANT SELECT, INSERT ON assertion_nonce, document_digest",
        f"{_PRIVILEGE_TESTS}::test_every_statement_of_a_service_runs_as_its_role",
        "Whoever was wrongly bound to a number is freed of it.",
    ),
    hand(
        "grants/earlier ones kept",
        _SCHEMA,
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role};\n",
        "",
        f"{_PRIVILEGE_TESTS}::test_what_an_earlier_release_granted_is_taken_back",
        "A role holds what its list says, whatever it held before.",
    ),
    hand(
        "grants/to a role that may more",
        _SCHEMA,
        'if found["may_more"]:',
        "if False:",
        f"{_SCHEMA_TESTS}::test_nothing_is_granted_to_a_role_that_may_more",
        "A superuser that serves is no least privilege, whatever is granted to it.",
    ),
    hand(
        "schema/an older one worked on",
        _MIGRATE,
        "    if missing:\n",
        "    if False:\n",
        f"{_SCHEMA_TESTS}::test_a_service_whose_schema_is_older_says_what_to_run",
        "A service does not work on tables that lack what it writes.",
    ),
    hand(
        "schema/an owner not complained of",
        _SCHEMA,
        '        structlog.get_logger().warning("runs_as_owner", schema=self.name)\n',
        "",
        f"{_SCHEMA_TESTS}::test_one_role_for_both_migrates_when_it_serves_and_is_complained_of",
        "A service that could alter its tables in production shows in its log.",
    ),
    hand(
        "databases/those of every server left open",
        _DATABASES,
        "        await connection.execute(queries.close_others)\n",
        "",
        f"{_DATABASE_TESTS}::test_no_role_enters_another_database",
        "A role enters its own database and no other.",
    ),
    hand(
        "databases/a former owner stays one",
        _DATABASES,
        "        await _hand_over(_inside(superuser_dsn, name), queries, name, owner)\n",
        "",
        f"{_DATABASE_TESTS}::test_what_a_service_role_owned_before_becomes_its_owners",
        "After an upgrade no service owns the tables that it made in an earlier release.",
    ),
    hand(
        "addresses/a CA that is not named",
        _STORES,
        'if "ssl_ca_certs" not in asked:',
        "if False:",
        f"{_ADDRESS_TESTS}::test_an_address_that_cannot_be_used_says_what_to_write",
        "TLS to Redis proves the server, or is refused when it is read.",
    ),
    hand(
        "addresses/checks switched off",
        _STORES,
        'if asked.get("ssl_cert_reqs", "required") != "required" or "ssl_check_hostname" in asked:',
        "if False:",
        f"{_ADDRESS_TESTS}::test_an_address_that_cannot_be_used_says_what_to_write",
        "Nobody in between passes for the cache.",
    ),
    hand(
        "addresses/a server elsewhere believed",
        _STORES,
        'asked.get("sslmode") == _PROVEN',
        'asked.get("sslmode") != ""',
        f"{_ADDRESS_TESTS}::test_a_server_elsewhere_that_need_not_prove_itself_is_found",
        "What goes to a store that proves nothing is complained of.",
    ),
    hand(
        "addresses/a password read as a port",
        _CONFIG,
        "if port and not (port.isascii() and port.isdigit()):",
        "if False:",
        f"{_ADDRESS_TESTS}::test_a_password_that_breaks_the_url_is_not_repeated",
        "A password with a slash in it is not told by whatever fails to read it.",
    ),
    hand(
        "connecting/a changed password not waited for",
        _POSTGRES,
        "                if disbelief is None or loop.time()",
        "                if True or loop.time()",
        f"{_PASSWORD_TESTS}::test_a_new_connection_waits_for_the_file_and_the_log_says_so_once",
        "Nobody is refused because a password is another in the server than in the file for a moment.",
    ),
    hand(
        "connecting/a wrong password a fault of ours",
        _FAULTS,
        "    asyncpg.InvalidAuthorizationSpecificationError,  # class 28",
        "    ssl.SSLEOFError,  # class 28",
        f"{_PASSWORD_TESTS}::test_a_password_that_stays_wrong_is_an_outage_to_the_caller",
        "A caller is told to repeat what a changed password has kept from being done.",
    ),
    hand(
        "connecting/half a pair not waited for",
        _FAULTS,
        "    ssl.SSLError,  # our certificate",
        "    ssl.SSLEOFError,  # our certificate",
        f"{_CLIENT_TESTS}::test_a_new_connection_waits_between_a_key_and_its_certificate",
        "A certificate is replaced after its key, and nobody is refused in between.",
    ),
)
