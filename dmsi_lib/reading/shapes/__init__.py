"""The shapes in which one question comes, brought to a column for each item."""
