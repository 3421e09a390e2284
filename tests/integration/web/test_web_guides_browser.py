"""A day's work of each role, as docs/panduan tells it, in a real Chromium. `make guides` keeps the guides' pictures."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.async_api import Browser

from services.router.rules import commands as c
from services.sla.statistics.figures import refresh_figures
from shared.events import cases
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import Attachment, Fact
from shared.events.submissions import CitizenReplied
from shared.events.submissions_appeal import CitizenAppealed
from shared.events.submissions_evidence import Doubt, EvidenceDoubted
from shared.ids import new_id
from tests.support.browser import DESK, PHONE, check, window
from tests.support.doors import Door, Doors, hear
from tests.support.guides import (
    APPEALED,
    BRIDGE,
    HOLE,
    LAMP,
    NEWS,
    OFFICER_NEW,
    OFFICER_NEXT,
    RETURNED,
    enter,
    filed,
    heard_before,
    invited,
    keep,
    set_password,
)
from tests.support.people import hire
from tests.support.sla_story import assigned, opened, resolved

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


async def test_the_first_sign_in_sets_a_password_and_the_second_factor(
    doors: dict[str, Door], doors_loop: Doors, browser: Browser
) -> None:
    router, email = doors["router"], "sari.wahyuni@contoh.example"
    path = doors_loop.run(invited(router.live, email, "Sari Wahyuni", "koordinator"))
    async with window(browser, PHONE) as page:
        await set_password(page, router.address + path, email)
        await page.get_by_role("heading", name="Pasang kunci kedua").wait_for()
        await keep(page, "masuk-kunci-kedua", 780)
        secret = await page.locator("main code").inner_text()
        await page.get_by_label("Enam angka dari aplikasi").fill(pyotp.TOTP(secret.replace(" ", "")).now())
        await page.get_by_role("button", name="Pasang").click()
        await page.get_by_role("heading", name="Simpan kode cadangan ini").wait_for()
        assert await page.locator(".codes li").count() == 10
        await page.get_by_role("link", name="Sudah saya simpan").click()
        await page.get_by_role("heading", name="Meja triase").wait_for()
        await page.goto(f"{router.address}/akun")
        assert "tersisa 10" in await page.locator("main").inner_text()


async def test_a_day_of_the_koordinator(doors: dict[str, Door], doors_loop: Doors, browser: Browser) -> None:
    router = doors["router"]
    run, live = doors_loop.run, router.live
    worker = run(hire(live, "koordinator", email="budi.k@contoh.example", name="Budi Kurniawan"))
    run(filed(live, HOLE, "jln rsak parah bgt pak, dpn SD 012 Loa Janan, lubangnya dalam", due=timedelta(hours=3)))
    run(filed(live, LAMP, "lampunya mati terus bu, gelap skali klo malam tolong dicek", due=timedelta(days=-1)))
    run(filed(live, BRIDGE, "jembatannya goyang, anak sekolah takut lewat situ", due=timedelta(days=2)))
    news = run(filed(live, NEWS, "jln rsak parah bgt pak, arah pasar Loa Janan", "dpupr-pera"))
    answer = c.Resolve(opd="dpupr-pera", answer="Lubang di depan pasar Loa Janan sudah ditambal dengan aspal.")
    run(live.do(answer, keys=(news,), actor="opd"))
    run(hear(live, SUBMISSIONS, CitizenReplied(text="Pak, yang ditambal lubang lain.", channel="web"), news, 2))
    async with window(browser, DESK) as page:
        await enter(page, f"{router.address}/triase", worker)
        assert {HOLE, LAMP, BRIDGE} <= set(await page.locator(".desk .ticket").all_inner_texts())
        await keep(page, "triase-antrean", 560)
        await page.keyboard.press("/")
        await page.keyboard.type("SD 012")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**q=SD*")
        assert await page.locator(".desk .ticket").all_inner_texts() == [HOLE]
        # From the whole queue, so that a next case follows.
        await page.goto(f"{router.address}/triase")
        while await page.locator("tr:focus-within .ticket").all_inner_texts() != [HOLE]:
            await page.keyboard.press("j")
        await page.keyboard.press("o")
        await page.get_by_role("heading", name="Putuskan").wait_for()
        await page.keyboard.press("p")
        await page.get_by_text("Anda memegang aduan ini.").wait_for()
        await keep(page, "triase-aduan", 760)
        key = await page.locator("button[data-key]", has_text="Tunjuk").first.get_attribute("data-key")
        await page.keyboard.press((key or "").split()[0])
        await page.get_by_role("button", name="Batalkan keputusan itu").wait_for()
        await keep(page, "triase-batalkan", 330)
        await page.keyboard.press("u")
        await page.get_by_role("heading", name="Putuskan").wait_for()
        await page.keyboard.press("o")
        await page.get_by_label("OPD", exact=True).select_option("dpupr-pera")
        await page.get_by_role("button", name="Tunjuk OPD ini").click()
        await page.get_by_role("status").wait_for()
        await page.goto(f"{router.address}/triase/{HOLE}")
        assert "ditugaskan kepada" in await page.locator("main").inner_text()
        await page.get_by_role("link", name="Kabar pelapor").click()
        await page.get_by_role("link", name=NEWS).click()
        await page.get_by_role("button", name="Belum selesai: buka kembali").click()
        await page.get_by_text("Tersimpan.").wait_for()
        assert "sudah dijawab" not in await page.get_by_role("status").inner_text()
        for words in ("Penerusan", "Ditahan", "Telepon", "Salin ke SP4N", "Kabar dari SP4N"):
            link = page.locator("nav").get_by_role("link", name=words, exact=True)
            if not await link.is_visible():
                await page.locator("nav summary").click()
            await link.click()
            await page.locator("h1").wait_for()
        await page.get_by_role("button", name="Keluar").click()
        await page.get_by_role("heading", name="Masuk").wait_for()


async def test_a_day_of_the_officer(doors: dict[str, Door], doors_loop: Doors, browser: Browser) -> None:
    router = doors["router"]
    run, live = doors_loop.run, router.live
    worker = run(hire(live, "officer", opd="dishub", email="rina.w@contoh.example", name="Rina Wulandari"))
    run(hire(live, "officer", opd="dishub", email="joko.s@contoh.example", name="Joko Santoso"))
    text = "Gelap sekali depan SD 012 Loa Janan sejak Senin pak, anak-anak pulang mengaji pakai senter."
    run(filed(live, OFFICER_NEW, text, "dishub"))
    run(filed(live, OFFICER_NEXT, "yg di tikungan Loa Janan roboh ketabrak truk, tolong dipasang lagi", "dishub"))
    async with window(browser, DESK) as page:
        # The link of the mail leads through the sign-in to its case.
        await enter(page, f"{router.address}/opd/{OFFICER_NEW}", worker)
        await page.locator("nav").get_by_role("link", name="Perlu dikerjakan").click()
        assert {OFFICER_NEW, OFFICER_NEXT} <= set(await page.locator("td .ticket").all_inner_texts())
        await keep(page, "opd-daftar", 420)
        await page.get_by_role("link", name=OFFICER_NEW).click()
        await keep(page, "opd-aduan", 740)
        await page.get_by_role("button", name="Terima aduan ini").click()
        await page.get_by_label("Tulis catatan").fill("@Joko Santoso, tolong cek gardunya besok pagi.")
        await page.get_by_role("button", name="Simpan catatan").click()
        await page.get_by_text("tolong cek gardunya").wait_for()
        await page.locator("summary", has_text="Laporkan perkembangan").click()
        await page.get_by_label("Perkembangan", exact=True).fill("Petugas memeriksa tiang dan gardu hari ini.")
        await page.get_by_role("button", name="Simpan perkembangan").click()
        await page.get_by_text("Tersimpan.").wait_for()
        await page.locator("summary", has_text="Jawab").first.click()
        await page.get_by_label("Dijadwalkan", exact=True).check()
        await page.get_by_label("Jawaban untuk pelapor").fill("Sudah kami tindak lanjuti. Terima kasih.")
        await page.get_by_label("Dijadwalkan sampai tanggal").fill(
            (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
        )
        await page.get_by_role("button", name="Kirim jawaban").click()
        await page.get_by_text("Jawaban ini").first.wait_for()
        answer = "Kabel putus di tiang nomor 7. Lampu pengganti dipasang Dishub paling lambat tanggal itu."
        await page.get_by_label("Jawaban untuk pelapor").fill(answer)
        await page.set_viewport_size({"width": PHONE, "height": 780})
        await keep(page, "opd-jawab", 760, at="summary:has-text('Jawab')")
        await page.get_by_role("button", name="Kirim jawaban").click()
        await page.get_by_role("heading", name="Sudah dijawab").wait_for()
        await page.set_viewport_size({"width": DESK, "height": 780})
        await page.goto(f"{router.address}/opd/{OFFICER_NEXT}")
        await page.locator("summary", has_text="Tanya pelapor").click()
        await page.get_by_label("Dapatkah Anda mengirim foto yang menunjukkan masalahnya?").check()
        await page.get_by_role("button", name="Kirim pertanyaan").click()
        await page.get_by_role("heading", name="Menunggu pelapor").wait_for()


async def test_a_day_of_the_supervisor(doors: dict[str, Door], doors_loop: Doors, browser: Browser) -> None:
    router = doors["router"]
    run, live = doors_loop.run, router.live
    worker = run(hire(live, "supervisor", email="dewi.l@contoh.example", name="Dewi Lestari"))
    photo = Attachment(id=str(new_id()), sha256="cd" * 32, type="image/jpeg", size=2_048)
    key = run(filed(live, APPEALED, "jln rsak parah bgt pak, dpn SD 012 Loa Janan", "dpupr-pera"))
    answer = c.Resolve(opd="dpupr-pera", answer="Lubang sudah ditambal dengan aspal kemarin.", evidence=(photo,))
    run(live.do(answer, keys=(key,), actor=f"opd:dpupr-pera:{new_id()}"))
    doubt = Doubt(kind="earlier_evidence", earlier=str(new_id()), covered=1.0, changed=0.04)
    run(hear(live, SUBMISSIONS, EvidenceDoubted(file=photo.id, doubts=(doubt,)), key, 2))
    run(live.do(c.Close(reason="Sudah dijawab."), keys=(key,), actor=f"koordinator:{new_id()}"))
    why = "Lubangnya masih ada. Foto buktinya dari jalan lain."
    run(hear(live, SUBMISSIONS, CitizenAppealed(reason=why, channel="web"), key, 3))
    async with window(browser, DESK) as page:
        await enter(page, f"{router.address}/keberatan", worker)
        await keep(page, "pengawas-daftar", 420)
        await page.get_by_role("link", name="Bukti diragukan").click()
        assert "1 foto menunggu" in await page.locator("main").inner_text()
        await page.get_by_role("link", name=APPEALED).click()
        await page.get_by_label("Alasan putusan").fill("Foto bukti menunjukkan jalan lain.")
        await keep(page, "pengawas-putusan", 760)
        await page.get_by_role("link", name="Berkas perkara").click()
        await page.get_by_role("link", name="Unduh berkas (ZIP)").wait_for()
        await page.goto(f"{router.address}/keberatan/{APPEALED}")
        await page.get_by_label("Alasan putusan").fill("Foto bukti menunjukkan jalan lain.")
        await page.get_by_role("button", name="Terima keberatan: buka kembali").click()
        await page.get_by_text("Tersimpan.").wait_for()
        await page.goto(f"{doors['sla'].address}/tenggat")
        await page.get_by_role("heading", name="Tenggat", exact=True).wait_for()


async def test_a_day_of_the_head(doors: dict[str, Door], doors_loop: Doors, browser: Browser) -> None:
    router, sla = doors["router"], doors["sla"]
    run = doors_loop.run
    worker = run(hire(router.live, "head", opd="dishub", email="hasan.b@contoh.example", name="Hasan Basri"))
    some = {"topic": "street-light"}
    for number, days in enumerate((45, 2, 1)):
        ticket = f"KT-3333-44{number}5-X"
        run(heard_before(sla.live, days, opened(ticket=ticket, **some), assigned(**some)))
    for number in range(12):
        ticket = f"KT-5555-66{number:02}-X"
        answered: tuple[Fact, ...] = (opened(ticket=ticket, **some), assigned(**some), resolved())
        run(heard_before(sla.live, 5 + number, *answered, cases.Closed(by="citizen", reason="selesai")))
    run(refresh_figures(sla.live.pool))
    async with window(browser, DESK) as page:
        await enter(page, f"{sla.address}/tenggat", worker)
        assert page.url.endswith("/tenggat/opd/dishub")
        await keep(page, "kepala-tenggat", 520)
        await page.get_by_role("link", name="Lewat", exact=True).click()
        assert await page.locator(".queue .ticket").all_inner_texts() == ["KT-3333-4405-X"]
        await page.get_by_role("link", name="KT-3333-4405-X").click()
        await page.get_by_text("Cara menghitungnya").first.click()
        await page.goto(f"{sla.address}/angka/opd/dishub")
        await page.get_by_role("heading", name="Tenggat terdekat").wait_for()
        await check(page)
        await page.goto(f"{router.address}/opd/templat")
        await page.get_by_label("Nama templat").fill("Lampu diganti")
        await page.get_by_label("Isi", exact=True).fill("Lampu di {tempat} diganti oleh ___ pada {tanggal}.")
        await page.get_by_role("button", name="Simpan templat").click()
        await page.get_by_role("heading", name="Lampu diganti").wait_for()


async def test_a_day_of_the_arbiter(doors: dict[str, Door], doors_loop: Doors, browser: Browser) -> None:
    router = doors["router"]
    run, live = doors_loop.run, router.live
    worker = run(hire(live, "arbiter", email="maria.t@contoh.example", name="Maria Tandi"))
    key = run(filed(live, RETURNED, "jln rsak parah bgt pak, batas kota Samarinda", "dishub", "disdikbud", "dishub"))
    last = c.Decline(opd="dishub", reason="Ruas ini bukan kewenangan Dishub.", suggestion="dpupr-pera")
    run(live.do(last, keys=(key,), actor="opd"))
    async with window(browser, DESK) as page:
        await enter(page, f"{router.address}/triase?meja=arbiter", worker)
        await page.get_by_role("link", name=RETURNED).click()
        await page.get_by_role("heading", name="Putuskan").wait_for()
        await keep(page, "arbiter-aduan", 700)
        await page.locator("summary", has_text="Tunjuk OPD lain").click()
        await page.get_by_label("OPD", exact=True).select_option("dpupr-pera")
        await page.get_by_label("Alasan (boleh dikosongkan)").fill("Ruas provinsi menurut SK jalan.")
        await page.get_by_role("button", name="Tunjuk OPD ini").click()
        await page.get_by_role("status").wait_for()
        await page.goto(f"{router.address}/triase/{RETURNED}")
        assert "ditugaskan kepada" in await page.locator("main").inner_text()


async def test_a_day_of_the_administrator(doors: dict[str, Door], doors_loop: Doors, browser: Browser) -> None:
    router = doors["router"]
    worker = doors_loop.run(hire(router.live, "administrator", email="agus.p@contoh.example", name="Agus Pranoto"))
    async with window(browser, DESK) as page:
        await enter(page, f"{router.address}/akun/daftar", worker)
        await page.get_by_label("Nama lengkap").fill("Lina Marlina")
        await page.get_by_label("Alamat surel").fill("lina.m@contoh.example")
        await page.get_by_label("Pejabat penghubung OPD").check()
        await page.get_by_label("OPD (untuk pejabat penghubung dan kepala)").select_option("dishub")
        await keep(page, "administrator-undang", 720, at="h2:has-text('Undang orang baru')")
        await page.get_by_role("button", name="Buat akun dan kirim undangan").click()
        await page.get_by_text("Undangan dikirim lewat surel.").wait_for()
        await page.get_by_role("link", name="Lina Marlina").click()
        await page.get_by_role("button", name="Kirim tautan kata sandi").click()
        await page.get_by_text("Tersimpan.").wait_for()
        await page.goto(f"{router.address}/daftar/topik/street-light")
        await page.get_by_label("Sebutan").fill("lampu jalan dan rambu")
        await page.get_by_label("Alasan").fill("Peraturan Gubernur contoh 12/2026")
        await page.get_by_role("button", name="Periksa perubahan").click()
        await page.get_by_role("heading", name="Perubahan yang akan berlaku").wait_for()
        await keep(page, "administrator-periksa", 380)
        # The change is not put into force: all tests share the registry.
        await page.get_by_role("link", name="Batal").click()
        await page.get_by_role("heading", name="Daftar topik").wait_for()


async def test_a_day_of_the_reader(doors: dict[str, Door], doors_loop: Doors, browser: Browser) -> None:
    router, sla, email = doors["router"], doors["sla"], "tono.r@contoh.example"
    path = doors_loop.run(invited(router.live, email, "Tono Rahardjo", "reader"))
    async with window(browser, DESK) as page:
        # A reader sees no citizen's data, so no second factor is asked for.
        await set_password(page, router.address + path, email)
        await page.get_by_role("heading", name="Tono Rahardjo").wait_for()
        await page.goto(f"{sla.address}/angka")
        await page.get_by_role("link", name="Unduh CSV").wait_for()
        await page.get_by_role("button", name="Tampilkan").click()
        await page.get_by_role("heading", name="Angka aduan").wait_for()
        await keep(page, "pembaca-angka", 620)
        await page.get_by_role("link", name="Laporan ").click()
        await page.get_by_role("link", name="Kembali ke angka").wait_for()
        await page.goto(f"{sla.address}/tenggat")
        await page.get_by_label("Nomor aduan").fill(sla.ticket)
        await page.get_by_role("button", name="Lihat tenggatnya").click()
        await page.get_by_role("heading", name=f"Tenggat {sla.ticket}").wait_for()
