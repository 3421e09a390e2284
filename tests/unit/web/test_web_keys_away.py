"""A key that cannot be looked up: nothing was taken, so the caller is told to come again."""

from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest

from shared.errors import Unavailable, Unsure
from shared.web.attempts import Attempts
from shared.web.keys import Keys, make_key


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), asyncpg.CannotConnectNowError("starting")])
async def test_while_postgres_is_away_a_key_is_told_that_nothing_was_taken(error: Exception) -> None:
    async def away(*_arguments: object) -> Any:
        raise error

    keys = Keys(SimpleNamespace(fetchrow=away), Attempts())  # type: ignore[arg-type]
    with pytest.raises(Unavailable) as refused:
        await keys.find(make_key()[0], "127.0.0.1")
    assert not isinstance(refused.value, Unsure)
    assert refused.value.code == "unavailable"
