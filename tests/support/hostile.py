"""Values that no person types, and the places of a request that have room for them."""

from typing import Any

UUID_1 = "00000000-0000-0000-0000-000000000001"
LATE, EARLY = "9999-12-31T23%3A59%3A59-14%3A00", "0001-01-01T00%3A00%3A00%2B14%3A00"
# Values in a URL. Characters that a URL cannot carry are percent-encoded.
WRITTEN = (
    "%00", "a%00b", "%ED%A0%80", "%C2%B2%C2%B2%C2%B2%C2%B2", "%D9%A3%D9%A4%D9%A3%D9%A4", "%", "%zz", "%FF%FE", "0001-01-01",
    "9999-12-31", EARLY, LATE, "NaN", "1e309", "-1", "9" * 20, "9" * 5000, "%5B" * 3000, "..%2F..%2Fetc", "%E2%80%AE",
    f"1_{UUID_1}", f"{'9' * 30}_{UUID_1}", f"0001-01-01~{UUID_1}", f"urgent~{UUID_1}", f"{LATE}~{UUID_1}", f"{EARLY}~{UUID_1}",
    f"%C2%B2~{UUID_1}", f"urgent~%C2%B2{UUID_1}", "x" * 3000,
)  # fmt: skip
# Each of these is tried alone in each parameter, while the other parameters are valid.
ALONE = ("%C2%B2%C2%B2", "0001-01-01", "9999-12-31", f"{'9' * 30}_{UUID_1}", f"{LATE}~{UUID_1}", f"urgent~%C2%B2{UUID_1}")
# Values in a form or a document.
TEXTS = (
    "\x00", "a\x00b", "²²²²", "٣٤٣٤", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "NaN",
    "9" * 5000, "\u202e", "é", "%00",
)  # fmt: skip
NESTED = ("[" * 100_000, "a = " + "[" * 100_000, "a" + ".a" * 50_000 + " = 1", '{"a":' * 50_000)
TOML = (
    "zone = ''", "zone = 'Asia'", "zone = '../../etc'", "years = [inf, nan]", "years = [1, 9999]",
    "holidays = {dates = [0001-01-01]}",
    "[[policies]]\nversion = 99999999999999999999\nfrom = 0001-01-01\nsource = ''",
    "[[overrides]]\ndate = 9999-12-31\nkind = 'on'",
    "holidays = {country = '\\u0000'}", "policies = [[[]]]", "x = " + "9" * 5000,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    *TEXTS, "\ud800", "x\udfff", None, True, -1, 10**30, -(10**30), 1e308, 5e-324, [], {}, [[]], {"\x00": 1}, ["\ud800"],
    {"\udc00": "\x00"},
)  # fmt: skip
BODIES = (
    b"", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"NaN", b'{"text": NaN}', b"1" * 10_000, b'"\\ud800"',
    b"\x00", b"null",
    b'{"text":"a","text":"\\u0000"}', b'{"\\ud800":1,"\\u0000":2}', b'{"text":1e999}',
)  # fmt: skip
QUERY = (
    "nomor", "tahun", "dari", "sampai", "kapan", "sesudah", "meja", "tujuan", "kewenangan", "geser", "opd", "state",
    "desk", "after",
    "limit", "status", "days", "year", "from", "to", "channel", "hub.mode", "hub.verify_token", "hub.challenge", "tersimpan",
)  # fmt: skip
FIELDS = (
    "isi", "lokasi", "nama", "whatsapp", "surel", "anonim", "rahasia", "sekali", "keterangan", "nilai", "tindakan",
    "opd", "alasan",
    "revisi", "kepada", "langkah", "kewenangan", "pertanyaan", "sebab", "catatan", "tujuan", "golongan", "prioritas",
    "alasan-golongan",
    "alasan-teruskan", "tanggal", "jenis", "jam", "versi", "hitung",
)  # fmt: skip
_PART = b'--x\r\nContent-Disposition: form-data; name="isi"'
FORMS = (
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("multipart/form-data; boundary=x; charset=\xff", _PART + b"\r\n\r\n\xff\xfe\r\n--x--"),
    ("multipart/form-data; boundary=x; charset=no", _PART + b'; filename="\x00"\r\n\r\na\r\n--x--'),
    ("multipart/form-data; boundary=x", (_PART + b"\r\n\r\nb\r\n") * 2000 + b"--x--"),
    ("application/x-www-form-urlencoded", b"csrf=%ED%A0%80&isi=%&isi=%zz&\xff=\xfe&=&&=="),
    ("application/x-www-form-urlencoded", b"a=b&" * 5000),
    ("x", b"\x00"),
)
HEADERS = ("Cookie", "Idempotency-Key", "X-Complaint-Secret", "X-Hub-Signature-256", "Accept", "Sec-Fetch-Site")
WEIRD = (
    b"\xff", b"\xc3\xa9", "²".encode(), b"a" * 3000, b"tg_\xff_x_y", b"Bearer \xe9", b"=", b";", b'"', b"x.\xff",
    b"-1.x", b"a-\xb2.b",
    b"sha256=\xff", b"tanggap=\xff; tanggap_visitor=\xff", b"tanggap=x.y; tanggap_visitor=\xc2\xb2", b"tanggap=1-\xb2\xb2.x",
)  # fmt: skip
RAW = (
    b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET http://contoh.id/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", "GET /é HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
)  # fmt: skip
# A valid document for each route. The tests replace every field by every value above.
DOCUMENTS: dict[str, dict[str, Any]] = {
    "/v1/submissions": {
        "text": "Lampu padam", "title": "Lampu", "place": "Loa Janan", "topic": "road", "class": "permit", "channel": "sms",
        "source": "SMS", "external_id": "x-1", "filed_at": "2026-03-16T10:00:00+08:00", "anonim": False, "rahasia": False,
        "reporter": {"name": "Warga Uji", "whatsapp": "0800 0000 0123", "email": "a@contoh.id"},
        "callback_url": "https://contoh.id/x",
    },
    "/v1/complaints/{ticket}/{act}": {"text": "Masih padam"},
    "/v1/cases/{case}/decline": {"reason": "Bukan kami", "suggestion": "dishub", "revision": 1, "assignment_id": UUID_1},
    "/v1/cases/{case}/put-off": {"until": "2026-12-01", "reason": "Menunggu suku cadang"},
    "/v1/cases/{case}/resolve": {"answer": "Selesai", "evidence": [{"id": "1", "sha256": "0" * 64, "type": "a/b", "size": 1}]},
    "/v1/cases/{case}/assign": {"opd": "dishub", "reason": "Lampu", "revision": 1},
    "/v1/cases/{case}/refer": {"authority": "centre", "to": "BBPJN", "reason": "Jalan nasional", "next_step": "Hubungi BBPJN"},
    "/v1/cases/{case}/reclassify": {"reason": "keliru", "class": "permit", "priority": "urgent", "topic": "road", "place": "PPU"},
    "/v1/cases/{case}/merge": {"into": "KT-7F3K-9Q2M-X", "revision": 1},
    "/v1/calendar": {"text": "zone = 'Asia/Makassar'", "why": "uji coba", "version": 0},
    "/v1/policies": {"text": "[[policies]]", "why": "uji coba", "version": 0},
    "/v1/calendar/overrides": {"date": "2026-12-09", "kind": "off", "name": "Pilkada", "hours": "", "why": "uji", "version": 0},
    "/v1/whatif": {"calendar": "zone = 'Asia/Makassar'", "policies": "[[policies]]"},
    "/v1/recompute": {"why": "uji coba", "version": 10**6},
    "/v1/messages/{message}/retry": {"why": "sudah diperbaiki"},
    "/v1/messages/{message}/other-channel": {"channel": "email", "address": "a@contoh.id", "why": "-"},
}  # fmt: skip
