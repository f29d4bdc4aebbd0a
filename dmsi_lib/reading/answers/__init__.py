"""What the texts in the columns mean."""
