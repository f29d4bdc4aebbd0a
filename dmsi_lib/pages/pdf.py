"""A page as PDF, printed by a browser that is installed and started without a window."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from dmsi_lib.errors import InputError
from dmsi_lib.files import write_bytes
from dmsi_lib.working_folders import working_folder

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
VARIABLE = "DMSI_BROWSER"
_PATIENCE = 120  # seconds; a whole report takes a few
# The page asks for nothing; these keep the browser itself from asking.
_OPTIONS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-extensions", "--no-pdf-header-footer", "--generate-pdf-document-outline"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def find_browser() -> str:
    """The path of a browser that can print, from DMSI_BROWSER or the usual names.

    Raises
    ------
    InputError
        Where there is none.
    """
    wanted = os.environ.get(VARIABLE)
    found = next(filter(None, map(shutil.which, [wanted] if wanted else BROWSERS)), None)
    if found:
        return found
    if wanted:
        raise InputError(
            f"{VARIABLE}: '{wanted}' is no program that can be started; expected the path of "
            "Chromium, Chrome or Edge."
        )
    raise InputError(
        f"No browser to print with: none of {', '.join(BROWSERS)} is installed. Install Chromium, "
        f"or put the path of Chromium, Chrome or Edge into the environment variable {VARIABLE}."
    )


def write_pdf(html_path: Path, pdf_path: Path, browser: str) -> None:
    """Print a page.

    Parameters
    ----------
    html_path : the page
    pdf_path : the PDF; written in one step
    browser : as from `find_browser`

    Raises
    ------
    InputError
        Where the page is missing, the browser fails or takes too long, or the place can't be
        written to. An older PDF is left then.
    """
    if not html_path.is_file():
        raise InputError(f"{html_path}: there is no such page to print.")
    # A folder of its own, so that an open browser of the same user does not take over.
    with working_folder(Path(tempfile.gettempdir())) as own:
        printed = own / "page.pdf"
        command = [browser, *_OPTIONS, f"--user-data-dir={own}/profile"]
        command += [f"--print-to-pdf={printed}", html_path.resolve().as_uri()]
        if getattr(os, "geteuid", lambda: -1)() == 0:  # as in a container
            command.insert(1, "--no-sandbox")  # Chromium refuses to start its sandbox for root
        complaint = _run(command)
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF-"):
            raise InputError(f"{html_path}: {browser} could not print it. {complaint}".rstrip())
        write_bytes(pdf_path, printed.read_bytes())


def _run(command: list[str]) -> str:
    """Run a browser; what it complained of last, where it failed."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return f"It was stopped after {_PATIENCE} seconds."
    except OSError as error:
        return f"It can't be started ({error.strerror or error})."
    return (done.stderr.strip().splitlines() or [""])[-1][:200] if done.returncode else ""
