"""Exactly once under fire: processes die and filters change while packets flow."""
