"""Parameters that a notebook does not have.

papermill assigns whatever it is given in a cell of its own, logs a warning where the notebook has
no such name, and goes on: a slip runs with the defaults. So the setup cell looks at what was
injected.
"""

import ast
from collections.abc import Iterator, Sequence

from dmsi_lib.errors import UsageError
from dmsi_lib.wording import unknown

# How papermill begins the cell that it injects (papermill.translators, `codify`).
_INJECTED = "# Parameters\n"


def check_parameters() -> None:
    """Refuse injected parameters that a notebook's `parameters` cell does not name.

    For the setup cell. Outside Jupyter, and where nothing was injected, there is nothing to refuse.

    Raises
    ------
    UsageError
        With the unknown name, and what is near or what there is.
    """
    from IPython import get_ipython  # there wherever a notebook runs

    shell = get_ipython()
    refuse_unknown([] if shell is None else shell.user_ns.get("In", []))


def refuse_unknown(cells: Sequence[str]) -> None:
    """Refuse what an injected cell assigns and no cell that was run before it does.

    Parameters
    ----------
    cells : the sources of a notebook's cells that were run, in order

    Raises
    ------
    UsageError
    """
    known: list[str] = []
    for cell in cells:
        names = list(_assigned(cell))
        if cell.startswith(_INJECTED):
            for name in names:
                if name not in known:
                    raise UsageError(unknown("parameter", name, known))
        known += names


def _assigned(cell: str) -> Iterator[str]:
    """The names that a cell assigns at its outermost level."""
    try:
        body = ast.parse(cell).body
    except SyntaxError:  # %magics, and what never ran
        return
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
