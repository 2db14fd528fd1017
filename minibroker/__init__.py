"""A SQL-first alert broker: one filter text, one meaning, in the stream and in the archive."""

__version__ = "0.1.0"
