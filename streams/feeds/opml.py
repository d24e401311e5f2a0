"""Lists of feeds as other readers keep them: OPML 2.0 (opml.org/spec2)."""

from collections.abc import Iterable

from lxml import etree

from models.errors import InvalidSettings
from streams.feeds.entries import Feed
from streams.feeds.fields import address, language


def read_opml(body: bytes) -> list[Feed]:
    """The feeds of an OPML document, in its order, each address once; folders are looked into.

    An outline is a feed if it has an `xmlUrl`, in whatever case; its `language` is the feed's. An address that is none
    of the web stands as it is: `streams.feeds.configuration.new_feed` refuses it by name, and the others are taken.

    Raises:
        InvalidSettings: this is no OPML, or it names no feed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InvalidSettings(f"no OPML: {error}") from None
    if etree.QName(root).localname.lower() != "opml":
        raise InvalidSettings(f"no OPML: its root element is <{etree.QName(root).localname}>, not <opml>")
    feeds: dict[str, Feed] = {}
    for outline in root.iter("{*}outline"):
        told = {str(name).lower(): str(value) for name, value in outline.items()}
        if not (url := told.get("xmlurl", "").strip()):
            continue
        link = address(_without_feed_scheme(url), "") or url
        feeds.setdefault(link, Feed(url=link, lang=language(told.get("language"))))
    if not feeds:
        raise InvalidSettings("the OPML names no feed: no <outline> in it has an xmlUrl")
    return list(feeds.values())


def write_opml(feeds: Iterable[Feed]) -> bytes:
    """An OPML 2.0 document of the feeds, UTF-8; of sitemaps and list pages, which other readers cannot read, none.

    Raises:
        InvalidSettings: an address holds what XML cannot.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds"
    outlines = etree.SubElement(root, "body")
    for feed in feeds:
        if feed.kind == "feed":
            told = {"language": feed.lang} if feed.lang else {}
            try:
                etree.SubElement(outlines, "outline", type="rss", text=feed.url, xmlUrl=feed.url, **told)
            except ValueError:
                raise InvalidSettings(f"the address {feed.url!r} holds characters that no address has") from None
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _without_feed_scheme(url: str) -> str:
    """feed://host/… and feed:https://host/… are how some readers write a feed's address."""
    for prefix, replacement in (("feed://", "http://"), ("feed:", "")):
        if url.lower().startswith(prefix):
            return replacement + url[len(prefix) :]
    return url
