"""What looks odd about the answers, or tells of how they came in."""
