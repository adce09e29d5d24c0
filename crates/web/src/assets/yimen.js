/* Makes pages better, never possible: everything here also works without it. What the server answers is written down in
   pieces/form.rs (saving by itself), pieces/files.rs (uploads) and pieces/search_box.rs (suggestions). */
(() => {
'use strict';
const doc = document, root = doc.documentElement;
root.classList.add('js');
const say = (zh, en) => root.lang.startsWith('zh') ? zh : en;
const $ = (s, at = doc) => at.querySelector(s), $$ = (s, at = doc) => [...at.querySelectorAll(s)];
const inputs = at => $$('input,select,textarea', at);
const make = (tag, set = {}, ...kids) => { const e = Object.assign(doc.createElement(tag), set); e.append(...kids); return e; };
const pause = ms => new Promise(go => setTimeout(go, ms));
const json = answer => answer.json().catch(() => ({}));
const csrf = form => form?.elements.csrf?.value || '';
const typing = e => /^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName) && !/^(checkbox|radio|button|submit)$/.test(e.type) || e.isContentEditable;

/* What could not be sent yet, kept under the account's key; another account's is thrown away. */
const shelf = 'yimen:', mine = shelf + (doc.body.dataset.who || '') + ':';
const keep = (key, value) => { try { value ? sessionStorage.setItem(mine + key, JSON.stringify(value)) : sessionStorage.removeItem(mine + key); } catch { } };
const kept = key => { try { return JSON.parse(sessionStorage.getItem(mine + key)); } catch { return null; } };
const clear = all => { try { Object.keys(sessionStorage).filter(k => k.startsWith(shelf) && (all || !k.startsWith(mine))).forEach(k => sessionStorage.removeItem(k)); } catch { } };
if (doc.body.dataset.who) clear(false);
doc.addEventListener('submit', e => { if (e.target.matches('[data-sign-out]')) clear(true); });

const complain = (form, name, text) => {
  const field = $(`[data-field="${CSS.escape(name)}"]`, form);
  if (!field) return;
  const line = $('.wrong-text', field), words = line && $('[data-wrong]', line);
  if (words) { words.textContent = text; line.hidden = !text; }
  field.classList.toggle('wrong', !!text);
  inputs(field).forEach(c => text ? c.setAttribute('aria-invalid', 'true') : c.removeAttribute('aria-invalid'));
};

/* Saving by itself. */
const saver = form => {
  const url = form.dataset.autosave, line = $('.save-state', form), waiting = new Map(Object.entries(kept(url) || {}));
  let busy = false, timer, leaving = false;
  const tell = (state, text) => { line.dataset.state = state; if (line.textContent !== text) line.textContent = text; };
  const values = name => inputs(form).filter(c => c.name === name && (!/checkbox|radio/.test(c.type) || c.checked)).map(c => c.value);
  const put = (name, all) => {
    for (const c of inputs(form)) if (c.name === name) {
      if (/checkbox|radio/.test(c.type)) c.checked = all.includes(c.value); else c.value = all[0] ?? '';
    }
  };
  const store = () => keep(url, waiting.size ? Object.fromEntries(waiting) : null);
  const refresh = async from => {
    const answer = await fetch(form.dataset.fragment, { headers: { Accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('answers'), old = $('#answers', form);
    if (!fresh || !old) return;
    const names = at => new Set($$('[data-field]', at).map(f => f.dataset.field)), before = names(old), after = names(fresh);
    const at = doc.activeElement, id = old.contains(at) && at.id, caret = id && typing(at) && [at.selectionStart, at.selectionEnd];
    old.replaceWith(fresh);
    waiting.forEach((all, name) => put(name, all));
    start(fresh);
    const back = id && doc.getElementById(id);
    if (back) { back.focus(); if (caret && caret[0] != null) try { back.setSelectionRange(...caret); } catch { } }
    else if (id) $(`[data-field="${CSS.escape(from)}"] :is(input,select,textarea)`, fresh)?.focus();
    const more = [...after].filter(n => !before.has(n)).length, less = [...before].filter(n => !after.has(n)).length;
    if (more || less) tell('', say(`已保存；表单已更新：多 ${more} 项，少 ${less} 项`, `Saved; the form has changed: ${more} more, ${less} fewer questions`));
  };
  const send = async () => {
    if (busy) return;
    busy = true;
    let again = 1000;
    while (waiting.size) {
      const [name, all] = waiting.entries().next().value, body = new URLSearchParams({ csrf: csrf(form) });
      (all.length ? all : ['']).forEach(v => body.append(name, v));
      tell('busy', say('正在保存…', 'Saving…'));
      let answer;
      try { answer = await fetch(url, { method: 'PUT', body }); } catch { }
      const status = answer?.status || 0, said = answer ? await json(answer) : {};
      if (answer?.ok || status === 422) {
        if (waiting.get(name) === all) waiting.delete(name);
        store();
        if (status === 422) { complain(form, name, said.message || ''); tell('failed', say('有一项未能保存', 'One answer was not saved')); }
        else {
          if (said.error !== undefined) complain(form, name, said.error);
          const now = new Date(), at = said.at || [now.getHours(), now.getMinutes()].map(n => String(n).padStart(2, '0')).join(':');
          tell('', say('已保存 ', 'Saved ') + at);
          if (form.dataset.fragment && $(`[data-field="${CSS.escape(name)}"][data-refresh]`, form)) await refresh(name).catch(() => {});
        }
        again = 1000;
      } else if ([401, 403, 409, 410].includes(status)) {
        tell('failed', said.message || (status === 409 ? say('内容已被更新，请刷新查看', 'Changed elsewhere: please reload') : say('已退出登录，内容保留在本机，请重新登录', 'Signed out: your text is kept here, please sign in')));
        break;
      } else {
        tell('failed', say('保存失败，将重试', 'Could not save, will try again'));
        await pause(again);
        again = Math.min(again * 2, 30000);
      }
    }
    busy = false;
  };
  const note = (c, wait) => {
    if (!c.name || c.form !== form || /^(file|hidden|submit|button)$/.test(c.type) || c.name[0] === '_') return;
    waiting.set(c.name, values(c.name));
    store();
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };
  form.addEventListener('input', e => note(e.target, 1500));
  form.addEventListener('change', e => note(e.target, 0));
  form.addEventListener('focusout', () => { if (waiting.size) { clearTimeout(timer); timer = setTimeout(send, 0); } });
  form.addEventListener('submit', () => { leaving = true; keep(url, null); });
  addEventListener('beforeunload', e => { if (waiting.size && !leaving) e.preventDefault(); });
  addEventListener('online', send);
  if (waiting.size) { waiting.forEach((all, name) => put(name, all)); send(); }
};

/* Uploads in parts. */
const uploader = input => {
  const list = $('.files', input.closest('.field')), form = input.form, name = input.name, PART = 1 << 20;
  const call = (url, method, body) => fetch(url, { method, body, headers: { 'X-Csrf-Token': csrf(form), ...(typeof body === 'string' && { 'Content-Type': 'application/json' }) } });
  const one = async file => {
    const key = `up:${input.dataset.upload}:${file.name}:${file.size}:${file.lastModified}`, bar = make('progress', { max: file.size || 1, value: 0, ariaLabel: file.name });
    const state = make('span', { className: 'hint', role: 'status' }), drop = make('button', { type: 'button', className: 'link', textContent: say('取消', 'Cancel') }), row = make('li', {}, make('span', { className: 'name', textContent: file.name }), bar, state, drop);
    list.append(row);
    complain(form, name, '');
    let url = kept(key), at = 0, off = false, again = 1000;
    drop.onclick = () => { off = true; keep(key, null); row.remove(); if (url) call(url, 'DELETE').catch(() => {}); };
    const lost = async () => { state.textContent = say('连接中断，将重试', 'Connection lost, will try again'); await pause(again); again = Math.min(again * 2, 30000); return false; };
    const step = async () => {
      let answer;
      try {
        answer = !url ? await call(input.dataset.upload, 'POST', JSON.stringify({ name: file.name, size: file.size, type: file.type, field: name }))
          : at < 0 ? await fetch(url) : await call(`${url}?offset=${at}`, 'PUT', file.slice(at, at + PART));
      } catch { if (url) at = -1; return lost(); }
      const said = await json(answer);
      if (answer.ok || answer.status === 409) {
        if (said.url) { url = said.url; keep(key, url); }
        at = said.offset ?? 0; bar.value = at; again = 1000;
        state.textContent = '';
        return said.done;
      }
      if (answer.status === 404 && url) { url = null; at = 0; keep(key, null); return false; }
      if (answer.status >= 500 || answer.status === 429) { if (url) at = -1; return lost(); }
      throw said.message || say('此文件未能上传', 'This file could not be uploaded');
    };
    if (url) at = -1;
    try { while (!off && !await step()); } catch (why) { keep(key, null); row.remove(); return complain(form, name, String(why)); }
    if (off) return;
    keep(key, null);
    bar.remove(); drop.remove();
    state.textContent = say('已上传', 'Uploaded');
    };
  const take = async files => { input.value = ''; for (const file of files) await one(file); };
  input.addEventListener('change', () => take([...input.files]));
};

/* Suggestions: the combobox pattern. */
let lists = 0;
const suggester = input => {
  const id = `suggest-${++lists}`, box = make('ul', { className: 'suggest', id, role: 'listbox', hidden: true, ariaLabel: say('建议', 'Suggestions') });
  let found = [], at = -1, timer, asked = 0;
  input.parentElement.classList.add('relative');
  input.after(box);
  for (const [k, v] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': id, 'aria-expanded': 'false', autocomplete: 'off' })) input.setAttribute(k, v);
  const show = on => { box.hidden = !on; input.setAttribute('aria-expanded', on); if (!on) mark(-1); };
  const mark = n => { at = n; [...box.children].forEach((li, i) => li.setAttribute('aria-selected', i === n)); n < 0 ? input.removeAttribute('aria-activedescendant') : input.setAttribute('aria-activedescendant', `${id}-${n}`); box.children[n]?.scrollIntoView({ block: 'nearest' }); };
  const pick = n => { const one = found[n]; show(false); if (one.href) location.href = one.href; else { input.value = one.text; input.dispatchEvent(new Event('change', { bubbles: true })); } };
  const ask = async () => {
    const q = input.value.trim(), mineNow = ++asked;
    if (!q) return show(false);
    try { found = await (await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(q)}`)).json(); } catch { found = []; }
    if (mineNow !== asked) return;
    box.replaceChildren(...found.map((one, i) => make('li', { id: `${id}-${i}`, role: 'option', onpointerdown: e => { e.preventDefault(); pick(i); } }, one.text, ...(one.hint ? [make('small', { textContent: one.hint })] : []))));
    show(found.length > 0); mark(-1);
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  input.addEventListener('blur', () => { asked++; show(false); });
  input.addEventListener('keydown', e => {
    if (e.isComposing || box.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) { e.preventDefault(); mark((at + step + found.length + (at < 0 && step < 0 ? 1 : 0)) % found.length); }
    else if (e.key === 'Enter' && at >= 0) { e.preventDefault(); pick(at); }
    else if (e.key === 'Escape') { e.preventDefault(); show(false); }
  });
};

/* The question before a step that cannot be taken back: the disclosure becomes a dialog. */
const asker = box => {
  const opener = $('summary', box), dialog = make('dialog', { className: 'bad', ariaLabel: opener.textContent.trim() }, ...[...box.children].slice(1));
  box.after(dialog);
  opener.setAttribute('aria-haspopup', 'dialog');
  opener.addEventListener('click', e => { e.preventDefault(); dialog.showModal(); });
  $('[data-close]', dialog)?.addEventListener('click', () => dialog.close());
};

const start = at => {
  $$('form[data-autosave]', at).forEach(saver);
  $$('input[type=file][data-upload]', at).forEach(uploader);
  $$('input[data-suggest]', at).forEach(suggester);
  $$('details.confirm', at).forEach(asker);
};
start(doc);
$('[data-focus]')?.focus();

/* Sending twice by a double click. */
doc.addEventListener('submit', e => {
  const form = e.target;
  if (form.method !== 'post' || e.defaultPrevented) return;
  if (form.dataset.sent) return e.preventDefault();
  form.dataset.sent = '1';
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener('pageshow', () => $$('form[data-sent]').forEach(f => delete f.dataset.sent));

doc.addEventListener('click', async e => {
  const t = e.target, b = t.closest('[data-copy]');
  t.closest('.paper') && print();
  if (!b) return;
  try { await navigator.clipboard.writeText(b.dataset.copy); b.textContent = say('已复制', 'Copied'); } catch { getSelection().selectAllChildren($('code', b.parentElement)); }
});
window.yimen = { $, $$, say, make, typing };
})();
