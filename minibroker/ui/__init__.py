"""What a person touches: commands and the words they print."""
