"""Exactly once under fire, briefly; `make torture N=100` is the long form."""

from pathlib import Path

import pytest

from minibroker.broker import Broker
from tests.torture.settings import LIMITED, storm_config, write_settings
from tests.torture.storm import EDITED, FILTERS, Storm

pytestmark = pytest.mark.stack

KILLS = 5
SEED = 20261124


def test_five_kills_lose_and_repeat_nothing(
    broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stormy = Broker(storm_config(broker.config, KILLS))
    settings = write_settings(stormy.config, tmp_path / "minibroker.toml")
    said: list[str] = []
    accounts = Storm(stormy, settings, SEED, said.append).run(KILLS)
    assert len(accounts) == len(FILTERS) + 1
    unsound = [str(each) for each in accounts if not each.is_sound]
    assert not unsound, "\n".join([*said, *unsound])
    # A storm in which nothing was delivered, or nothing held back, would prove little.
    assert all(each.delivered for each in accounts)
    assert all(each.dead for each in accounts)
    (limited,) = (each for each in accounts if each.filter == LIMITED)
    assert limited.over_quota
    held = stormy.filters.held()
    assert {each.shard for each in held if each.name in (LIMITED, EDITED)} != {0}
    # What comes after it on this stack is not to carry its jobs along.
    stormy.filters.remove(*FILTERS, EDITED)
