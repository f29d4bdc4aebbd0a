"""A data set, and what is read back of it, as plain cells that can be compared."""


def cells(made):
    """Every value as text, or its reason in brackets, by variable."""
    found = {}
    for variable in made.variables:
        values = made.values[variable.name].astype(object)
        if variable.kind in ("tick", "rank", "number"):
            values = values.map(float, na_action="ignore")
        why = made.reasons[variable.name].map("({})".format)
        found[variable.name] = values.astype(object).where(values.notna(), why).tolist()
    return found


def decoded(frame, made, codes, labels):
    """The same of what was read from a file of numbers, `codes` being those of the reasons."""
    found = {}
    for variable, name in zip(made.variables, frame, strict=False):
        column = frame[name].astype(object)
        if variable.kind in ("text", "date"):
            why = made.reasons[variable.name].map("({})".format)
            texts = column.where(column != "").reset_index(drop=True)
            found[variable.name] = texts.where(texts.notna(), why.reset_index(drop=True)).tolist()
            continue
        if variable.kind in ("choice", "status"):
            by_label = {label: code for code, label in variable.values.items()}
            known = {n: by_label[t] for n, t in labels[name].items() if t in by_label}
        else:
            known = {}
        reasons = {code: f"({reason})" for reason, code in codes.items()}
        found[variable.name] = [reasons.get(v, known.get(v, v)) for v in column]
    return found
