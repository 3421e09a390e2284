"""The words of the messages that citizens write, in plain and colloquial Indonesian, by what they tell."""

from __future__ import annotations

import re
from typing import Final

from services.intake.rules.meaning import word_set

GREETINGS: Final = word_set(
    """
    halo hallo halloo haloo helo hello hai hay hi hei p ping tes test ass ssalam mikum assalamu'alaikum met menu info
    infonya bot assalamualaikum asalamualaikum assalamu alaikum salam
    waalaikumsalam wr wb wassalam selamat pagi siang sore malam permisi punten misi mohon maaf ganggu izin ijin min
    admin kak pak bu mas mbak bang gan om tante bapak ibu kakak semua tanggap ya ini ada orang woy woi oi hoi jawab dong
    yth terhormat kepada hormat
    """
)
# "Is anybody there?" is a greeting.
ANYBODY: Final = re.compile(
    r"(?:halo |permisi |pak |min )*(?:(?:masih )?(?:ada|aktif) (?:orang|admin|min|yang jaga|petugas|cs)(?:nya)?|(?:masih )?aktif)"
    r"(?: (?:ya|tidak|kah|di sini|nih|disini|min|pak))*"
)
# What a chat shows in place of a message that it does not hold.
PLACEHOLDER: Final = re.compile(
    r"\s*<?\s*(?:(?:media|audio|image|video|sticker|document|gambar|foto|stiker) (?:omitted|tidak disertakan)"
    r"|(?:🎤|🎵)?\s*(?:pesan suara|voice message|voice note)(?: \(?\d+[:.]\d+\)?)?"
    r"|pesan ini (?:telah |sudah )?dihapus|this message was deleted)\.?\s*>?\s*",
    re.IGNORECASE,
)
# The first line of a letter: it names an office, and tells nothing.
ADDRESSEE: Final = word_set(
    "kepada yth terhormat hormat gubernur wakil bupati walikota kepala kalimantan timur kaltim tempat"
)
THANKS: Final = word_set(
    """
    makasih matur tarima kasih suwun banyak sekali banget pak bu mas mbak kak bang min admin atas bantuannya infonya
    informasinya responnya
    perhatiannya sama ya ok oke okay siap baik iya sip mantap keren top alhamdulillah sudah noted salam sehat selalu
    sukses amin aamiin nih deh batal jadi tidak salah kirim kepencet pencet maaf wkwk haha hehe ditunggu natal tahun baru
    idul fitri lebaran hari raya dan pelayanannya kerjanya lah lai ih yo yoo njih nggih matursuwun hatur nuhun
    """
)
STATUS: Final = word_set(
    """
    status cek check lacak aduan laporan pengaduan keluhan tiket saya kami pak min admin sampai mana nomor ya gimana bagaimana
    kabar kabarnya perkembangan perkembangannya progres progress progresnya update kelanjutan kelanjutannya nasib nasibnya
    proses prosesnya diproses tindaklanjut tindaklanjutnya kemarin tadi itu yang sudah belum ada apa kok dong tolong mau
    tanya nanya bertanya soal tentang apakah lihat liat info kalau
    """
)
_COMPLAINT: Final = ("aduan", "laporan", "pengaduan", "keluhan", "tiket")
_SEEN: Final = word_set("cek check lacak gimana bagaimana")
NEWS: Final = word_set(
    """
    kabar kabarnya perkembangan perkembangannya progres progress progresnya update kelanjutan kelanjutannya nasib nasibnya
    proses prosesnya diproses tindaklanjut tindaklanjutnya
    """
)
# Each of these asks for the state of a complaint.
STATUS_ASKED: Final = ({"status"}, {"sampai", "mana"}, *({one, news} for one in _COMPLAINT for news in NEWS | _SEEN))
# A question about the service. We answer with what a complaint needs; a person is not asked.
QUESTION: Final = re.compile(
    r"\b(?:jam berapa|hari apa|cara lapor|cara melapor|lapor gimana|lapor bagaimana|nomor telepon|alamat kantor)\b"
)
# Words that announce a question.
ASKING: Final = re.compile(
    r"\b(?:mau|ingin|izin|ijin|numpang|boleh|bisa|mohon|permisi|saya)(?: (?:mau|ingin|izin|ijin|numpang))? "
    r"(?:tanya|nanya|bertanya|tanya tanya)\b|^(?:pak |bu |min |admin )*(?:tanya|nanya|bertanya)\b"
)
TICKET = re.compile(r"\bKT[\s\-]?[0-9A-Z]{4}[\s\-]?[0-9A-Z]{4}[\s\-]?[0-9A-Z]\b", re.IGNORECASE)
NEW: Final = re.compile(r"\s*(?:aduan|laporan|pengaduan|lapor) baru\b[\s:.,;\-]*", re.IGNORECASE)

REPORT: Final = r"(?:lapor|melapor|laporkan|melaporkan|ngadu|mengadu|adukan|mengadukan|melaporkannya)"
FIRST_TIME = re.compile(
    rf"\bbelum pernah (?:saya |kami )?{REPORT}\b|\b(?:ini |baru )*pertama kali\b"
    r"|\b(?:aduan|laporan|pengaduan|keluhan|masalah|kasus) (?:yang )?(?:baru|lain|berbeda|beda)\b|\b(?:hal|soal) lain\b"
    r"|\bsatu lagi\b|\btitip(?:an)? (?:aduan|laporan|pengaduan|lapor)\b"
)
WANTS = re.compile(
    r"\b(?:mau|ingin|pengen|pingin|hendak|izin|ijin|numpang|boleh|bisa|tolong|mohon|saya|kami|sekalian) "
    rf"(?:juga |lagi )?{REPORT}\b"
    rf"|^(?:pak |bu |min |admin )*{REPORT}\b"
)
ALREADY = re.compile(
    rf"\b(?:sudah|pernah|yang|kemarin|tadi|dulu) (?:saya |kami |pernah |kali )*(?:{REPORT}|dilaporkan|diadukan)\b"
    r"|\b(?:laporan|aduan|pengaduan) (?:saya|kami|ini|itu|tersebut|kemarin|yang)\b"
)
SAME: Final = word_set("masih lagi kembali tetap tersebut tadi kemarin juga belum sudah")
PLACE = re.compile(
    r"\b(?:jalan|jl|jln|gang|gg|desa|kelurahan|kecamatan|kec|kel|kampung|simpang|rt|rw|km|depan|dekat|pasar|jembatan|sekolah|sd|"
    r"sdn|smp|smpn|sma|sman|smk|smkn|puskesmas|rsud|terminal|pelabuhan|perumahan|komplek|blok|dusun|sungai|taman|masjid|kantor)\b"
)
COMMON: Final = word_set(
    """
    yang dengan untuk dari pada sejak sudah belum masih tolong mohon segera sekali banget karena warga bapak admin
    makasih jalan jalannya tidak dapat bisa kami saya sangat sekitar depan dekat kecamatan kelurahan desa minggu bulan
    hari tahun lalu malam pagi siang sore senin selasa rabu kamis jumat sabtu rusak parah diperbaiki perbaikan setiap
    banyak semua orang pemerintah dinas provinsi kota kabupaten lapor melapor melaporkan aduan laporan ingin juga baru
    lagi ada ini itu
    """
)
# Words that speak of how a complaint was handled.
HANDLING: Final = word_set(
    """
    petugas petugasnya jawaban jawabannya dijawab menjawab tanggapan tanggapannya perubahan perbaikan sesuai gubernur bupati
    walikota ombudsman media viral viralkan bohong dibohongi percuma kecewa puas cuma hanya asal asalan foto fotonya
    pura dikerjakan kerjakan ditutup tutup dibuka respon responnya bukti lapangan kondisi
    datang turun ditindak hasil hasilnya sia
    """
)
PLEAS: Final = word_set(
    """
    mohon tolong segera kapan kok kenapa saja lah rusak mati tidak puas lagi lama bagus sekarang sih
    lho loh mah toh doang kan deh duh waduh aduh
    """
)
# Damage and trouble, in whole words or as a part of longer ones, with the spellings of Banjar, Kutai and Javanese speech.
PROBLEM: Final = re.compile(
    r"rusak|rsak|buruk|lelet|judes|jutek|banjir|banjer|bnjir|lubang|lobang|longsor|bocor|genang|tumpuk|numpuk|mampet|macet|padam|gelap|tumbang|hancur"
    r"|rubuh|roboh|runtuh|ambruk|ambles|amblas|ambrol|ambrik|celaka|bahaya|cemar|limbah|pungli|pungut|korup|peras|curi|keras"
    r"|sumbat|buntu|retak|putus|patah|keruh|kotor|kering|langka|antre|antri|telat|lambat|hilang|bolong|jeblok|jebol|becek"
    r"|debu|licin|bising|ilegal|bengkalai|masalah|kebakar|terbakar|tolak|persulit|hukum|pukul|rundung|bully|liar|pecah|miring"
    # Words that are written together: "lampujalanmatisemua".
    r"|(?:lampu|jalan|jln|listrik|sampah|jembatan|air)\w{0,20}(?:mati|bau|parah|kosong|jelek)"
    r"|\b(?:mati|bau|rabah|calap|kadap|peteng|pacah|jelek|parah|kosong|mahal|kurang|ribet|lapuk|byarpet|palak|rawan"
    r"|goyang|gatal|asap|kabut|dbd|jentik|tikus|judi|mabuk|begal|parkir|macan|buaya|monyet)(?:nya)?\b"
    r"|\blama (?:sekali|banget)\b|\b(?:minta|diminta|dimintai) (?:uang|duit|bayar|bayaran)\b|\buang (?:rokok|pelicin|terima)\b"
    r"|\btidak (?:ada|dapat|bisa|jalan|nyala|mengalir|ngalir|diangkut|dibayar|cair|masuk|keluar|transparan|layak)\b"
    r"|\bbelum (?:ada|dapat|bisa|dibayar|cair|keluar|dicairkan|menerima|terima|dibagi)\b"
)
# Words by which a person agrees to send a draft.
AGREED: Final = word_set(
    """
    kirim kirimkan dikirim ya iya oke ok okay betul benar bener siap lanjut lanjutkan inggih nggih iyo heeh yup gas sip setuju
    sudah cukup teruskan yes yoi
    """
)
# Danger to people. Such a complaint goes out at once, and we ask for the place afterwards.
URGENT: Final = re.compile(
    r"\b(?:darurat|tertimbun|kebakaran|terbakar|tenggelam|hanyut|tersengat|kesetrum|pingsan|sekarat|dipukul\w*|kdrt|diperkosa"
    r"|pelecehan|dilecehkan|longsor|korban|banjir bandang|gempa"
    r"|meledak|ledakan|takut|keracunan|meninggal|tewas|nyawa|diancam)\b|\b(?:suami|bapak) (?:saya )?pukul\b"
)
# Danger that two or three words tell of, and the words that may stand beside it.
ALARM: Final = re.compile(
    r"\b(?:kebakaran|terbakar|tenggelam|hanyut|tersengat|kesetrum|tertimbun|longsor|banjir bandang|kecelakaan|tabrakan|gempa"
    r"|meledak|ledakan|puting beliung|pingsan|sekarat|keracunan)\b"
)
ACUTE: Final = re.compile(
    r"\b(?:kebakaran|tenggelam|hanyut|tertimbun|banjir bandang|gempa|meledak|ledakan|tersengat|kesetrum)\b"
)
BESIDE_ALARM: Final = word_set(
    "tolong cepat darurat ada di pak bu min admin tanah rumah orang anak api gas listrik maut beruntun segera sekarang"
)
# "Alat pemadam kebakaran" and "rawan longsor" tell of no fire and no landslide.
NO_ALARM: Final = re.compile(
    r"\b(?:alat|mobil|pemadam|petugas|pos|dinas|asuransi|rawan|sering|risiko|hydrant|hidran|cegah|pencegahan|bekas) "
    r"(?:pemadam )?(?:kebakaran|longsor|kecelakaan|gempa|banjir bandang)\b"
)
# Words that tell for how long or since when, and never where.
TIMES: Final = word_set(
    """
    sehari semalam seminggu sebulan setahun sejam kemarin tadi lama hari minggu bulan tahun jam menit malam pagi siang sore
    sejak dari selama hampir lebih kurang terus tiap setiap sering parah sekali
    """
)
# Words that stand in an address beside its names.
ADDRESS: Final = word_set(
    "poros nomor no blok arah menuju jalur ruas samping belakang seberang sebelah pertigaan perempatan tikungan tinggal antara"
)
# Words that are no name of a village though they follow "desa" or "kampung". Words of trouble are none either.
NO_NAMES: Final = (
    COMMON
    | GREETINGS
    | word_set(
        """
        mati gelap kami saya nya ini itu tersebut mana apa sepi tutup buka potong minta meminta jual menjual gelapkan dipakai
        memakai bagi membagi pilih selalu sering malah cuma hanya mau akan pernah terus dengan tetangga sendiri orang main
        arogan galak sombong jauh dekat terpencil pakai bikin buat membuat ambil mengambil simpan marah marahi usir dana tingkat
        """
    )
)
# Things that break. A text about one of these is not about a complaint that names another.
THINGS: Final = word_set(
    "jalan lampu air listrik sampah jembatan drainase saluran parit got pipa rambu trotoar sekolah pohon guru obat"
)
# A citizen puts right what the complaint says.
CORRECTS: Final = re.compile(
    r"\b(?:maaf|salah|harusnya|seharusnya|mestinya|maksudnya|maksud|bukan|ralat|koreksi|yang benar|sebenarnya|tepatnya"
    r"|persisnya)\b"
    r"|^(?:yang )?(?:itu|tadi|tempatnya|lokasinya|alamatnya|posisinya)\b"
)
