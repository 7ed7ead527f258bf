"""Sound rows as they are kept until they are entered, sealed in chunks, and what of them the record decides on."""
