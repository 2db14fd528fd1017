"""The shell: SQL over the archive, and the broker's verbs on the query in hand."""
