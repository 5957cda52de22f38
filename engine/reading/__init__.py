"""Reads the content folders' bytes into library values: one module a file format or kind of file."""
