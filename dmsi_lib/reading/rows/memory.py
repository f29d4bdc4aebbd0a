"""How much memory there is, and files that need more of it."""

from pathlib import Path

from dmsi_lib.errors import InputError

_GIB = 2**30
# Linux, "Control Group v2", section "Memory Interface Files"; "Memory Resource Controller" (v1):
# the limit, what is taken, and the line of `memory.stat` that says how much of that are files,
# which give way.
_GROUPS = (
    ("memory.max", "memory.current", "inactive_file "),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file "),
)
_ROOT = Path("/sys/fs/cgroup")


def available_memory() -> int:
    """Bytes that this process may still take: those of the machine, or of the container that it
    runs in where that has fewer."""
    import psutil

    found = [int(psutil.virtual_memory().available)]
    for most, used, files in _GROUPS:
        try:
            limit = int((_ROOT / most).read_text())
            taken = int((_ROOT / used).read_text())
            stated = (_ROOT / most).with_name("memory.stat").read_text().splitlines()
            given_back = sum(int(line.split()[1]) for line in stated if line.startswith(files))
            found.append(limit - taken + given_back)
        except (OSError, ValueError, IndexError):  # no such group, or it says "max"
            continue
    return max(0, min(found))


def check_memory(path: Path, size: int, needed: int, found: int | None = None) -> None:
    """Refuse a file of so many bytes that needs more memory than there is, or than was found."""
    found = available_memory() if found is None else found
    if needed > found:
        raise InputError(
            f"{path}: {size:,} bytes; to read them takes about {needed / _GIB:.1f} GiB of memory, "
            f"and {found / _GIB:.1f} GiB are free. Is it the export? If so, close other programs, "
            "export fewer columns, or the respondents in several files."
        )
