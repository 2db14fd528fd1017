"""One alert, as a program and a notebook see it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from minibroker.model.errors import BrokerError
from minibroker.model.figures import readable
from minibroker.model.light_curve import LightCurve, light_curve
from minibroker.model.packet import Packet
from minibroker.model.survey import Survey
from minibroker.model.types import dotted, value_at
from minibroker.service.stamps import montage, packed_image, read_stamps, unpacked_image

if TYPE_CHECKING:
    from minibroker.service.stamps import Stamp

Decoded = tuple[Survey | None, Mapping[str, Any]]
"""The survey of an alert, None for a filter's own columns; and the fields."""

_STYLE = "font-size: 80%; border-collapse: separate; border-spacing: 1em 0"
"""Of the table in a notebook: values that keep apart, whatever the notebook's own style."""


class Alert(Mapping[str, Any]):
    """The fields of an alert by name, decoded when the first of them is asked for.

    NaN and infinities are None, as everywhere in minibroker; what the survey itself writes for
    "nothing here" (-999) is as it was sent. What cannot be decoded raises OutsideError there,
    and not where the alert was received.
    """

    def __init__(self, packet: Packet, decode: Callable[[], Decoded]) -> None:
        self.packet = packet
        """The bytes as they came, and their place in Kafka."""
        self._decode = decode

    @cached_property
    def _decoded(self) -> Decoded:
        return self._decode()

    @property
    def survey(self) -> Survey | None:
        """The survey that the alert is of; None for the columns that a filter sends instead."""
        return self._decoded[0]

    @property
    def _fields(self) -> Mapping[str, Any]:
        return self._decoded[1]

    def __getitem__(self, name: str) -> Any:
        """Return a field of the alert's top level."""
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the fields, in the packet's order."""
        return iter(self._fields)

    def __len__(self) -> int:
        """Return the number of fields."""
        return len(self._fields)

    @property
    def cutouts(self) -> dict[str, bytes]:
        """The images by field, as FITS files: those that the alert has.

        Raises OutsideError when one cannot be unpacked.
        """
        names = self.survey.cutouts if self.survey else ()
        packed = {name: packed_image(self.get(name)) for name in names}
        return {name: unpacked_image(image) for name, image in packed.items() if image is not None}

    def stamps(self) -> list[Stamp]:
        """Return the images as arrays; needs the extra ``stamps``. Broken ones are left out."""
        found, _ = read_stamps(self, self.survey.cutouts if self.survey else ())
        return found

    def lightcurve(self) -> LightCurve:
        """Return every measurement of the object that the packet holds, by time."""
        return light_curve(self, self.survey) if self.survey else LightCurve((), "utc")

    def __repr__(self) -> str:
        place = f"{self.packet.topic}[{self.packet.partition}]@{self.packet.offset}"
        return f"<Alert {place}, {len(self.packet.value)} bytes>"

    def _repr_html_(self) -> str:
        try:
            shown = self._shown()
        except BrokerError as error:
            return f"<p>{escape(repr(self))}: {escape(error.message)}</p>"
        names = "".join(f"<th>{escape(name)}</th>" for name in shown)
        values = "".join(f"<td>{escape(_cell(value))}</td>" for value in shown.values())
        table = f'<table style="{_STYLE}"><tr>{names}</tr><tr>{values}</tr></table>'
        return table if self.survey is None else table + self._images() + self._curve()

    def _shown(self) -> dict[str, Any]:
        if self.survey is None:
            return dict(self)
        return {dotted(path): value_at(self, path) for path in self.survey.default_columns}

    def _images(self) -> str:
        try:
            stamps = self.stamps()
        except BrokerError as error:
            return f"<p>{escape(error.message)}: <code>{escape(error.remedy)}</code></p>"
        if not stamps:
            return "<p>no cutouts</p>"
        png = io.BytesIO()
        montage(stamps).save(png, "png")
        data = base64.b64encode(png.getvalue()).decode()
        return f'<img alt="cutouts" src="data:image/png;base64,{data}"/>'

    def _curve(self) -> str:
        return f"<div>{self.lightcurve()._repr_html_()}</div>"


def _cell(value: Any) -> str:
    """Return a value as people read it; nothing for None."""
    if value is None:
        return ""
    return readable(value) if isinstance(value, float) else str(value)
