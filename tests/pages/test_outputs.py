"""The figures of a notebook as files: each once, under names that stay in their folder."""

import base64

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dmsi_lib.pages.outputs import describe_outputs, figure_files

PNG = base64.b64encode(b"\x89PNG").decode()


def notebook(*figures):
    outputs = [
        new_output("display_data", {form: data}, metadata={form: {"name": name}})
        for form, data, name in figures
    ]
    return new_notebook(cells=[new_code_cell("", outputs=[one]) for one in outputs])


def test_figure_files_hold_drawings_as_they_are_and_pictures_decoded():
    made = notebook(("image/svg+xml", "<svg>é</svg>", "routing"), ("image/png", PNG, "eats"))
    assert figure_files(made, "02_second") == {
        "02_routing.svg": "<svg>é</svg>".encode(),
        "02_eats.png": b"\x89PNG",
    }


def test_figure_files_are_those_that_are_linked():
    made = notebook(*[("image/png", PNG, "eats")] * 3, ("image/jpeg", PNG, "eats"))
    describe_outputs(made, "02_second", figures=True)
    links = [link for cell in made.cells for _, link in cell.outputs[0].metadata.shown.links]
    assert links == [f"figures/02_eats{again}.png" for again in ("", "_2", "_3")]
    assert [f"figures/{file}" for file in figure_files(made, "02_second")] == links


@pytest.mark.parametrize("name", ["../eats", "a/b", "..\\eats", "", "\0"])
def test_figure_files_leave_out_names_that_lead_elsewhere(name):
    assert figure_files(notebook(("image/png", PNG, name)), "02_second") == {}
