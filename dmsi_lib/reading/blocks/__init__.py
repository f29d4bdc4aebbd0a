"""Which columns answer which question."""
