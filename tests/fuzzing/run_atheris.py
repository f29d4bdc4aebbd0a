"""Fuzz one target for a while: python tests/fuzzing/run_atheris.py TARGET SECONDS [FOLDER]

The folder keeps the corpus and the inputs that crashed, so that a later run goes on from there.
The target "any" is all that the tests try at random. Further arguments go to libFuzzer. A file
given instead of the seconds is replayed.
"""

import os
import sys
import tempfile
import traceback
from pathlib import Path

import atheris

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]
# What decides about a file's content; the rest of the packages would only slow the runs down.
INSTRUMENTED = ["dmsi_lib", "openpyxl.worksheet", "openpyxl.reader", "openpyxl.cell"]


def main(arguments):
    name, seconds, *rest = arguments
    with atheris.instrument_imports(include=INSTRUMENTED):
        from fuzzing.targets import TARGETS, seeds, seeds_of_any, try_any
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(rest.pop(0)) if rest and not rest[0].startswith("-") else Path(scratch) / "own"
        corpus, crashes = base / "corpus", base / "crashes"
        for folder in (corpus, crashes):
            folder.mkdir(parents=True, exist_ok=True)
        target, own = (try_any, seeds_of_any()) if name == "any" else (TARGETS[name], seeds(name))
        for number, seed in enumerate(own):
            (corpus / f"seed{number:03}").write_bytes(seed)
        work = Path(scratch) / "work"
        work.mkdir()

        def run(data):
            try:
                target(data, work)
            except BaseException:  # said here, since the fuzzer may be cut off while it ends
                (crashes / "fault").write_bytes(data)
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)

        options = [
            *("-timeout=5", "-rss_limit_mb=1024", "-max_len=200000", "-len_control=50"),
            *(f"-artifact_prefix={crashes}/", "-print_final_stats=1", *rest),
        ]
        if Path(seconds).exists():
            options.append(seconds)
        else:
            options += [f"-max_total_time={seconds}", str(corpus)]
        atheris.Setup([sys.argv[0], *options], run)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
