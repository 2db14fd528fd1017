"""Pairs of a source and a visit, flat: the rows of a packet's records."""

from __future__ import annotations

import numpy as np

from minibroker.service.simulate import dice
from minibroker.service.simulate.dice import Floats, Ints, Keys
from minibroker.service.simulate.sky import Kind, Sightings


class Cells:
    """Sources and visits of one length, and random numbers for whatever a column needs."""

    def __init__(self, seen: Sightings, source: Ints, visit: Ints) -> None:
        self.source = source
        self.sources = seen.sources.pick(source)
        self.visits = seen.visits.pick(visit)
        self.flux = seen.flux[source, visit]
        self.detected = seen.detected[source, visit]
        self.key: Keys = dice.key(self.sources.key, self.visits.key)
        self.is_real = self.sources.kind != Kind.ARTEFACT
        self.is_asteroid = self.sources.kind == Kind.ASTEROID

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.source)

    def u(self, channel: int) -> Floats:
        """Return uniform numbers that differ between visits."""
        return dice.uniform(self.key, channel)

    def g(self, channel: int) -> Floats:
        """Return normal numbers that differ between visits."""
        return dice.normal(self.key, channel)

    def fixed(self, channel: int) -> Floats:
        """Return uniform numbers that a source keeps."""
        return dice.uniform(self.sources.key, channel)

    def of_visit(self, channel: int) -> Floats:
        """Return uniform numbers that all sources of a visit share."""
        return dice.uniform(self.visits.key, channel)

    def either(self, real: Floats | float, artefact: Floats | float) -> Floats:
        """Return one number for what is in the sky and another for what is not."""
        return np.where(self.is_real, real, artefact)
