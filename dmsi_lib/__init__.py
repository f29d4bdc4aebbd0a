"""Survey report library."""
