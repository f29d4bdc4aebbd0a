"""Pseudonyms: the same for the same respondent and key, and nothing to be had without the key."""

import hashlib
import hmac
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.errors import InputError
from dmsi_lib.open_answers.pseudonyms import (
    KEY_FILE,
    key_beside,
    make_key,
    pseudonym,
    pseudonymise,
    read_key,
)

KEY = bytes(range(32))


def test_pseudonym_is_the_keyed_hash():
    expected = hmac.digest(KEY, b"99000067039", hashlib.sha256).hex()[:12]
    assert pseudonym("99000067039", KEY) == f"r-{expected}"


def test_pseudonym_follows_rfc_4231():
    # RFC 4231, 4.3: test case 2
    assert pseudonym("what do ya want for nothing?", b"Jefe") == "r-5bdcc146bf60"


@given(st.text(min_size=1), st.binary(min_size=32, max_size=32))
def test_pseudonym_has_one_shape(name, key):
    assert re.fullmatch("r-[0-9a-f]{12}", pseudonym(name, key))


def test_pseudonym_changes_with_id_and_key():
    names = [pseudonym(name, key) for name in ("007", "7") for key in (KEY, KEY[::-1])]
    assert len(set(names)) == 4


def test_pseudonymise_replaces_one_column():
    frame = pd.DataFrame({"respondent": ["a", "b", "a", None], "question": ["q", "q", "r", "a"]})
    before = frame.copy()
    done = pseudonymise(frame, KEY)
    pd.testing.assert_frame_equal(frame, before)
    assert done["question"].tolist() == ["q", "q", "r", "a"]
    a, b = pseudonym("a", KEY), pseudonym("b", KEY)
    assert done["respondent"].tolist()[:3] == [a, b, a]
    assert pd.isna(done["respondent"][3])
    assert pseudonymise(frame, KEY, "question")["question"].tolist()[3] == a


def test_pseudonymise_takes_categories_and_an_empty_table():
    frame = pd.DataFrame({"respondent": pd.Categorical(["a", "a"])})
    assert pseudonymise(frame, KEY)["respondent"].tolist() == [pseudonym("a", KEY)] * 2
    assert pseudonymise(frame[:0], KEY).shape == (0, 1)


def test_key_beside_is_made_once(tmp_path):
    export = tmp_path / "export.csv"
    assert read_key(tmp_path) is None
    key = key_beside(export)
    assert len(key) == 32
    assert key_beside(str(export)) == key == read_key(tmp_path)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    other = tmp_path / "other"
    other.mkdir()
    assert key_beside(other / "export.csv") != key


def test_key_beside_lies_with_the_data_that_a_link_leads_to(tmp_path):
    for name in ("data", "links"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "export.csv").write_text("x", encoding="utf-8")
    (tmp_path / "links" / "export.csv").symlink_to(tmp_path / "data" / "export.csv")
    assert key_beside(tmp_path / "links" / "export.csv") == read_key(tmp_path / "data")
    assert read_key(tmp_path / "links") is None


def test_key_beside_of_synthetic_data_is_published_and_leaves_no_file(tmp_path):
    key = key_beside(tmp_path / "export.csv", synthetic=True)
    assert key == hashlib.sha256(b"published key of export.csv").digest()
    assert key_beside(tmp_path / "none" / "export.csv", synthetic=True) == key
    assert key_beside(tmp_path / "other.csv", synthetic=True) != key
    assert not list(tmp_path.iterdir())


def test_key_beside_is_new_in_a_folder_that_is_read_only(tmp_path, monkeypatch):
    def refuses(*arguments, **settings):
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr("dmsi_lib.open_answers.pseudonyms.working_folder", refuses)
    keys = {key_beside(tmp_path / "export.csv") for _ in range(2)}
    assert len(keys) == 2 and {len(key) for key in keys} == {32}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_read_key_refuses_what_is_no_key_and_leaves_it(tmp_path, content):
    (tmp_path / KEY_FILE).write_bytes(content)
    for read in (lambda: read_key(tmp_path), lambda: key_beside(tmp_path / "export.csv")):
        with pytest.raises(InputError, match=r"respondent-key: \d+ bytes; expected a key of 32"):
            read()
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_read_key_says_that_a_key_cannot_be_read(tmp_path):
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(InputError, match="respondent-key: is a folder; expected a file"):
        read_key(tmp_path)


def test_make_key_leaves_an_older_one_alone(tmp_path):
    (tmp_path / KEY_FILE).write_bytes(KEY)
    assert make_key(tmp_path) == KEY
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_make_key_gives_all_who_come_at_once_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: key_beside(tmp_path / "export.csv"), range(32)))
    assert len(keys) == 1


def test_git_ignores_what_lies_beside_a_raw_export():
    ignored = Path(__file__).resolve().parents[2].joinpath(".gitignore").read_text("utf-8")
    assert "/data/raw/*" in ignored.splitlines()
