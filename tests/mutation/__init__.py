"""Removing each rule, guard and lock in turn: a named test must fail (`make mutation`).

    python -m tests.mutation [--only TEXT] [--list] [--workers N]

`rules` neutralises every rule of law by its syntax tree; `table` holds the hand-written mutants, each
with the test that must fail and the reason in one sentence. Nothing is changed in place: each worker
has a copy of `services` and `tests` in a temporary folder.
"""
