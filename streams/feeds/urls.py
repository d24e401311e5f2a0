"""Addresses of the web: which are one and the same, and how one is shown."""

import re
from urllib.parse import SplitResult, urldefrag, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}


def is_web(url: str) -> bool:
    """Whether it is an absolute http or https address with a host, and without white space."""
    at = _split(url)
    return at is not None and at.scheme in _PORTS and bool(at.hostname) and not re.search(r"[\s\x00-\x1f]", url)


def normalised(url: str) -> str:
    """The form in which two spellings of one address are equal (RFC 3986, 6.2).

    Scheme and host are in small letters, without the scheme's own port; no path is "/"; a fragment does not count. What
    is no web address stays as it is.
    """
    at = _split(url)
    if at is None or at.scheme not in _PORTS or not at.hostname:
        return url
    user = f"{at.netloc.rpartition('@')[0]}@" if "@" in at.netloc else ""
    host = f"[{at.hostname}]" if ":" in at.hostname else at.hostname.rstrip(".")
    port = f":{at.port}" if at.port not in (None, _PORTS[at.scheme]) else ""
    return urlunsplit((at.scheme, user + host + port, at.path or "/", at.query, ""))


def shown_url(url: str) -> str:
    """An address for a person's eyes: without the name and password that it may hold."""
    return re.sub(r"(?s)^(\s*[\w+.-]*:?//)[^/?#]*@", r"\1***@", url)


def without_credentials(url: str) -> str:
    """The address without the name and password that it may hold."""
    return re.sub(r"(?s)^(\s*[\w+.-]*:?//)[^/?#]*@", r"\1", url)


def host_of(url: str) -> str:
    """The host in small letters, "" where there is none."""
    at = _split(url)
    return ((at and at.hostname) or "").rstrip(".")


def is_same_site(a: str, b: str) -> bool:
    """Whether both addresses are of one host, or one's host lies under the other's; `www.` does not count."""
    one, other = (host_of(url).removeprefix("www.") for url in (a, b))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def without_fragment(url: str) -> str:
    """The address without what stands behind #."""
    return urldefrag(url).url


def _split(url: str) -> SplitResult | None:
    try:
        at = urlsplit(url)
        _ = at.port  # raises where it is no number up to 65535
    except ValueError:
        return None
    return at
