"""Digest epochs: opening, filling, switching and closing, and under which keys documents are filed."""
