"""Find dead links in the built site: ``python docs/check_links.py site``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself; it must be there, and here.
_FETCHED = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}


@dataclass
class Page(HTMLParser):
    """The anchors of a page, what it links to and what it fetches."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Ready the parser beneath."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep identifiers and addresses."""
        given = dict(attrs)
        self.anchors.update(filter(None, (given.get("id"), given.get("name"))))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        address = given.get(_FETCHED.get(tag, ""))
        if address and given.get("rel") != "canonical":
            self.fetched.append(address)


def dead_links(site: Path) -> list[str]:
    """What leads nowhere, and what a browser would fetch from another host.

    Parameters
    ----------
    site : Path
        Folder of the built site.

    Returns
    -------
    list of str
        One line each: page, address, fault.
    """
    pages = {path.resolve(): _read(path) for path in sorted(site.rglob("*.html"))}
    return [
        f"{path.relative_to(site.resolve())}: {address}: {fault}"
        for path, page in pages.items()
        for address, fault in _faults(path, page, pages)
    ]


def external_links(site: Path) -> list[str]:
    """Addresses on other hosts that a reader may follow; they are listed, not fetched."""
    pages = map(_read, site.rglob("*.html"))
    return sorted({link for page in pages for link in page.links if urlsplit(link).netloc})


def _read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _faults(path: Path, page: Page, pages: dict[Path, Page]) -> Iterator[tuple[str, str]]:
    for address in page.fetched:
        if urlsplit(address).netloc:
            yield address, "fetched from another host"
    for address in page.links + page.fetched:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.is_file():
            yield address, "no such file"
        elif parts.fragment and unquote(parts.fragment) not in pages[target].anchors:
            yield address, "no such place on the page"


def main() -> None:
    """Print what is wrong, and end with 1 if anything is."""
    site = Path(sys.argv[1])
    dead = dead_links(site)
    lines = dead or [f"no dead link; on other hosts: {', '.join(external_links(site)) or 'none'}"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(bool(dead))


if __name__ == "__main__":
    main()
