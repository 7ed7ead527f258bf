"""What crosses the wire beside the messages: an error's details, a search's page tokens, the call's id."""
