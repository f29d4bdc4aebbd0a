"""What messages call columns, and how much of a text they show."""

from dmsi_lib.reading.header.headers import Block


def called(position: int, title: str) -> str:
    """A column as people name it: number, spreadsheet letters and title."""
    letters, n = "", position + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {position + 1} ({letters}) '{shortened(title)}'"


def where(block: Block) -> str:
    """A block as people name it: by its first column."""
    return called(min(block.columns), block.name)


def shortened(text: str, most: int = 70) -> str:
    """A text of at most so many characters; where some are left out, it says so."""
    return text if len(text) <= most else text[: most - 1] + "…"
