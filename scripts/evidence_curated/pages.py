"""What a web address alone tells of a source: its key, date, kind, licence, a working title."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

CITED = "all rights reserved; facts cited"
US_GOVERNMENT = "US government work"

_RESEARCH = re.compile(
    r"(?:^|\.)(?:cis|cato|wola|trac\.syr|bakerinstitute|strausscenter|migrationpolicy|pewresearch|aila|"
    r"humanrightsfirst|justiceinmexico|insightcrime|bipartisanpolicy|usipc|ucsd|"
    r"globaldetentionproject|immigrationpolicytracking|clearinghouse|justsecurity|lawfare|"
    r"witnessattheborder|raicestexas|cliniclegal|asylumaccess|rescue|msf|journals\.plos|"
    r"pmc\.ncbi\.nlm\.nih|ncbi\.nlm\.nih|scielo|springer|defenseoversight|adamisacson|lawsdocbox|hsdl|studenta|docslib)(?:\.|$)"
)
_US_GOVERNMENT = re.compile(r"\.gov$|everycrsreport\.com$|documentcloud\.org$")
_DATE = re.compile(r"/(20[0-2]\d)[/-](0[1-9]|1[0-2])(?:[/-](0[1-9]|[12]\d|3[01]))?(?=[/-]|$)")


def plain_url(url: str) -> str:
    """The address without session marks; from a remark that holds one, that address."""
    found = re.search(r"https?://\S+", url)
    url = found[0] if found else ""
    url = re.sub(r"\?PHPSESSID=\w+$", "", url)
    return url.replace("gob.mx/es//", "gob.mx/es/")


def url_key(url: str) -> str:
    """The same page by another spelling gives the same key: no scheme, ``www.`` or end slash."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/").lower()


def host_of(url: str) -> str:
    """The host of an address, without ``www.``."""
    return (urlsplit(url).hostname or "").removeprefix("www.").rstrip(".")


def kind_of(url: str) -> str:
    """``agency`` (US government), ``research`` (institute, survey, review) or ``press``."""
    host = host_of(url)
    if _RESEARCH.search(host):
        return "research"
    agency = _US_GOVERNMENT.search(host) or host.endswith(".gob.mx")
    return "agency" if agency else "press"


def licence_of(url: str) -> str:
    """US federal pages are public; of all others only facts are cited."""
    host = host_of(url)
    public = _US_GOVERNMENT.search(host) and not _RESEARCH.search(host)
    return US_GOVERNMENT if public else CITED


def date_of(url: str) -> str:
    """Year and month, with the day where the address prints it; blank where it does not."""
    match = _DATE.search(url)
    return "-".join(part for part in match.groups() if part) if match else ""


def publisher_of(name: str, url: str) -> str:
    """The publisher as recorded, or the host of the page."""
    name = re.sub(r" via published_figures\.csv| \(project PF\d+\)", "", name)
    return name or host_of(url)


def title_of(url: str) -> str:
    """A working title from the last words of the address; the page's own was not recorded."""
    parts = [p for p in unquote(urlsplit(url).path).split("/") if p]
    words: list[str] = []
    for part in reversed(parts):
        part = re.sub(r"\.(html?|php|aspx?)$", "", part)
        words = [w for w in re.split(r"[-_\s]+", part) if w and not re.search(r"\d{4,}", w)]
        if len(words) >= 3:
            break
    if len(words) < 3:
        return f"Page of {host_of(url)}"
    text = " ".join(words[:16]).lower()
    return text[0].upper() + text[1:]
