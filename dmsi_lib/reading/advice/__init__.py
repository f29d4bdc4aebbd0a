"""What helps where a file is refused, tried before it is said."""
