"""A browser without scripts: it keeps cookies, follows links and redirects, and sends the forms of a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin

import httpx

from deploy.local.demo.http import client

Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(slots=True)
class Form:
    """One form: where it goes, its fields as they stand on the page, and the choices of each list by their words."""

    action: str
    method: str
    multipart: bool
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


class NotOnPage(RuntimeError):
    """The page lacks the form that a person would use now, or the answer is an error."""


class Page(HTMLParser):
    """The forms of a page, and the addresses of its links, pictures and recordings."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._list = self._option = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a form, a field, a choice or a link."""
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(got.get("action", ""), got.get("method", "get"), "multipart" in got.get("enctype", ""))
            self.forms.append(self._open)
        elif tag in ("a", "audio", "img"):
            self.links.append(got.get("href") or got.get("src") or "")
        elif self._open is not None:
            self._field(self._open, tag, got)

    def _field(self, form: Form, tag: str, got: dict[str, str]) -> None:
        name = got.get("name", "")
        if tag == "select":
            self._list = name
            form.choices[name] = {}
        elif tag == "option":
            self._option = got.get("value", "")
            if "selected" in got or self._list not in form.fields:
                form.fields[self._list] = self._option
        elif tag == "textarea":
            self._area = name
            form.fields[name] = ""
        elif tag == "input" and name and got.get("type") not in ("file", "submit"):
            chosen = got.get("type") not in ("radio", "checkbox") or "checked" in got
            form.fields |= {name: got.get("value", "")} if chosen else {}

    def handle_data(self, data: str) -> None:
        """Take in the words of a choice or of a large field."""
        if self._open is not None and self._option and data.strip():
            self._open.choices[self._list].setdefault(data.strip(), self._option)
        elif self._open is not None and self._area:
            self._open.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        """Close a form, a list or a field."""
        if tag == "form":
            self._open = None
        elif tag == "option":
            self._option = ""
        elif tag == "select":
            self._list = ""
        elif tag == "textarea":
            self._area = ""

    def find(self, action: str = "", **fixed: str) -> Form | None:
        """Return the first form to be posted that goes to ``action`` and has these values in its fields, or None."""
        return next(
            (
                form
                for form in self.forms
                if form.method.lower() == "post"
                and action in ("", form.action)
                and fixed.items() <= form.fields.items()
            ),
            None,
        )

    def form(self, action: str = "", **fixed: str) -> Form:
        """Return the form that `find` finds. Raises NotOnPage without one."""
        found = self.find(action, **fixed)
        if found is None:
            raise NotOnPage(f"the page has no form to {action} {fixed}")
        return found


def read_page(text: str) -> Page:
    """Return the page that this HTML is."""
    page = Page()
    page.feed(text)
    return page


class Browser:
    """One visitor, who begins at one service. Use it as `async with Browser(url) as browser`."""

    def __init__(self, url: str) -> None:
        self._http = client(url)
        self._page: httpx.Response | None = None
        self._read = Page()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def text(self) -> str:
        """The page as it was answered."""
        return self._page.text if self._page is not None else ""

    @property
    def path(self) -> str:
        """The path at which the redirects ended."""
        return self._page.url.path if self._page is not None else ""

    @property
    def links(self) -> list[str]:
        """The addresses of links, pictures and recordings."""
        return self._read.links

    async def open(self, address: str) -> None:
        """Open an address. Raises NotOnPage when the answer is an error."""
        self._take(await self._http.get(address, follow_redirects=True))

    async def fetch(self, address: str) -> httpx.Response:
        """Return what a picture or a recording of the page loads. The page stays open."""
        return await self._http.get(self._from_here(address), follow_redirects=True)

    def find(self, action: str = "", **fixed: str) -> Form | None:
        """Return the form of the page that `Page.find` finds, or None."""
        return self._read.find(action, **fixed)

    def form(self, action: str = "", **fixed: str) -> Form:
        """Return the form of the page that `Page.form` finds."""
        return self._read.form(action, **fixed)

    async def send(self, form: Form, typed: Mapping[str, str], files: Files | None = None) -> None:
        """Send a form with what was typed. Raises NotOnPage when the answer is an error."""
        fields = form.fields | dict(typed)
        given = dict(files) if files else {"berkas": ("", b"", "application/octet-stream")} if form.multipart else None
        address = self._from_here(form.action or self.path)
        self._take(await self._http.post(address, data=fields, files=given, follow_redirects=True))

    def _from_here(self, address: str) -> str:
        """Return the address as a browser reads it on the open page, which may be another service's."""
        return urljoin(str(self._page.url), address) if self._page is not None else address

    def _take(self, answer: httpx.Response) -> None:
        self._page, self._read = answer, Page()
        if answer.is_error:
            raise NotOnPage(f"{answer.request.method} {answer.url.path} was answered {answer.status_code}")
        self._read = read_page(answer.text)
