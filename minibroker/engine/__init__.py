"""One module per outside system, each the only importer of that system's library."""
