"""A shared folder whose readers never meet half a report, whatever happens to its publishers."""

import errno
import itertools
import json
import os
import threading
from dataclasses import asdict

import pytest
from fake_report import (
    broken,
    held_elsewhere,
    kill_publishers,
    leave_dead_lock,
    leftovers,
    publish_at_once,
    publish_failing,
    write_fake_report,
    write_page,
)

from dmsi_lib.errors import InputError
from dmsi_lib.shared_drive import publishing
from dmsi_lib.shared_drive.locking import describe_holder, held_lock
from dmsi_lib.shared_drive.publishing import LOCK, publish, rollback, verify, version_lines
from dmsi_lib.shared_drive.versions import (
    Version,
    check_build,
    current_version,
    differences,
    find_versions,
    hash_files,
    render_pointer,
    versions_to_remove,
)

HEAVY = ("pandas", "numpy", "scipy", "jinja2", "nbconvert", "matplotlib", "IPython")


@pytest.fixture
def build(tmp_path):
    return write_fake_report(tmp_path / "build")


@pytest.fixture
def dest(tmp_path):
    return tmp_path / "share"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(publishing, "PATIENCE", 0)


@pytest.fixture(autouse=True)
def fsync(monkeypatch):
    """Counted, not waited for: what the kernel holds survives whatever happens to a process."""
    calls = []
    monkeypatch.setattr(os, "fsync", calls.append)
    return calls


def quiet(line):
    """Progress that nobody reads."""


def names(dest):
    return [version.version for version in find_versions(dest)]


# ---- publishing


def test_publish_copies_everything_and_points_there(build, dest):
    version = publish(dest, build)
    assert (version.version, version.data, version.title) == ("v0001", "synthetic", "A & B")
    assert hash_files(dest / "v0001") == hash_files(build) == version.files
    assert version.run == version.files["run.json"]["sha256"]
    assert json.loads((dest / "v0001" / "MANIFEST.json").read_text()) == asdict(version)
    assert sorted(os.listdir(dest)) == [".published", "index.html", "v0001"]
    assert broken(dest) == []


def test_publish_writes_every_file_and_folder_through_to_the_disk(build, dest, fsync):
    version = publish(dest, build)
    files = len(version.files) + 2  # the manifest and index.html
    folders = 5  # figures, tables, the version before and after its manifest, and dest
    assert len(fsync) >= files + (folders if os.name != "nt" else 0)


def test_publish_again_is_a_new_version(build, dest):
    publish(dest, build)
    before = hash_files(dest / "v0001")
    write_page(build / "index.html", "new")
    assert publish(dest, build).version == "v0002"
    assert current_version(dest) == "v0002"
    assert hash_files(dest / "v0001") == before


def test_publish_never_uses_a_name_again(build, dest):
    dest.mkdir()
    (dest / "v0007").mkdir()
    assert publish(dest, build).version == "v0008"
    assert os.listdir(dest / "v0007") == []


def test_publish_ignores_what_file_managers_and_earlier_publications_leave(build, dest):
    (build / "Thumbs.db").touch()
    (build / "MANIFEST.json").write_text("old", encoding="utf-8")
    publish(dest, build)
    assert not (dest / "v0001" / "Thumbs.db").exists()
    (dest / "v0001" / ".DS_Store").touch()
    assert len(verify(dest)) == 1


@pytest.mark.parametrize("keep", [1, 2, 9])
def test_publish_keeps_as_many_as_told(build, dest, keep):
    for _ in range(4):
        publish(dest, build, progress=quiet)
    publish(dest, build, keep=keep, progress=quiet)
    assert names(dest) == ["v0001", "v0002", "v0003", "v0004", "v0005"][-keep:]
    assert leftovers(dest) == []


def test_publish_that_cannot_delete_an_old_version_has_published(build, dest, monkeypatch):
    publish(dest, build)

    def refuse(folder):
        raise PermissionError(errno.EACCES, "is open")

    monkeypatch.setattr(publishing, "_discard", refuse)
    lines = []
    publish(dest, build, keep=1, progress=lines.append)
    assert current_version(dest) == "v0002"
    assert lines == ["v0001 could not be removed (is open); left for later."]


@pytest.mark.parametrize(
    ("current", "keep", "removed"),
    [("v3", None, []), ("v3", 1, ["v1", "v2"]), ("v3", 2, ["v1"]), ("v1", 1, ["v2", "v3"]),
     ("v1", 2, ["v2"]), ("v3", 3, []), ("v3", 5, [])],
)  # fmt: skip
def test_versions_to_remove_spares_the_current_one(current, keep, removed):
    assert versions_to_remove(["v1", "v2", "v3"], current, keep) == removed


# ---- the page that leads to a version


def test_render_pointer_leads_there_without_script():
    page = render_pointer(Version("v0012", "2018-01-02 03:04 UTC", "synthetic", "A", "", {}))
    assert '<meta http-equiv="refresh" content="0; url=v0012/index.html">' in page
    assert '<a href="v0012/index.html">' in page
    assert "Synthetic data: no real respondent" in page
    assert "default-src 'none'" in page


def test_render_pointer_of_an_export_has_no_mark_and_runs_nothing():
    page = render_pointer(Version("v0001", "<i>", "export", "<script>x</script>", "", {}))
    assert "Synthetic" not in page
    assert "<script" not in page and "<i>" not in page


@pytest.mark.parametrize("arguments", [["--list"], ["--verify"], ["--allow-internal"]])
def test_publishing_loads_nothing_that_counts_or_renders(build, dest, arguments, fresh_python):
    publish(dest, build)
    command = ["publish", str(dest), *arguments]
    command += ["--from", str(build)] if "--allow-internal" in arguments else []
    code = f"import sys\nfrom dmsi_lib.cli import main\nassert main({command}) == 0\n"
    code += f"print([name for name in {HEAVY} if name in sys.modules])"
    assert fresh_python(code).splitlines()[-1] == "[]"


# ---- what is refused


def spoil_no_run(build):
    (build / "run.json").unlink()


def spoil_run(build):
    (build / "run.json").write_text("{", encoding="utf-8")


def spoil_kind(build):
    (build / "run.json").write_text('{"synthetic": "yes"}', encoding="utf-8")


def spoil_no_index(build):
    (build / "index.html").unlink()


def spoil_page(build):
    (build / "01_section.html").unlink()


def spoil_link(build):
    (build / "figures" / "b.png").symlink_to(build / "figures" / "a.png")


def spoil_folder_link(build):
    (build / "more").symlink_to(build / "figures", target_is_directory=True)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [(spoil_no_run, "has no run.json"), (spoil_run, "run.json: not valid JSON"),
     (spoil_kind, 'expected "synthetic": true or false'), (spoil_no_index, "has no index.html"),
     (spoil_page, "01_section.html"), (spoil_link, "b.png: a link or device"),
     (spoil_folder_link, "more: a link or device")],
)  # fmt: skip
def test_publish_refuses_a_build_that_is_not_whole(build, dest, spoil, message):
    spoil(build)
    with pytest.raises(InputError, match=message):
        publish(dest, build)
    assert not dest.exists()


@pytest.mark.parametrize("audience", ["internal", "", None])
def test_publish_refuses_what_is_not_for_the_public_unless_told(tmp_path, dest, audience):
    build = write_fake_report(tmp_path / "build", audience=audience)
    with pytest.raises(InputError, match=r"built for internal use.*--allow-internal"):
        publish(dest, build)
    assert not dest.exists()
    assert publish(dest, build, allow_internal=True).version == "v0001"


def test_check_build_refuses_a_page_that_leads_out(build):
    write_page(build / "index.html", "<a href='../secret.html'>x</a>")
    with pytest.raises(InputError, match=r"- \.\./secret.html"):
        check_build(build)


def test_publish_refuses_places_within_each_other(build, tmp_path):
    for dest in (build, build / "figures", tmp_path):
        with pytest.raises(InputError, match="lie one in the other"):
            publish(dest, build)


def test_publish_refuses_what_is_missing(build, dest):
    with pytest.raises(InputError, match="Is the drive connected"):
        publish(dest / "deeper", build)
    with pytest.raises(InputError, match="Run `dmsi report` first"):
        publish(dest, build / "nothing")
    for command in (verify, rollback, version_lines):
        with pytest.raises(InputError, match="Is the drive connected"):
            command(dest)


def test_publish_leaves_the_page_of_others_alone(build, dest):
    dest.mkdir()
    (dest / "index.html").write_text("ours", encoding="utf-8")
    with pytest.raises(InputError, match="not written by `dmsi publish`"):
        publish(dest, build)
    assert os.listdir(dest) == ["index.html"]


def test_publish_notices_a_build_that_changes_meanwhile(build, dest, monkeypatch):
    publish(dest, build)
    prepared = check_build(build)
    write_page(build / "00_section.html", "another")
    monkeypatch.setattr(publishing, "check_build", lambda *arguments: prepared)
    with pytest.raises(InputError, match=r"00_section.html: changed or damaged"):
        publish(dest, build)
    assert current_version(dest) == "v0001"
    assert leftovers(dest) == []


# ---- list, verify, rollback


def test_version_lines_name_date_size_data_and_the_current_one(build, dest):
    dest.mkdir()
    assert version_lines(dest) == []
    publish(dest, build)
    publish(dest, write_fake_report(build.parent / "real", synthetic=False))
    first, second = version_lines(dest)
    assert first.startswith("v0001  20") and "UTC" in first and first.endswith("MB  synthetic")
    assert second.endswith("export     current")


@pytest.mark.parametrize("change", ["changed or damaged", "missing", "not in the manifest"])
def test_verify_finds(build, dest, change):
    publish(dest, build)
    file = dest / "v0001" / "figures" / "a.png"
    if change == "missing":
        file.unlink()
    elif change == "changed or damaged":
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    else:
        file = file.with_name("b.png")
        file.touch()
    with pytest.raises(InputError, match=f"v0001/figures/{file.name}: {change}"):
        verify(dest)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": "v0001"}', "{"])
def test_verify_finds_a_damaged_manifest(build, dest, text):
    publish(dest, build)
    (dest / "v0001" / "MANIFEST.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"v0001: no readable MANIFEST.json"):
        verify(dest)
    assert names(dest) == []


def test_verify_finds_a_page_that_leads_nowhere(build, dest):
    publish(dest, build)
    (dest / "index.html").unlink()
    with pytest.raises(InputError, match=r"index.html: leads to no version"):
        verify(dest)
    assert rollback(dest).version == "v0001"
    assert len(verify(dest)) == 1


def test_differences_names_each_kind():
    a, b = {"sha256": "a", "size": 1}, {"sha256": "b", "size": 1}
    lines = differences({"x": a, "y": a, "z": a}, {"y": b, "z": a, "new": a})
    assert lines == ["x: missing", "new: not in the manifest", "y: changed or damaged"]


def test_rollback_goes_back_and_forth(build, dest):
    for _ in range(3):
        publish(dest, build)
    assert rollback(dest).version == current_version(dest) == "v0002"
    assert rollback(dest).version == "v0001"
    with pytest.raises(InputError, match="no undamaged version before the current one"):
        rollback(dest)
    assert rollback(dest, "3").version == "v0003"
    assert rollback(dest, "v0001").version == current_version(dest) == "v0001"
    assert publish(dest, build, keep=1, progress=quiet).version == "v0004"
    assert names(dest) == ["v0004"]
    assert broken(dest) == []


def test_rollback_passes_over_damaged_versions(build, dest):
    for _ in range(3):
        publish(dest, build)
    (dest / "v0002" / "run.json").unlink()
    assert rollback(dest).version == "v0001"
    with pytest.raises(InputError, match=r"v0002/run.json: missing"):
        rollback(dest, "v0002")
    assert current_version(dest) == "v0001"


@pytest.mark.parametrize("name", ["v0009", "../v0001", "vv1", "latest", "0"])
def test_rollback_refuses_what_is_no_version(build, dest, name):
    publish(dest, build)
    with pytest.raises(InputError, match=r"no undamaged version .* \(there: v0001\)"):
        rollback(dest, name)


# ---- the lock


FOREIGN = "filelock/2\npid=12\nhost={}\nmode=exclusive\n"  # as filelock writes it elsewhere


@pytest.fixture
def no_exchange(monkeypatch):
    """A drive that can't exchange two names, as NFS and SMB on Linux."""
    refusing = (lambda *names: errno.EINVAL), 2
    monkeypatch.setattr("filelock._filesystem._exchange._rename_call", lambda: refusing)


def test_publish_names_who_is_publishing_on_another_machine(build, dest):
    dest.mkdir()
    (dest / LOCK).write_text(FOREIGN.format("desk"), encoding="utf-8")
    lines = []
    with pytest.raises(InputError, match=rf"process 12 on desk since 2.*delete .*{LOCK}"):
        publish(dest, build, wait=0.3, progress=lines.append)
    assert lines == [f"Waiting for {describe_holder(dest / LOCK)} …"]
    assert os.listdir(dest) == [LOCK]


def test_publish_waits_for_another_process(build, dest):
    dest.mkdir()
    lines, waiting = [], threading.Event()

    def note(line):
        lines.append(line)
        waiting.set()

    worker = threading.Thread(target=publish, args=(dest, build), kwargs={"progress": note})
    with held_elsewhere(dest / LOCK) as holder:
        with pytest.raises(InputError, match=f"in use by process {holder.pid} on "):
            publish(dest, build, wait=0.3, progress=quiet)
        worker.start()
        assert waiting.wait(10)
        assert names(dest) == []
    worker.join()
    assert len(lines) == 1 and lines[0].startswith(f"Waiting for process {holder.pid} on ")
    assert names(dest) == ["v0001"]


def test_publish_takes_over_from_a_killed_process(build, dest):
    dest.mkdir()
    leave_dead_lock(dest / LOCK)
    beside = [f"{LOCK}.break.1.ab", f"{LOCK}.claim"]  # where it was killed while taking over itself
    for name in beside:
        (dest / name).touch()
    (dest / "v0001.partial").mkdir()
    lines = []
    assert publish(dest, build, progress=lines.append).version == "v0001"
    left = [*beside, "v0001.partial"]
    assert lines == [f"Removed {n}, left by a publisher that did not finish." for n in left]
    assert leftovers(dest) == []


def test_publish_takes_over_where_two_were_killed_before_they_could_write(build, dest):
    dest.mkdir()
    for name in (LOCK, f"{LOCK}.claim"):
        (dest / name).touch()
        os.utime(dest / name, (1, 1))
    assert publish(dest, build, progress=quiet, wait=5).version == "v0001"
    assert leftovers(dest) == []


def test_publish_lets_nobody_read_what_is_not_complete(build, dest, monkeypatch):
    fill, modes = publishing._fill, []

    def look(folder, *arguments):
        modes.append(folder.parent.stat().st_mode & 0o777)
        fill(folder, *arguments)

    monkeypatch.setattr(publishing, "_fill", look)
    publish(dest, build)
    assert modes == [0o700]
    assert (dest / "v0001").stat().st_mode & 0o777 == 0o755


def test_publish_keeps_an_old_version_in_which_somebody_wrote(build, dest):
    publish(dest, build)
    (dest / "v0001" / "notes.txt").write_text("a day's work", encoding="utf-8")
    lines = []
    publish(dest, build)
    publish(dest, build, keep=1, progress=lines.append)
    assert names(dest) == ["v0001", "v0003"]
    assert lines == [
        "v0001 was not removed, since it is not as published (v0001/notes.txt: not in the "
        "manifest).",
        "Removed v0002.",
    ]


def test_publish_takes_over_where_names_cannot_be_exchanged(build, dest, no_exchange):
    dest.mkdir()
    leave_dead_lock(dest / LOCK)
    assert publish(dest, build, progress=quiet, wait=5).version == "v0001"
    assert leftovers(dest) == []


def test_publish_leaves_the_living_their_lock_where_names_cannot_be_exchanged(
    build, dest, no_exchange
):
    dest.mkdir()
    with (
        held_elsewhere(dest / LOCK) as holder,
        pytest.raises(InputError, match=f"in use by process {holder.pid} on "),
    ):
        publish(dest, build, progress=quiet, wait=0.3)
    (dest / LOCK).write_text(FOREIGN.format("desk"), encoding="utf-8")
    with pytest.raises(InputError, match="in use by process 12 on desk"):
        publish(dest, build, progress=quiet, wait=0.3)
    assert os.listdir(dest) == [LOCK]


@pytest.mark.parametrize("exchange", [True, False])
def test_held_lock_of_a_killed_process_goes_to_one_of_many(tmp_path, exchange, request):
    if not exchange:
        request.getfixturevalue("no_exchange")
    leave_dead_lock(tmp_path / LOCK)
    inside, most = [], []

    def work():
        with held_lock(tmp_path / LOCK, progress=quiet) as is_ours:
            inside.append(1)
            most.append(len(inside))
            assert is_ours()
            inside.pop()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most == [1] * 8
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"\xff\x00", b"[" * 100_000, b"ann\n", b"1\n", b"filelock/2\npid=\n",
     FOREIGN.format("\x1b[31m").encode(), FOREIGN.replace("12", "9" * 500).format("a").encode()],
)  # fmt: skip
def test_publish_respects_a_lock_it_cannot_read(build, dest, content):
    dest.mkdir()
    (dest / LOCK).write_bytes(content)
    with pytest.raises(InputError, match="in use by somebody since 2") as refused:
        publish(dest, build, wait=0, progress=quiet)
    assert "\x1b" not in str(refused.value)
    assert (dest / LOCK).read_bytes() == content


def test_publish_takes_a_lock_that_stays_unreadable(build, dest):
    dest.mkdir()
    (dest / LOCK).write_text("[" * 100_000, encoding="utf-8")
    assert publish(dest, build, wait=10, progress=quiet).version == "v0001"


def test_publish_takes_an_empty_lock_unless_it_may_be_about_to_be_written(build, dest):
    dest.mkdir()
    (dest / LOCK).touch()
    with pytest.raises(InputError, match="in use by somebody"):
        publish(dest, build, wait=2.5, progress=quiet)
    written = (dest / LOCK).stat().st_mtime - 60
    os.utime(dest / LOCK, (written, written))
    assert publish(dest, build, wait=1, progress=quiet).version == "v0001"
    assert leftovers(dest) == []


def test_publish_says_so_where_a_folder_is_in_the_place_of_its_lock(build, dest):
    (dest / LOCK).mkdir(parents=True)
    with pytest.raises(InputError, match="stopped"):
        publish(dest, build, wait=0, progress=quiet)


def test_describe_holder_knows_no_file():
    assert describe_holder("no such lock") is None


def test_describe_holder_names_the_host_alone(tmp_path):
    (tmp_path / LOCK).write_text(FOREIGN.format("desk?pidns-f0000001"), encoding="utf-8")
    assert describe_holder(tmp_path / LOCK).startswith("process 12 on desk since 2")


@pytest.mark.parametrize("error", [KeyError("1234"), NotImplementedError()])
def test_describe_holder_goes_without_the_name_of_a_user(tmp_path, monkeypatch, error):
    def unknown(path):
        raise error

    monkeypatch.setattr(type(tmp_path), "owner", unknown)
    with held_lock(tmp_path / LOCK):
        assert describe_holder(tmp_path / LOCK).endswith(" UTC")


@pytest.mark.parametrize("heir", [None, FOREIGN.format("desk")])
def test_publish_stops_where_its_lock_was_taken_away(build, dest, monkeypatch, heir):
    publish(dest, build)
    fill = publishing._fill

    def fill_and_lose(partial, *arguments):
        fill(partial, *arguments)
        (dest / LOCK).unlink()
        if heir:
            (dest / LOCK).write_text(heir, encoding="utf-8")

    monkeypatch.setattr(publishing, "_fill", fill_and_lose)
    with pytest.raises(InputError, match="was taken away meanwhile"):
        publish(dest, build)
    assert names(dest) == ["v0001"]
    assert broken(dest) == []
    assert not heir or (dest / LOCK).read_text(encoding="utf-8") == heir


def test_held_lock_that_cannot_be_removed_does_not_hide_why_the_block_ended(tmp_path, monkeypatch):
    def refuse(*place, **options):
        raise PermissionError(errno.EACCES, "is open")

    lines = []
    with (
        pytest.raises(ZeroDivisionError),
        held_lock(tmp_path / LOCK, progress=lines.append),
    ):
        monkeypatch.setattr(os, "unlink", refuse)
        raise ZeroDivisionError
    assert lines == [f"{tmp_path / LOCK} could not be removed (is open); delete it."]


def test_held_lock_on_a_full_drive_leaves_no_file(tmp_path, monkeypatch):
    def refuse(descriptor, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(OSError, match="No space left"), held_lock(tmp_path / LOCK):
        pass
    assert os.listdir(tmp_path) == []


# ---- a reader that has index.html open (Windows refuses to replace it then)


def hold_open(monkeypatch, times):
    real, left = os.replace, itertools.count(times, -1)

    def refuse(source, target):
        if next(left) > 0:
            raise PermissionError(errno.EACCES, "is open")
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)


def test_publish_tries_again_while_a_reader_has_the_page_open(build, dest, monkeypatch):
    publish(dest, build)
    hold_open(monkeypatch, 3)
    publish(dest, build)
    assert current_version(dest) == "v0002"


def test_publish_says_what_to_do_where_a_reader_never_lets_go(build, dest, monkeypatch, impatient):
    publish(dest, build)
    hold_open(monkeypatch, 99)
    with pytest.raises(InputError, match=r"shows v0001 as before.*--rollback v0002") as refused:
        publish(dest, build)
    assert f"dmsi publish {dest} --rollback v0002" in str(refused.value)
    assert broken(dest) == leftovers(dest) == []
    monkeypatch.undo()
    rollback(dest, "v0002")
    assert current_version(dest) == "v0002"


# ---- drives that fail and publishers that die


forks = pytest.mark.skipif(os.name == "nt", reason="the failing publisher is a fork")


def publish_on_failing_drives(build, dest, *failure):
    """Publish once for each call that can fail; yields what the publisher was told after each."""
    for _ in range(2):
        publish(dest, build)
    for at in itertools.count():
        reached, refused = publish_failing(dest, build, at, *failure)
        if not reached:
            assert at > 50  # so many calls were made to fail, one after the other
            return
        yield refused
        assert broken(dest) == [], f"call {at}"
        assert len(names(dest)) >= 2, f"call {at}"
        shown = current_version(dest)
        after = publish(dest, build, keep=2, progress=quiet)
        assert after.number > int(shown[1:])
        assert leftovers(dest) == [], f"call {at}"


@forks
def test_publish_killed_at_every_step_breaks_nothing(tmp_path, dest):
    build = write_fake_report(tmp_path / "build", pages=1)
    assert set(publish_on_failing_drives(build, dest)) == {None}


@forks
def test_publish_killed_while_taking_over_breaks_nothing(tmp_path, dest):
    build = write_fake_report(tmp_path / "build", pages=1)
    publish(dest, build)
    leave_dead_lock(dest / LOCK)
    dead = (dest / LOCK).read_bytes()
    for at in range(20):
        (dest / LOCK).write_bytes(dead)
        assert publish_failing(dest, build, at) == (True, None)
        assert broken(dest) == [], f"call {at}"
        publish(dest, build, keep=2, progress=quiet)
        assert leftovers(dest) == [], f"call {at}"


@forks
@pytest.mark.parametrize(
    ("code", "lasting", "advice"),
    [(errno.ENOSPC, True, "no space left"), (errno.EIO, True, "drive is connected"),
     (errno.EACCES, False, "")],
)  # fmt: skip
def test_publish_on_a_failing_drive_breaks_nothing(tmp_path, dest, code, lasting, advice):
    build = write_fake_report(tmp_path / "build", pages=1)
    error = OSError(code, os.strerror(code))
    told = [*publish_on_failing_drives(build, dest, error, lasting)]
    refused = [line for line in told if line]  # the others failed while tidying up
    assert len(refused) > 30
    assert all(advice in line for line in refused)


def test_publish_on_a_drive_that_is_too_small_stops_before_copying(build, dest, monkeypatch):
    publish(dest, build)
    usage = type("Usage", (), {"free": 100})
    monkeypatch.setattr(publishing.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(InputError, match=r"no space left.*index.html shows v0001, which is comp"):
        publish(dest, build)
    assert leftovers(dest) == []


def test_publish_to_a_drive_that_vanishes_says_so(build, dest, monkeypatch):
    publish(dest, build)

    def vanish(partial, *arguments):
        dest.rename(dest.with_name("elsewhere"))
        (partial / "index.html").touch()

    monkeypatch.setattr(publishing, "_fill", vanish)
    with pytest.raises(InputError, match=r"can't be reached\. Check that the drive is connected"):
        publish(dest, build)


def test_publish_that_is_interrupted_while_it_deletes_leaves_nothing(build, dest, monkeypatch):
    publish(dest, build)
    real, calls = publishing.shutil.rmtree, []

    def interrupt(folder, **how):
        calls.append(folder)
        if len(calls) == 1:
            raise KeyboardInterrupt
        real(folder, **how)

    monkeypatch.setattr(publishing.shutil, "rmtree", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(dest, build, keep=1)
    assert names(dest) == ["v0002"]
    assert broken(dest) == leftovers(dest) == []


def test_publish_that_is_interrupted_leaves_nothing(build, dest, monkeypatch):
    publish(dest, build)

    def interrupt(partial, *arguments):
        partial.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "_fill", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(dest, build)
    assert broken(dest) == leftovers(dest) == []


def test_publish_survives_real_kills(build, dest):
    publish(dest, build)
    kills = list(kill_publishers(dest, build, 4, 0.2, seed=3, quick=True))
    assert [lines for lines, _ in kills] == [[]] * 4
    publish(dest, build, progress=quiet)
    assert broken(dest) == leftovers(dest) == []


def test_publish_by_many_at_once_makes_a_version_each(build, dest):
    dest.mkdir()
    lines, _ = publish_at_once(dest, build, 3, 2, quick=True)
    assert lines == []
    assert names(dest) == [f"v{number:04}" for number in range(1, 7)]
    assert leftovers(dest) == []


def test_publish_by_many_at_once_who_find_a_dead_lock_makes_a_version_each(build, dest):
    dest.mkdir()
    leave_dead_lock(dest / LOCK)
    lines, _ = publish_at_once(dest, build, 4, 1, quick=True)
    assert lines == []
    assert names(dest) == [f"v{number:04}" for number in range(1, 5)]
    assert leftovers(dest) == []
