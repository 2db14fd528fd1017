"""What things are: errors, types, surveys, filters, nights. No engine, no socket."""
