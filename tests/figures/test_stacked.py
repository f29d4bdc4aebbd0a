def test_the_legend_of_a_matrix_names_options_without_a_row(small):
    legend = [text.get_text() for text in small.chart("views").figure.texts]
    rows = small.question("views").rows.values()
    options = [*small.question("views").options.values()]
    assert set(options) <= set(legend)
    assert not [text for text in legend for row in rows if text.startswith(f"{row}:")]
