"""Codes for options that only the file names."""

import pytest

from dmsi_lib.reading.answers.codes import new_code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Our CI", "our_ci"),
        ("E-mail & téléphone", "e_mail_telephone"),
        ("1.", "1"),
        ("Other", "other_2"),  # reserved
        ("Comment", "comment_2"),
        ("a", "a_3"),
        ("!?", "unnamed"),
        ("Да", "да"),
        ("x" * 60, "x" * 40),
        ("<b>Bold</b>", "bold"),
    ],
)
def test_new_code_is_made_of_the_label_and_free(label, code):
    assert new_code(label, {"a", "a_2"}) == code
