"""The master lists of the SP4N stub: institutions and templates. A template may give the complaint a new status."""

from typing import Any, Final, NamedTuple

from shared.reference import opds

FRESH: Final = "Belum Terverifikasi"
# The first number of an institution of ours. Real numbers differ from office to office.
FIRST_OPD: Final = 2001
OTHERS: Final = (
    "Pemerintah Kabupaten Paser",
    "Pemerintah Kabupaten Kutai Kartanegara",
    "Pemerintah Kabupaten Berau",
    "Pemerintah Kabupaten Kutai Barat",
    "Pemerintah Kabupaten Kutai Timur",
    "Pemerintah Kabupaten Penajam Paser Utara",
    "Pemerintah Kabupaten Mahakam Ulu",
    "Pemerintah Kota Balikpapan",
    "Pemerintah Kota Samarinda",
    "Pemerintah Kota Bontang",
    "Kementerian Pekerjaan Umum",
    "Ombudsman Republik Indonesia",
    "Otorita Ibu Kota Nusantara",
    "PLN",
    "Administrator Nasional SP4N-LAPOR!",
)
INSTITUTIONS: Final = tuple(
    {"id": FIRST_OPD + at, "name": name} for at, name in enumerate((*(one.name for one in opds().values()), *OTHERS))
)


class Template(NamedTuple):
    """A template of follow-ups: its text, and the status that it gives the complaint, if any."""

    id: int
    name: str
    text: str
    status: str | None = None


TEMPLATES: Final = {
    "TINDAK_LANJUT": Template(1, "Tindak lanjut instansi", "{{institution_from}} menindaklanjuti laporan."),
    "DISPOSISI": Template(
        2, "Disposisi", "{{institution_from}} mendisposisikan laporan ke {{institution_to}}.", "Terverifikasi"
    ),
    "KELENGKAPAN": Template(
        3,
        "Permintaan kelengkapan",
        "Status berubah dari {{status_old}} menjadi {{status_new}}.",
        "Menunggu Kelengkapan Informasi",
    ),
    "LENGKAP": Template(
        4, "Kelengkapan diterima", "Status berubah dari {{status_old}} menjadi {{status_new}}.", "Terverifikasi"
    ),
    "TANGGAPAN": Template(5, "Tanggapan pelapor", "Pelapor menanggapi.", "Ditanggapi oleh Pelapor"),
    "TUTUP": Template(6, "Penutupan", "Laporan ditutup.", "Ditutup oleh Admin"),
    "TUTUP_PELAPOR": Template(7, "Penutupan oleh pelapor", "Pelapor menutup laporan.", "Ditutup oleh Pelapor"),
    "TUTUP_SISTEM": Template(8, "Penutupan otomatis", "Laporan ditutup oleh sistem.", "Ditutup oleh Sistem"),
    "ARSIP": Template(9, "Pengarsipan", "Laporan diarsipkan.", "Diarsipkan oleh Admin"),
}


def name_of(institution: int | None) -> str:
    """Return the name of an institution, or an empty text."""
    return next((str(one["name"]) for one in INSTITUTIONS if one["id"] == institution), "")


def template_rows() -> list[dict[str, Any]]:
    """Return the templates as the list of the masters shows them."""
    return [{"id": one.id, "code": code, "name": one.name, "content": one.text} for code, one in TEMPLATES.items()]
