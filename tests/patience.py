"""What gates and those who call are told where no test is about their haste.

A gate lets everybody through whose confirmation takes longer than half a second (UNDETERMINED). On a busy machine that
would be an answer about the machine and not about the rule that a test asks for.
"""

from collections.abc import Mapping
from typing import Final

from chassis.client import ChannelSettings

PATIENT: Final[Mapping[str, str]] = {
    "COURTLIST_CONFIRM_TIMEOUT_MS": "5000",
    "COURTLIST_RECORD_TIMEOUT_MS": "5000",
    "COURTLIST_STORE_TIMEOUT_MS": "5000",
}
"""Settings of every field. What gives up refuses nobody, so that races are run by these, too."""

PATIENT_CALLS: Final = ChannelSettings(timeout_s=30.0)
"""Of clients: longer than a gate may take by these settings."""
