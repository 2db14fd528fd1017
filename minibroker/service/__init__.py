"""One module per verb of the broker."""
