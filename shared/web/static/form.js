// The form for a complaint, one question at a time. Without this script the page shows all questions at once.
(() => {
  'use strict';
  const DRAFT = 'tanggap-draf', SENDING = 'tanggap-mengirim';
  // A browser may forbid the storage. The form then works without a draft.
  const storage = (() => { try { localStorage.getItem(DRAFT); return localStorage; } catch { return null; } })();
  const byId = (id) => document.getElementById(id);
  const make = (name, values = {}, ...children) => {
    const made = Object.assign(document.createElement(name), values);
    made.append(...children);
    return made;
  };

  // The draft goes once the complaint that was sent from it is there.
  if (document.querySelector('[data-terkirim]') && storage?.getItem(SENDING)) {
    storage.removeItem(DRAFT);
    storage.removeItem(SENDING);
  }
  byId('kirim-aduan')?.addEventListener('submit', () => storage?.setItem(SENDING, '1'));

  const form = byId('aduan');
  if (!form) return;
  const steps = [...form.querySelectorAll('.step')];
  const csrf = form.elements.csrf.value;
  let current = 0;

  // Errors at the field, in the words of the server.
  const NEEDED = {
    isi: [10, 'Tulis apa yang terjadi, paling sedikit 10 huruf.'],
    lokasi: [1, 'Tulis lokasi kejadian, misalnya nama jalan atau desa.'],
  };
  function tell(field, words) {
    const id = `${field.id}-salah`;
    byId(id)?.remove();
    field.closest('.field').classList.toggle('wrong', Boolean(words));
    const hints = (field.getAttribute('aria-describedby') || '').split(' ').filter((one) => one && one !== id);
    if (words) {
      field.before(make('p', { className: 'error', id, textContent: words }));
      hints.push(id);
    }
    if (hints.length) field.setAttribute('aria-describedby', hints.join(' '));
    field.toggleAttribute('aria-invalid', false);
    if (words) field.setAttribute('aria-invalid', 'true');
  }
  function lacking(step) {
    for (const [id, [least, words]] of Object.entries(NEEDED)) {
      const field = byId(id);
      if (!step.contains(field)) continue;
      const fits = field.value.trim().length >= least;
      if (!fits || field.getAttribute('aria-invalid')) tell(field, fits ? '' : words);
      if (!fits) return field;
    }
    return null;
  }

  // The steps. The address names the step, so that Back leads to the question before.
  function turn(number) {
    current = number;
    steps.forEach((step, index) => { step.hidden = index !== number; });
    byId('awal').hidden = number > 0;
  }
  function show(number, target) {
    turn(number);
    (target || steps[number].querySelector('h2')).focus();
    (target || form).scrollIntoView({ block: target ? 'center' : 'start' });
  }
  function follow(first) {
    const target = location.hash && byId(location.hash.slice(1));
    const found = target ? steps.findIndex((step) => step.contains(target)) : -1;
    if (found >= 0) return show(found, target);
    if (target && !first) return undefined;
    turn(Math.max(steps.findIndex((step) => step.querySelector('.wrong')), 0));
    return byId('kesalahan')?.focus();
  }
  function go(number) { location.hash = `langkah-${number + 1}`; }
  function next() {
    const field = lacking(steps[current]);
    if (field) return field.focus();
    return go(current + 1);
  }
  steps.forEach((step, index) => {
    step.prepend(make('p', { className: 'quiet', textContent: `Langkah ${index + 1} dari ${steps.length + 1}` }));
    const back = make('button', { type: 'button', className: 'plain', textContent: 'Kembali', onclick: () => go(index - 1) });
    const last = index === steps.length - 1;
    const bar = last ? step.querySelector('.actions') : step.appendChild(make('p', { className: 'actions' }));
    if (!last) {
      const words = step.contains(byId('berkas')) ? 'Lanjut, dengan atau tanpa foto' : 'Lanjut';
      bar.append(make('button', { type: 'button', textContent: words, onclick: next }));
    }
    if (index) bar.append(back);
  });
  window.addEventListener('hashchange', () => follow(false));

  // The kecamatan and villages of the chosen regency.
  const region = byId('kabupaten'), chosen = byId('wilayah'), area = byId('tempat');
  function choice(id, label, places, selected) {
    const select = make('select', { id }, make('option', { value: '', textContent: 'Belum dipilih' }));
    for (const [code, name] of places) select.append(make('option', { value: code, textContent: name, selected: code === selected }));
    area.append(make('div', { className: 'field' }, make('label', { htmlFor: id, textContent: label }), select));
    return select;
  }
  async function choose() {
    const code = region.value;
    area.replaceChildren();
    if (!code) return;
    const answer = await fetch(`/wilayah/${code}`).catch(() => null);
    if (!answer?.ok || region.value !== code) return;
    const districts = await answer.json();
    area.replaceChildren();
    const district = choice('kecamatan', 'Kecamatan (boleh dilewati)', districts, chosen.value.slice(0, 8));
    const village = () => {
      byId('desa')?.closest('.field').remove();
      const found = districts.find((one) => one[0] === district.value);
      if (!found) return;
      const select = choice('desa', 'Desa atau kelurahan (boleh dilewati)', found[2], chosen.value);
      select.addEventListener('change', () => { chosen.value = select.value || district.value; save(); });
    };
    district.addEventListener('change', () => { chosen.value = district.value; village(); save(); });
    village();
  }
  region.addEventListener('change', () => { chosen.value = ''; choose(); });

  // The position of the phone, if the citizen asks for it.
  const north = form.elements.lintang, east = form.elements.bujur;
  if (navigator.geolocation) {
    const status = make('p', { className: 'quiet', role: 'status' });
    const button = make('button', { type: 'button', className: 'plain' });
    const tellPosition = () => {
      button.textContent = north.value ? 'Hapus titik lokasi' : 'Pakai lokasi saya sekarang';
      status.textContent = north.value
        ? 'Titik lokasi tersimpan. Hanya petugas yang melihatnya.'
        : 'Tekan hanya bila Anda berada di tempat kejadian. Hanya petugas yang melihat titiknya.';
    };
    button.onclick = () => {
      if (north.value) { north.value = east.value = ''; tellPosition(); return; }
      status.textContent = 'Mencari lokasi …';
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => { north.value = coords.latitude.toFixed(4); east.value = coords.longitude.toFixed(4); tellPosition(); },
        () => { status.textContent = 'Lokasi tidak dapat dibaca. Izinkan lokasi untuk peramban ini, atau tulis tempatnya saja.'; },
        { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
      );
    };
    tellPosition();
    area.after(make('div', { className: 'field' }, make('p', { className: 'actions' }, button), status));
  }

  // Photos: made small on the phone, sent one by one. A browser that cannot make a photo small sends it as it is.
  const picker = byId('berkas'), list = byId('foto'), most = Number(picker.dataset.most);
  let sending = 0;
  const SIDE = 1600;
  async function smaller(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      const canvas = make('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const small = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.85); });
      return small && small.size < file.size ? small : file;
    } catch {
      return file;
    }
  }
  function number() {
    [...list.children].forEach((item, index) => {
      item.querySelector('.remove')?.setAttribute('aria-label', `Hapus foto ${index + 1}`);
      const image = item.querySelector('img');
      if (image) image.alt = `Foto ${index + 1} yang Anda lampirkan`;
    });
  }
  function removable(item) {
    item.querySelector('.choice')?.remove();
    const button = make('button', { type: 'button', className: 'plain remove', textContent: 'Hapus' });
    button.onclick = () => { item.remove(); number(); picker.focus(); };
    item.append(button);
  }
  function post(file, name, progressed) {
    return new Promise((done) => {
      const request = new XMLHttpRequest(), body = new FormData();
      body.append('csrf', csrf);
      body.append('berkas', file, name);
      request.upload.onprogress = (event) => progressed(event.loaded / event.total);
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
        if (request.status === 201) return done({ id: answer.id });
        return done({ words: answer.message || 'Foto ini tidak dapat kami terima. Pilih foto lain.' });
      };
      request.onerror = () => done({ words: 'Foto belum terkirim. Periksa sambungan Anda.', again: true });
      request.open('POST', '/kirim/foto');
      request.setRequestHeader('Accept', 'application/json');
      request.send(body);
    });
  }
  async function add(file) {
    const bar = make('progress', { max: 1, value: 0, ariaLabel: `Mengunggah ${file.name}` });
    const words = make('p', { textContent: `Mengunggah ${file.name} …`, role: 'status' });
    const item = make('li', {}, words, bar);
    list.append(item);
    removable(item);
    sending += 1;
    const small = await smaller(file);
    const answer = await post(small, file.name, (share) => { bar.value = share; });
    sending -= 1;
    if (!item.isConnected) return;
    if (answer.id) {
      const image = make('img', { src: `/kirim/foto/${answer.id}`, width: 96, height: 96, loading: 'lazy' });
      item.replaceChildren(make('input', { type: 'hidden', name: 'foto', value: answer.id }), image);
    } else {
      item.replaceChildren(make('p', { className: 'error', role: 'alert', textContent: `${file.name}: ${answer.words}` }));
      if (answer.again) {
        item.append(make('button', { type: 'button', textContent: 'Coba lagi', onclick: () => { item.remove(); add(file); } }));
      }
    }
    removable(item);
    number();
  }
  [...list.children].forEach(removable);
  number();
  picker.removeAttribute('name');
  picker.addEventListener('change', async () => {
    const files = [...picker.files], room = most - list.children.length;
    picker.value = '';
    tell(picker, files.length > room ? `Paling banyak ${most} foto.` : '');
    for (const file of files.slice(0, Math.max(room, 0))) await add(file);
  });

  // The draft on this phone. Photos stay out of it.
  const KEPT = ['isi', 'lokasi', 'kabupaten', 'wilayah', 'permohonan', 'nama', 'whatsapp', 'surel'];
  const MARKED = ['anonim', 'rahasia'];
  let waiting = 0, shared = false;
  function save() {
    if (!storage || shared) return;
    const draft = { jenis: form.elements.jenis.value };
    for (const id of KEPT) draft[id] = byId(id).value;
    for (const id of MARKED) draft[id] = byId(id).checked;
    try { storage.setItem(DRAFT, JSON.stringify(draft)); } catch { shared = true; }
  }
  function restore() {
    let draft = null;
    try { draft = JSON.parse(storage?.getItem(DRAFT) || 'null'); } catch { draft = null; }
    if (location.pathname !== '/' || !draft || KEPT.some((id) => byId(id).value) || !KEPT.some((id) => draft[id])) return;
    for (const id of KEPT) byId(id).value = draft[id] || '';
    for (const id of MARKED) byId(id).checked = Boolean(draft[id]);
    const kind = byId(`jenis-${draft.jenis}`);
    if (kind) kind.checked = true;
    if (draft.permohonan) byId('permohonan').closest('details').open = true;
    const remove = make('button', { type: 'button', className: 'plain', textContent: 'Hapus draf' });
    const notice = make('div', { className: 'panel', role: 'status' },
      make('p', { textContent: 'Draf Anda di perangkat ini kami isikan kembali. Foto perlu dipilih lagi.' }),
      make('p', { className: 'actions' }, remove));
    remove.onclick = () => {
      storage.removeItem(DRAFT);
      form.reset();
      chosen.value = '';
      choose();
      notice.remove();
      byId('isi').focus();
    };
    form.before(notice);
  }
  if (storage) {
    const box = make('input', { type: 'checkbox', id: 'bersama' });
    box.onchange = () => { shared = box.checked; if (shared) storage.removeItem(DRAFT); else save(); };
    const label = make('label', { className: 'choice', htmlFor: 'bersama' }, box,
      make('span', { textContent: 'Perangkat ini dipakai bersama: jangan simpan draf di sini.' }));
    form.querySelector('.extra').before(label);
  }
  restore();
  form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(save, 300); });

  form.addEventListener('submit', (event) => {
    if (current < steps.length - 1) { event.preventDefault(); next(); return; }
    const index = steps.findIndex(lacking);
    if (index >= 0) { event.preventDefault(); show(index, lacking(steps[index])); return; }
    if (sending) { event.preventDefault(); go(2); tell(picker, 'Tunggu sampai semua foto terunggah, lalu lanjutkan.'); return; }
    clearTimeout(waiting);
    save();
  });
  choose();
  follow(true);
})();
