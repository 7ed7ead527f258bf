"""What persons do with an import, each a call: hand it in, read it, approve, sign, complete a row."""
