"""Limits that every process shares. Each carries its unit in the name and its reason beside it."""

from typing import Final

# A batch of 1,000 items takes 60 KiB; a page of 1,000 records with their bytes about 2 MiB.
MESSAGE_BYTES_MAX: Final = 4 * 1024 * 1024

# gRPC peers refuse trailers past 8 KiB (from there on at random), and a refused trailer loses the
# whole error. The details may be base64 on the way; the message stands beside them, percent-encoded.
STATUS_BYTES_MAX: Final = 4 * 1024
STATUS_MESSAGE_BYTES_MAX: Final = 1_500
# A current state up to this always has its place: code, message and ErrorInfo take the rest.
STATUS_CURRENT_BYTES_MAX: Final = 3 * 1024

# An idle channel must notice a dead host before somebody has to wait for its answer.
KEEPALIVE_TIME_MS: Final = 20_000
KEEPALIVE_TIMEOUT_MS: Final = 5_000
# Half the client's interval: a peer of another make that pings a little faster is not thrown out.
KEEPALIVE_PING_MIN_INTERVAL_MS: Final = 10_000

# A certificate counts from its handshake on: whose authority is trusted no more is gone this much later at
# the worst. A new handshake takes milliseconds, so a shorter age would gain little and cost little.
CONNECTION_AGE_S: Final = 600.0
# A connection past its age takes no new call and lives on for those that run: for the longest of them, a
# follower's wait of 30 s, and the reading of its answer.
CONNECTION_AGE_GRACE_S: Final = 60.0

# Who connects shows its certificate and begins to speak within this, or holds a socket no longer: whoever reaches a
# port can open thousands of connections and say nothing. A handshake takes milliseconds, over a poor line a second.
HANDSHAKE_S: Final = 10.0

# Calls that run at one time on one connection; the client holds back the next, and one that comes all the same is
# UNAVAILABLE. Far above what is lawful: a field has four confirmations under way and a handful of readings.
CONNECTION_CALLS_MAX: Final = 1_000
# Supervisors and balancers watch; each is one stream for as long as it likes.
HEALTH_WATCHES_MAX: Final = 100
# Of whoever shows one certificate: she takes the watches of no supervisor.
HEALTH_WATCHES_OF_ONE_MAX: Final = 10

# A peer back in service is found within 5 s: one connection attempt and one pause stay below 2 s.
RECONNECT_BACKOFF_MS_MIN: Final = 100
RECONNECT_BACKOFF_MS_MAX: Final = 1_000

# A call without a deadline holds its resources for ever when the peer hangs.
CALL_TIMEOUT_S: Final = 5.0

# What a caller waits before it repeats a call that met a store outage; outages end in about 1 s.
STORE_RETRY_AFTER_S: Final = 1.0

# Deadlocks and serialization conflicts resolve in one or two rounds; more means a design fault.
TRANSACTION_ATTEMPTS_MAX: Final = 4
TRANSACTION_BACKOFF_S: Final = 0.01

# No transaction lives longer: others wait for the rows it has locked.
TRANSACTION_IDLE_S_MAX: Final = 30.0

# Longer than any correlation id in use; short enough to log on every line.
CALL_ID_CHARS_MAX: Final = 64
