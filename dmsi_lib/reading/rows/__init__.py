"""Rows of text out of a file, whatever its format; nothing is guessed about any cell."""
