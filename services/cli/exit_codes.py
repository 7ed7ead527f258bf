"""What the exit code of every command means; the table in README.md says the same."""

import enum


class ExitCode(enum.IntEnum):
    """Exit codes. 10 and 11 are answers of a check, not failures."""

    OK = 0
    """Done, or CLEAR, or NOT_LISTED."""
    REFUSED = 1
    """The law or the state of the record refuses it; or what was looked at is not in order."""
    USAGE = 2
    """The command line, a file or a field of it cannot be read."""
    UNREACHABLE = 3
    """A service does not answer. Nothing is known to have been done."""
    NOT_FOUND = 4
    """What was named does not exist."""
    NOT_ALLOWED = 5
    """Whoever acts is unknown, or may not do this."""
    FAULT = 6
    """A fault of ours."""
    OUTCOME_UNKNOWN = 7
    """It may or may not have been done: repeat it with the same --request-id."""
    RESTRICTED = 10
    """A check answered RESTRICTED, or LISTED."""
    UNDETERMINED = 11
    """A check answered UNDETERMINED: sell, admit, go on as if nobody had asked."""
    INTERRUPTED = 130
    """Ctrl-C, or a question that was not answered."""
    READER_GONE = 141
    """Whoever read the output has gone, as `head` does; what was asked for was done."""


TABLE = (
    "Exit codes: 0 done, CLEAR · 1 refused by the law or the record's state, or not in order · "
    "2 usage · 3 cannot reach · 4 not found · 5 not allowed · 6 our fault · 7 outcome unknown: "
    "repeat with the same --request-id · 10 RESTRICTED or LISTED · 11 UNDETERMINED · "
    "130 interrupted · 141 nobody reads the output any more"
)
