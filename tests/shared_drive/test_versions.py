"""Readers of what others may have written into a shared folder: builds, manifests, locks."""

import json

import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.shared_drive.versions import MANIFEST, check_build, read_manifest, verify_version

NESTED = "[" * 100_000 + "]" * 100_000
RUN = {"synthetic": True, "audience": "public", "seconds": {}}


def write_build(folder, run=None, index="<h1>Report</h1>"):
    (folder / "run.json").write_text(json.dumps(RUN) if run is None else run, encoding="utf-8")
    (folder / "index.html").write_text(index, encoding="utf-8")
    return folder


def test_check_build_refuses_a_record_that_is_nested_too_deep(tmp_path):
    with pytest.raises(InputError, match=r"run\.json: not valid JSON"):
        check_build(write_build(tmp_path, NESTED))


@pytest.mark.parametrize("link", ["http://[x", "//[x", "https://a]b/c"])
def test_check_build_takes_a_link_that_is_no_address(tmp_path, link):
    build = write_build(tmp_path, index=f'<h1>Report</h1><a href="{link}">x</a>')
    assert check_build(build).title == "Report"


def test_check_build_goes_on_behind_a_link_that_is_no_address(tmp_path):
    index = '<a href="http://[x">x</a><a href="01_gone.html">y</a>'
    with pytest.raises(InputError, match=r"- 01_gone\.html"):
        check_build(write_build(tmp_path, index=index))


def test_check_build_refuses_a_page_that_is_no_html(tmp_path):
    with pytest.raises(InputError, match=r"index\.html: not valid HTML"):
        check_build(write_build(tmp_path, index="<![x>"))


def test_read_manifest_takes_one_that_is_nested_too_deep_for_none(tmp_path):
    version = tmp_path / "v0001"
    version.mkdir()
    (version / MANIFEST).write_text(NESTED, encoding="utf-8")
    assert read_manifest(version) is None
    assert verify_version(version) == ["v0001: no readable MANIFEST.json"]
