"""HTML to lines of readable text: one pass over the tree, so that time grows with the length of the page.

What a page says of itself beside its text is left out: scripts, navigation, forms, figures with their captions, parts
whose class or id names them as such ("share-buttons", "related"), and lists that are nearly nothing but links. A page
of which little would be left so is read whole.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

_NAMES = {
    "skipped": """script style noscript template nav header footer aside button iframe svg figure figcaption head select
option textarea label legend datalist video audio object canvas math dialog""",
    "headings": "h1 h2 h3 h4 h5 h6",
    "blocks": """p li blockquote pre dt dd dl div section article main form br hr tr td th table tbody thead caption ul
ol address center details summary fieldset""",
    "void": "area base br col embed hr img input link meta source track wbr",
    "flat": "p li td th tr dt dd option tbody thead",
    "lists": "ul ol table div section",
}
"""Elements: unread; titles; what parts lines; without content; never within each other; perhaps menus."""
_SKIPPED, _HEADINGS, _BLOCKS, _VOID, _FLAT, _LISTS = (frozenset(names.split()) for names in _NAMES.values())
_BLOCKS |= _HEADINGS
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|socials|cookies?|subscribe|subscription|related|newsletter|breadcrumbs?"
    r"|promo|advert\w*|ads?|banner|sidebar|comments?|footer|menu|navigation|nav|navbar|widget|popup|modal|tags?"
    r"|caption|credit|credits|copyright|tooltip|paywall|recommended|pagination|sr-only|visually-hidden"
    r"|screen-reader-text|skip-link)(?:$|[\s_-])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CONTENT = ("[itemprop=articleBody]", "article", "main", "[role=main]")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
DEEPEST = 1000
"""Tags within each other: the parser's time grows with the square of the depth, and no page is so deep (a judgement;
20,000 nested tags took the parser .5 s, 80,000 took 8 s)."""
LINKS = 0.7
"""Share of letters inside links from which a list of three or more is a menu (a judgement)."""
ENOUGH = 0.5
"""Share of a page's letters that the part marked as its content must hold to be read alone (a judgement)."""

Line = tuple[str, bool]
"""A line without a break, and whether the page marks it as a heading."""


def lines_of_html(html: str) -> list[Line]:
    """The lines of a page's content, in order; none holds a line break, each holds a visible sign."""
    tree = LexborHTMLParser(_shallow(html.encode("utf-8", "replace").decode()))
    if tree.body is None:
        return []
    everything = _Lines(choosy=False).of(tree.body)
    content = _content(tree, _letters(everything))
    chosen = _Lines(choosy=True).of(content or tree.body)
    return chosen if _letters(chosen) * 4 >= _letters(everything) or content else everything


def _content(tree: LexborHTMLParser, letters: int) -> LexborNode | None:
    """The element marked as the page's content that holds most of its letters, if there is one."""
    for mark in _CONTENT:
        found = tree.css(mark)
        if 0 < len(found) <= 3:
            for node in found:
                if _letters(_Lines(choosy=True).of(node)) >= ENOUGH * letters:
                    return node
    return None


def _letters(lines: list[Line]) -> int:
    return sum(map(str.isalnum, "".join(line for line, _ in lines)))


def _shallow(html: str) -> str:
    """The same page with no tags within each other beyond DEEPEST."""
    if html.count("<") < DEEPEST:
        return html
    depth, unnested = 0, _VOID | _FLAT

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag.group(2).lower() in unnested:
            return tag.group()
        depth = max(0, depth - 1) if tag.group(1) else depth + 1
        return tag.group() if depth < DEEPEST else "<br"

    return _TAG.sub(kept, html)


@dataclass(slots=True)
class _Open:
    """A list or part that is being read: the lines before it, its links and letters so far."""

    depth: int
    lines: int
    links: int = 0
    letters: int = 0
    linked: int = 0


@dataclass(slots=True)
class _Lines:
    """One reading of a tree; a choosy one leaves out asides and menus."""

    choosy: bool
    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    heading: bool = False
    link: int = 0

    def of(self, root: LexborNode) -> list[Line]:
        """The lines under `root`."""
        node, depth = root.child, 1
        while node is not None:
            if self._enter(node, depth) and node.child is not None:
                node, depth = node.child, depth + 1
                continue
            self._leave(node, depth)
            while node.next is None and depth > 1 and node.parent is not None:
                node, depth = node.parent, depth - 1
                self._leave(node, depth)
            node = node.next
        self._flush()
        return self.lines

    def _enter(self, node: LexborNode, depth: int) -> bool:
        """Take a node in; whether its children are read."""
        tag = node.tag or ""  # none: a name that is no text
        if tag == "-text":
            self._text(node.text_content or "")
            return False
        if tag in _SKIPPED or tag.startswith("-") or (self.choosy and _aside(node)):
            return False
        if tag in _BLOCKS:
            self._flush()
            self.heading = tag in _HEADINGS
            if tag == "li":
                self.pieces.append("- ")
            if tag in _LISTS and self.choosy:
                self.open.append(_Open(depth, len(self.lines)))
        elif tag == "a":
            self.link = self.link or depth
            if self.open:
                self.open[-1].links += 1
        return True

    def _leave(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or ""  # none: a name that is no text
        if tag == "a" and self.link == depth:
            self.link = 0
        if tag not in _BLOCKS:
            return
        self._flush()
        self.heading = False
        if self.open and self.open[-1].depth == depth:
            part = self.open.pop()
            if part.links >= 3 and part.linked > LINKS * part.letters:
                del self.lines[part.lines :]
            elif self.open:
                outer = self.open[-1]
                outer.links += part.links
                outer.letters += part.letters
                outer.linked += part.linked

    def _text(self, text: str) -> None:
        self.pieces.append(text)
        if self.open:
            letters = len(text) - text.count(" ")
            self.open[-1].letters += letters
            self.open[-1].linked += letters if self.link else 0

    def _flush(self) -> None:
        if self.pieces:
            line = " ".join("".join(self.pieces).translate(_INVISIBLE).split())
            self.pieces.clear()
            if line and line != "-":
                self.lines.append((line, self.heading))


def _aside(node: LexborNode) -> bool:
    """Whether an element calls itself something beside the text, or is hidden."""
    marks = node.attributes
    if not marks:
        return False
    if "hidden" in marks or marks.get("aria-hidden") == "true" or marks.get("role") in ("navigation", "banner"):
        return True
    if _HIDDEN.search(marks.get("style") or ""):
        return True
    named = f"{marks.get('class') or ''} {marks.get('id') or ''}"
    return len(named) < 400 and _ASIDE.search(named) is not None
