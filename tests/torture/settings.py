"""The settings of a test's stack as a file, for commands in processes of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from minibroker.config import Config, QuotaConfig
from minibroker.model.quota import Quota

LIMITED = "storm_limited"
"""The filter that has a quota."""
MOST_A_KILL = 200
"""Alerts a night that it may be sent, for each kill: it is used up while the storm lasts."""
SHARD_FILTERS = 2
"""Few, so that the storm's filters are in more than one job of a survey."""


def storm_config(config: Config, kills: int) -> Config:
    """Return a stack's settings with those that the storm is about."""
    quota = {f"{config.owner}.{LIMITED}": Quota(alerts_per_night=kills * MOST_A_KILL)}
    return replace(
        config,
        flink=replace(config.flink, shard_filters=SHARD_FILTERS),
        quota=QuotaConfig(filters=quota),
    )


def write_settings(config: Config, file: Path) -> Path:
    """Write what finds the same stack, and return the file."""
    quotas = "".join(
        f'quota.filters."{name}".alerts_per_night = {quota.alerts_per_night}\n'
        for name, quota in config.quota.filters.items()
    )
    file.write_text(f"""\
data = "{config.data}"
jars = "{config.jars}"
owner = "{config.owner}"
registry = "{config.registry}"
kafka.port = {config.kafka.port}
kafka.controller_port = {config.kafka.controller_port}
flink.port = {config.flink.port}
flink.rpc_port = {config.flink.rpc_port}
flink.slots = {config.flink.slots}
flink.shard_filters = {config.flink.shard_filters}
flink.archive_checkpoint = "{config.flink.archive_checkpoint}"
submit.max_share = {config.submit.max_share}
stack.task_manager_memory = {config.stack.task_manager_memory}
{quotas}""")
    return file
