"""A simulated night at its own pace: visits on a grid, each in the bursts of its CCDs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from minibroker.engine.kafka import Sender
from minibroker.model.packet import Packet
from minibroker.service.simulate.burst import burst_times
from minibroker.service.simulate.packet import SimulatedPacket
from minibroker.service.visit import Tell, Visit, await_grid, interruptible, send_visit


def send_night(
    sender: Sender, packets: Iterable[SimulatedPacket], step: float, seed: int, tell: Tell
) -> list[Visit]:
    """Send a night's visits, one every ``step`` seconds of the wall clock, and return them.

    A visit is made before it begins, in memory: Rubin's 10,000 alerts take 1.1 GB. One that is
    not made in time begins at a later point of the grid.
    """
    done: list[Visit] = []
    with interruptible(sender, tell):
        for visit, group in groupby(packets, key=lambda packet: packet.visit):
            name = f"visit {len(done) + 1}"
            made = [Packet(packet.value) for packet in group]
            tell(f"{name}: {len(made):,} packets made")
            await_grid(step, name, tell)
            timed = zip(burst_times(len(made), seed, visit), made, strict=True)
            done.append(send_visit(sender, name, timed, tell))
    return done
