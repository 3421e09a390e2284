"""The pure parts of the scenes: checks that were not reached do not hold, and forms are read as a browser reads them."""

import io

import pytest
from PIL import Image

from deploy.local.demo.samples import load
from deploy.local.demo.scenes.browser import Form, NotOnPage, read_page
from deploy.local.demo.scenes.chats import TICKET, photo
from deploy.local.demo.scenes.checks import CHECKS, Checks

PAGE = """
<a href="/opd/KT-7F3K-9Q2M-X">x</a>
<form method="get" action="/cari"><input name="kata"></form>
<form method="post" action="/" enctype="multipart/form-data">
<input type="radio" name="jenis" value="aduan" checked><input type="radio" name="jenis" value="informasi">
<input type="checkbox" name="anonim" value="ya"><input type="file" name="berkas"><input name="nama" value="Warga">
<textarea name="isi">Lampu
padam</textarea>
<select name="wilayah"><option value="">Tidak tahu</option><optgroup label="Kecamatan Loa Janan">
<option value="64.02.03">Kecamatan Loa Janan</option><option value="64.02.03.2003" selected>Loa Janan Ulu</option>
</optgroup></select>
<button name="langkah" value="wilayah">Pilih</button></form>
<form method="post" action="/opd/1"><input type="hidden" name="tindakan" value="jawab"></form>
"""


def test_a_check_that_no_scene_reached_does_not_hold() -> None:
    checks = Checks()
    for name in list(CHECKS)[1:]:
        checks.note(name, holds=True)
    assert checks.broken == [next(iter(CHECKS))]


def test_a_check_that_once_failed_stays_so() -> None:
    checks = Checks()
    checks.note("rating", holds=False, seen="nobody asked")
    checks.note("rating", holds=True, seen="4 of 4")
    assert checks.found["rating"] == (False, "nobody asked")


def test_a_check_of_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Checks().note("unknown", holds=True)


def test_a_form_is_read_with_what_stands_in_its_fields() -> None:
    page = read_page(PAGE)
    assert page.links == ["/opd/KT-7F3K-9Q2M-X"]
    assert page.forms[1] == Form(
        "/",
        "post",
        multipart=True,
        fields={"jenis": "aduan", "nama": "Warga", "isi": "Lampu\npadam", "wilayah": "64.02.03.2003"},
        choices={"wilayah": {"Kecamatan Loa Janan": "64.02.03", "Loa Janan Ulu": "64.02.03.2003"}},
    )


def test_only_forms_that_are_posted_are_found() -> None:
    page = read_page(PAGE)
    assert page.find(tindakan="jawab") is page.forms[2]
    assert page.find("/cari") is None
    with pytest.raises(NotOnPage):
        page.form(tindakan="terima")


def test_a_photo_is_a_jpeg_and_another_shade_is_another_photo() -> None:
    assert Image.open(io.BytesIO(photo(40))).format == "JPEG"
    assert photo(40) == photo(40) != photo(52)


def test_the_people_of_the_scenes_have_numbers_of_their_own_that_cannot_exist() -> None:
    samples = load()
    numbers = [scene["from"] for name, scene in samples.scenes.items() if name != "instagram"]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("628000000") for number in numbers)
    assert samples.voice.startswith(b"OggS")
    assert TICKET.search("Aduan KT-7F3K-9Q2M-X diterima")
