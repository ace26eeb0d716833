"""Pages as a headless Chromium shows them."""

from __future__ import annotations

import subprocess
from pathlib import Path

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-logging=stderr", "--hide-scrollbars",
)  # fmt: skip

MEASURE = """<script>addEventListener("load", () => {
  const wide = [...document.querySelectorAll("body *")].filter(
    (e) => !e.closest(".scroll, .skip, svg") && e.getBoundingClientRect().right > innerWidth + 1);
  const root = document.documentElement;
  root.dataset.wide = wide.map((e) => e.tagName).join(" ");
  root.dataset.scroll = root.scrollWidth;
  root.dataset.shown = root.clientWidth;
  root.dataset.ink = getComputedStyle(document.body).color;
  root.dataset.line = getComputedStyle(document.querySelector("svg text")).fill;
  root.dataset.height = document.querySelector("svg").clientHeight;
});</script>"""


def browse(chromium: str, folder: Path, page: Path, *flags: str) -> tuple[str, list[str]]:
    """Open a page; its DOM, and what the console says."""
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def let_measure(page: Path, copy: Path) -> Path:
    """A copy that lets one script in, which measures what was laid out: the page forbids them."""
    text = page.read_text(encoding="utf-8").replace(
        "default-src 'none'", "script-src 'unsafe-inline'"
    )
    copy.write_text(text.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    return copy
