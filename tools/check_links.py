"""Every link, image and anchor of a built site leads somewhere: `python -m tools.check_links build/site`.

Links to other sites are not followed.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """What a page links to, and the anchors that it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {"", "__top"}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what this tag links to or is called."""
        for name, value in attrs:
            if name in ("href", "src") and value and tag != "link":
                self.links.append(value)
            elif name in ("id", "name") and value:
                self.anchors.add(value)


def broken(site: Path) -> list[str]:
    """The links that lead nowhere, each with the page that it is on."""
    pages = {path.resolve(): Page(path) for path in site.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            known = pages.get(target)
            if not target.is_file() or (known is not None and unquote(parts.fragment) not in known.anchors):
                found.append(f"{path.relative_to(site.resolve())}: {link}")
    return found


def main() -> None:
    """Print what is broken; exit with 1 if anything is."""
    found = broken(Path(sys.argv[1]))
    print("\n".join(found) or "all links lead somewhere")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
