"""Files of registers that courts have, split into the records that are handed in.

Records go out as they stand in the file: what they mean, and in which encoding, the registry reads.
"""
