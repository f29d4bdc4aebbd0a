"""Whether a publication can be broken: publishers killed at random moments, many at once.

    python tests/benchmarks/fault_injection.py [kills] [publishers]

Without arguments 200 kills and 16 publishers of 3 versions each. After each kill the shared folder
is read as a reader would: every version against its manifest, and the page that leads to one. The
next publisher finds what the killed one has left. Takes about three minutes.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from fake_report import broken, kill_publishers, leftovers, publish_at_once, write_fake_report

from dmsi_lib.shared_drive.publishing import publish
from dmsi_lib.shared_drive.versions import find_versions


def report_kills(folder, kills):
    build, dest = write_fake_report(folder / "build", pages=12, size=200_000), folder / "kills"
    began = time.perf_counter()
    publish(dest, build)
    seconds = time.perf_counter() - began
    bad, stages = 0, Counter()
    for lines, stage in kill_publishers(dest, build, kills, 3 * seconds, seed=1):
        bad += bool(lines)
        stages[stage] += 1
        for line in lines:
            print(f"  BROKEN: {line}")
    newest = publish(dest, build, progress=lambda line: None)
    print(f"{kills} kills, one publication {seconds:.2f} s: {bad} broken publications")
    print("  killed while: " + ", ".join(f"{name} {n}" for name, n in stages.most_common()))
    print(f"  afterwards published: {newest.version}; left over: {leftovers(dest) or 'nothing'}")
    return bad + len(broken(dest)) + len(leftovers(dest))


def report_at_once(folder, publishers, times=3):
    build, dest = write_fake_report(folder / "small"), folder / "at-once"
    began = time.perf_counter()
    dest.mkdir()
    lines, reads = publish_at_once(dest, build, publishers, times)
    seconds, made = time.perf_counter() - began, len(find_versions(dest))
    for line in lines:
        print(f"  BROKEN: {line}")
    print(
        f"{publishers} publishers at once, {times} versions each: {made} versions in "
        f"{seconds:.1f} s, read {reads} times meanwhile: {len(lines)} findings; left over: "
        f"{leftovers(dest) or 'nothing'}"
    )
    return len(lines) + abs(made - publishers * times) + len(leftovers(dest))


def main():
    kills, publishers = [*map(int, sys.argv[1:]), *(200, 16)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        failures = report_kills(Path(folder), kills)
        failures += report_at_once(Path(folder), publishers)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
