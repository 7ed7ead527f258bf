"""Files that a process is told to read: who else may be able to, and what they hold now."""
