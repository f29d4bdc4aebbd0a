"""Respondents who answered alike, counted: what costs with every respondent costs with every
different answer then."""

import numpy as np
import pandas as pd


def alike(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different rows of an array (n, columns), in ascending order, and how often each is there;
    NaN is alike NaN."""
    counted = pd.DataFrame(values).groupby([*range(values.shape[1])], dropna=False).size()
    return counted.index.to_frame().to_numpy(), counted.to_numpy()
