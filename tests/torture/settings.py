"""The settings of a test's stack as a file, for commands in processes of their own."""

from __future__ import annotations

from pathlib import Path

from minibroker.config import Config


def write_settings(config: Config, file: Path) -> Path:
    """Write what finds the same stack, and return the file."""
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
""")
    return file
