"""Indonesian words for codes that messages name: the step that a clock waits for, and the reason of an archived case."""

from collections.abc import Mapping

from shared.events.fact import Clock

# The step that is still to be done, as a sentence about a complaint goes on: "belum …".
CLOCK_PHRASES: Mapping[Clock, str] = {
    "verify": "diteruskan ke instansi",
    "redispatch": "diteruskan ke instansi lain",
    "respond": "ditanggapi",
    "resolve": "diselesaikan",
    "silence": "dijawab pelapor",
    "appeal": "diputuskan keberatannya",
}
# The same for the clocks of an OPD that helps: a sentence about its help goes on.
HELP_PHRASES: Mapping[Clock, str] = {"respond": "diterima atau ditolak", "resolve": "diserahkan"}
# News for a follower, as a sentence about the complaint goes on. Nothing in it is anybody's own words.
FOLLOWED_NEWS: Mapping[str, str] = {
    "assigned": "diteruskan ke {opd}",
    "taken_back": "sedang dicarikan instansi yang tepat",
    "progressed": "mendapat kabar baru dari {opd}",
    "put_off": "ditunda sampai {until}",
    "continued": "dilanjutkan penanganannya",
    "resolved": "sudah dijawab oleh {opd}",
    "closed": "ditutup",
    "reopened": "dibuka kembali",
    "referred": "diteruskan ke instansi di luar pemerintah provinsi",
    "authority_answered": "sudah dijawab oleh instansi yang berwenang",
    "archived": "tidak dilanjutkan",
    "merged": "digabung dengan aduan {survivor}, tentang masalah yang sama",
}
ARCHIVED_LABELS: Mapping[str, str] = {
    "spam": "isinya bukan aduan.",
    "abuse": "isinya tidak pantas.",
    "no_evidence": "keterangan yang kami minta tidak kami terima.",
    "withdrawn": "Anda menarik aduan ini.",
    "expired": "batas waktu untuk melengkapi keterangan sudah lewat.",
    "blocked": "isinya diblokir oleh sistem asal.",
    "other": "lihat halaman aduan.",
}
