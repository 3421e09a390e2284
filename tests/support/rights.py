"""The roles for which each page and route opens. A new one must be named here; the test of rights asks each door."""

from __future__ import annotations

from collections.abc import Mapping

from services.router.accounts.model import ACCOUNT_ROLES

OPEN = frozenset({"open"})
SIGNED_IN = frozenset(ACCOUNT_ROLES)
DESK = frozenset({"koordinator", "arbiter"})
KOORDINATOR = frozenset({"koordinator"})
CASE_FILE = frozenset({"koordinator", "arbiter", "supervisor", "officer", "head"})
ABOVE = frozenset({"supervisor", "arbiter"})
OFFICER = frozenset({"officer"})
OPD = frozenset({"officer", "head"})
ADMINISTRATOR = frozenset({"administrator"})
ADAPTER = frozenset({"adapter"})
READERS = frozenset({"reader", "koordinator", "operator"})
WATCHERS = frozenset({"koordinator", "supervisor", "reader", "head"})
MESSAGES = frozenset({"operator", "koordinator"})

Rights = Mapping[str, frozenset[str]]
# The pages of people, by method and path. Whoever has no session is led to the sign-in.
PAGES: Mapping[str, Rights] = {
    "intake": {},
    "router": {
        "GET /": OPEN,
        "GET /masuk": OPEN,
        "POST /keluar": OPEN,
        "GET /akun/masuk": OPEN,
        "GET /akun/kode": OPEN,
        "GET /akun/pasang": OPEN,
        "GET /akun/lupa": OPEN,
        "GET /akun/tautan/{token}": OPEN,
        "GET /akun/penyedia": OPEN,
        "GET /akun/penyedia/kembali": OPEN,
        "GET /akun": SIGNED_IN,
        "POST /akun": SIGNED_IN,
        "GET /akun/daftar": ADMINISTRATOR,
        "POST /akun/daftar": ADMINISTRATOR,
        "GET /akun/daftar/{account:uuid}": ADMINISTRATOR,
        "POST /akun/daftar/{account:uuid}": ADMINISTRATOR,
        "GET /daftar/riwayat": ADMINISTRATOR,
        **dict.fromkeys(
            (
                f"{way}"
                for table in ("opd", "topik")
                for way in (
                    *(f"GET /daftar/{table}{path}" for path in ("", ".csv", "/{code}")),
                    *(f"POST /daftar/{table}/{act}" for act in ("periksa", "berkas", "berlakukan")),
                )
            ),
            ADMINISTRATOR,
        ),
        "GET /opd": OPD,
        "GET /opd/templat": OPD,
        "POST /opd/templat": frozenset({"head"}),
        "GET /opd/lanjut": OPD,
        "GET /opd/{case}": OPD,
        "POST /opd/{case}": OFFICER,
        "POST /opd/{case}/tim": OPD,
        "GET /opd/{case}/berkas/{file}": OPD,
        "GET /opd/{case}/berkas/{file}/{variant}": OPD,
        "GET /triase": DESK,
        "POST /triase/tampilan": DESK,
        "POST /triase/{case}/pegang": DESK,
        "GET /triase/{case}": DESK,
        "POST /triase/{case}": DESK,
        "GET /triase/{case}/lanjut": DESK,
        "POST /triase/{case}/batal": DESK,
        "GET /triase/{case}/berkas/{file}": DESK,
        "GET /triase/{case}/berkas/{file}/{variant}": DESK,
        "GET /keberatan": ABOVE,
        "GET /keberatan/{case}": ABOVE,
        "POST /keberatan/{case}": ABOVE,
        "GET /keberatan/{case}/berkas/{file}": ABOVE,
        "GET /keberatan/{case}/berkas/{file}/{variant}": ABOVE,
        **dict.fromkeys((f"GET /perkara/{{case}}{path}" for path in ("", "/unduh", "/berkas/{file}")), CASE_FILE),
        "GET /telepon": KOORDINATOR,
        "POST /telepon/{case}": KOORDINATOR,
        "GET /penerusan": DESK,
        "POST /penerusan": DESK,
        "GET /triase/{case}/surat": DESK,
        "GET /ditahan": DESK,
        "POST /ditahan/{case}": KOORDINATOR,
        "GET /bayangan": DESK,
        "GET /salin": DESK,
        "POST /salin": DESK,
        "POST /salin/{complaint}/terhapus": DESK,
        "POST /salin/{case}/{number}": DESK,
        "GET /sp4n": DESK,
        "POST /sp4n/{case}/{number}": KOORDINATOR,
    },
    "sla": {
        "GET /": OPEN,
        "GET /masuk": OPEN,
        "POST /keluar": OPEN,
        "GET /kalender": OPEN,
        "GET /kebijakan": OPEN,
        **dict.fromkeys(
            (f"GET /angka{path}" for base in ("", "/opd/{opd}") for path in (base, f"{base}.csv", f"{base}.xlsx")), OPEN
        ),
        "GET /angka/laporan/{month}": OPEN,
        "GET /angka/opd/{opd}/laporan/{month}": OPEN,
        # A head is told that a case of another OPD is not there.
        **dict.fromkeys(
            (f"GET /tenggat{path}" for path in ("", "/cari", "/opd/{opd}", "/{case}")),
            READERS | {"supervisor", "head"},
        ),
        "GET /kalender/cabut/{day}": KOORDINATOR,
        "POST /kalender/periksa": KOORDINATOR,
        "POST /kalender/berlakukan": KOORDINATOR,
        "POST /kebijakan/periksa": KOORDINATOR,
        "POST /kebijakan/berlakukan": KOORDINATOR,
    },
    "notifier": {},
}
# The routes of machines, which name a key. The routes of citizens are open: their link or ticket is the permission.
ROUTES: Mapping[str, Rights] = {
    "intake": {
        "POST /v1/submissions": ADAPTER,
        "GET /v1/similar": ADAPTER,
        "POST /v1/media": ADAPTER,
        "POST /v1/imports/laporan-ringkas": KOORDINATOR,
    },
    "router": {
        **dict.fromkeys(
            (
                f"POST /v1/cases/{{case}}/{act}"
                for act in ("accept", "decline", "progress", "put-off", "extend", "resolve", "contribute")
            ),
            OFFICER,
        ),
        **dict.fromkeys(
            (f"POST /v1/cases/{{case}}/{act}" for act in ("add-helper", "remove-helper")), OFFICER | KOORDINATOR
        ),
        "POST /v1/cases/{case}/request-info": OFFICER | DESK,
        **dict.fromkeys((f"POST /v1/cases/{{case}}/{act}" for act in ("assign", "take-back", "refer")), DESK),
        **dict.fromkeys(
            (
                f"POST /v1/cases/{{case}}/{act}"
                for act in (
                    "archive",
                    "release",
                    "release-file",
                    "close",
                    "called",
                    "reclassify",
                    "sp4n",
                    "merge",
                    "unmerge",
                )
            ),
            KOORDINATOR,
        ),
        "POST /v1/cases/{case}/handle-reply": DESK,
        **dict.fromkeys(
            (f"POST /v1/cases/{{case}}/{act}" for act in ("confirm-referral", "authority-letter", "authority-answer")),
            DESK,
        ),
        "GET /v1/referrals": DESK,
        "GET /v1/cases": OFFICER | DESK,
        "GET /v1/cases/{case}": OFFICER | DESK,
        "GET /v1/cases/{case}/files": OFFICER | DESK,
        "GET /v1/sp4n": DESK,
        "GET /v1/suspicions": KOORDINATOR,
    },
    "sla": {
        **dict.fromkeys(
            (
                f"GET /v1/{path}"
                for path in (
                    *("cases/{case}/clocks", "deadlines", "feeds", "rules/history"),
                    *("numbers", "numbers.csv", "numbers/citizens", "numbers/citizens.csv"),
                )
            ),
            READERS,
        ),
        "POST /v1/whatif": READERS,
        "PUT /v1/calendar": KOORDINATOR,
        "PUT /v1/policies": KOORDINATOR,
        "POST /v1/calendar/overrides": KOORDINATOR,
        "POST /v1/calendar/overrides/{day}/withdraw": KOORDINATOR,
        "POST /v1/recompute": KOORDINATOR,
    },
    "notifier": {
        **dict.fromkeys(
            (
                f"GET /v1/{path}"
                for path in (
                    *("messages", "waiting", "pending", "counts"),
                    *("channels/stopped", "templates/stopped", "addresses/stopped"),
                )
            ),
            MESSAGES,
        ),
        **dict.fromkeys(
            (
                f"POST /v1/{path}"
                for path in (
                    *("messages/{message}/retry", "messages/{message}/acknowledge", "messages/{message}/other-channel"),
                    *("channels/{channel}/resume", "templates/{name}/resume"),
                )
            ),
            MESSAGES,
        ),
    },
}
