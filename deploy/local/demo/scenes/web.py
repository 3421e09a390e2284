"""People at the web pages, in browsers without scripts: two who file, and one who follows."""

from typing import Any

from deploy.local.demo.scenes.browser import Browser, NotOnPage
from deploy.local.demo.scenes.chats import TICKET


async def file_with_photo(url: str, scene: dict[str, Any], photo: bytes) -> tuple[str, str]:
    """File with a photo and a village from the list. Return the ticket and the path of the secret page."""
    async with Browser(url) as browser:
        await browser.open("/")
        typed = _typed(scene) | {"kabupaten": scene["regency"], "langkah": "wilayah"}
        await browser.send(browser.form("/"), typed, {"berkas": ("lampu.jpg", photo, "image/jpeg")})
        places = browser.form(browser.path)
        await browser.send(places, {"wilayah": places.choices["wilayah"][scene["area"]]})
        await browser.send(browser.form("/"), {})
        if scene["area"] not in browser.text or "Foto 1" not in browser.text:
            raise NotOnPage("the answers to check lack the village or the photo")
        return await _submit(browser)


async def file_request(url: str, scene: dict[str, Any]) -> tuple[str, str]:
    """File a request for information. Return the ticket and the path of the secret page."""
    async with Browser(url) as browser:
        await browser.open("/")
        await browser.send(browser.form("/"), _typed(scene) | {"jenis": "informasi"})
        return await _submit(browser)


async def follow(url: str, ticket: str, number: str) -> None:
    """Follow the complaint of a ticket with a WhatsApp number."""
    async with Browser(url) as browser:
        await browser.open(f"/ikuti/{ticket}")
        await browser.send(browser.form(f"/ikuti/{ticket}"), {"whatsapp": f"+{number}"})


def _typed(scene: dict[str, Any]) -> dict[str, str]:
    return {"isi": scene["text"], "lokasi": scene["place"], "whatsapp": f"+{scene['from']}"}


async def _submit(browser: Browser) -> tuple[str, str]:
    await browser.send(browser.form(browser.path), {})
    found = TICKET.search(browser.path)
    if found is None or not browser.path.endswith("/bukti"):
        raise NotOnPage(f"sending led to {browser.path}")
    return found[0], browser.path.removesuffix("/bukti")
