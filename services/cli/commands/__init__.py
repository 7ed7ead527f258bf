"""The commands, one file a noun; each file's `register` adds its own. index.py lists them all."""
