import os

import pytest

from stack.account import for_servers

ROOT = os.geteuid() == 0


@pytest.mark.skipif(not ROOT, reason="an ordinary user has no other account to lend")
def test_root_lends_the_servers_an_account_without_rights() -> None:
    account = for_servers()
    assert account is not None
    assert account.uid != 0


@pytest.mark.skipif(not ROOT, reason="an ordinary user has no other account to lend")
def test_an_unknown_account_is_named_in_the_error() -> None:
    with pytest.raises(LookupError, match="'nobody-at-all' does not exist"):
        for_servers("nobody-at-all")


@pytest.mark.skipif(ROOT, reason="root must lend an account")
def test_an_ordinary_user_runs_the_servers_under_its_own_account() -> None:
    assert for_servers() is None
