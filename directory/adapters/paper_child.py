"""The process in which a page is set as PDF. Run by its path, not imported.

It is given a JSON object with ``html``, ``css``, ``title`` and ``language`` as
standard input, an empty file as standard output, and by its arguments the number of
an open pipe for its report and the limits. The report is ``made`` or why not.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import signal
import sys
import warnings
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
"""Source: Linux, prctl.h and sched.h."""

PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
"""How an address begins that is no address but a picture."""


def main() -> None:
    """Set one page and report."""
    pipe, limits = int(sys.argv[1]), json.loads(sys.argv[2])
    confine(limits)
    warnings.simplefilter("ignore")
    logging.disable()
    try:
        report = set_page(json.load(sys.stdin.buffer), limits)
    except OSError as error:
        # The libraries are asked for by name when the package is imported.
        report = "missing" if "cannot load library" in str(error) else "failed"
    except ImportError:
        report = "missing"
    except Exception:  # noqa: BLE001 (whatever it is, no page came of it)
        report = "failed"
    os.write(pipe, report.encode("ascii"))
    os._exit(0)


def confine(limits: dict[str, Any]) -> None:
    """Give up what setting a page does not need."""
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_FSIZE, limits["output_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A system may forbid it; what is left then is the fetcher that refuses.
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def set_page(given: dict[str, str], limits: dict[str, Any]) -> str:
    """Write the page as PDF; return the report."""
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

    class Pictures(URLFetcher):  # type: ignore[misc]
        """Hands over pictures that stand in the page, and fetches nothing."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(PICTURES):
                raise ValueError("nothing is fetched")
            return super().fetch(url, headers)

    if not given["html"]:
        return "made"
    fetcher = Pictures(allowed_protocols=("data",), allow_redirects=False)
    fonts = FontConfiguration()
    page = HTML(string=given["html"], url_fetcher=fetcher)
    page.etree_element.set("lang", given["language"])
    sheet = CSS(string=given["css"], url_fetcher=fetcher, font_config=fonts)
    document = page.render(stylesheets=[sheet], font_config=fonts)
    if len(document.pages) > limits["pages"]:
        return "too-long"
    document.metadata.title = given["title"]
    document.metadata.lang = given["language"]
    document.write_pdf(sys.stdout.buffer, pdf_variant="pdf/ua-1", pdf_tags=True)
    sys.stdout.buffer.flush()
    return "made"


if __name__ == "__main__":
    main()
