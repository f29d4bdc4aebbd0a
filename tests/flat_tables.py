"""Tables with two levels of columns, a group's two columns as one: "3 (75.0 %)"."""

import pandas as pd


def flat(frame):
    """A reader's table whose groups have one column each, under the group's name."""
    found = {}
    for name in dict.fromkeys(frame.columns.get_level_values(0)):
        part = frame.loc[:, frame.columns.get_level_values(0) == name]
        if list(part.columns.get_level_values(1)) == ["n", "%"]:
            pairs = zip(part.iloc[:, 0], part.iloc[:, 1], strict=True)
            found[name] = [n if p in ("", n) else f"{n} ({p} %)" for n, p in pairs]
        else:
            found[name] = part.iloc[:, 0].tolist()
    return pd.DataFrame(found)
