"""Sealing what is stored anew under the newest key, so that an older one can be dropped."""
