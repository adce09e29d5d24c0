/* Keys of the workbench: `data-key` on buttons and links, rows of tables with `data-rows`. One letter each, told by `?`, and
   they can be turned off (WCAG 2.1.4). Loaded after yimen.js. */
(() => {
'use strict';
const doc = document, { $, $$, say, make, typing } = window.yimen;
let off = (() => { try { return localStorage.getItem('yimen-keys') === 'off'; } catch { return false; } })();
const keyed = () => $$('[data-key]').filter(b => b.getClientRects().length);
const help = () => {
  const line = (key, text) => [make('dt', {}, make('kbd', { textContent: key })), make('dd', { textContent: text })];
  const name = b => { const c = b.cloneNode(true); $$('kbd', c).forEach(k => k.remove()); return c.textContent.trim(); };
  const dialog = make('dialog', {}, make('h2', { textContent: say('快捷键', 'Keys') }), make('dl', {}, ...keyed().flatMap(b => line(b.dataset.key, b.dataset.keyLabel || name(b))),
    ...($('[data-rows]') ? [...line('j / k', say('下一行 / 上一行', 'next / previous row')), ...line('x', say('选择此行', 'select this row'))] : []), ...line('/', say('搜索', 'search')), ...line('?', say('本说明', 'this help'))));
  const turn = make('button', { className: 'button second', type: 'button', textContent: off ? say('启用单键', 'Turn keys on') : say('停用单键', 'Turn keys off') });
  turn.onclick = () => { off = !off; try { localStorage.setItem('yimen-keys', off ? 'off' : 'on'); } catch { /* forbidden */ } dialog.close(); };
  const shut = make('button', { className: 'button', type: 'button', textContent: say('关闭', 'Close'), autofocus: true });
  shut.onclick = () => dialog.close();
  dialog.append(make('div', { className: 'buttons' }, shut, turn));
  dialog.onclose = () => dialog.remove();
  doc.body.append(dialog);
  dialog.showModal();
};
doc.addEventListener('keydown', e => {
  if (e.isComposing || e.altKey || e.metaKey || $('dialog[open]')) return;
  const key = (e.ctrlKey ? 'ctrl+' : '') + e.key.toLowerCase();
  if (!e.ctrlKey && (typing(e.target) || off && key !== '?')) return;
  const b = keyed().find(x => x.dataset.key === key);
  if (b) { e.preventDefault(); b.focus(); return b.click(); }
  if (e.ctrlKey) return;
  if (key === '?' && $('[data-key],[data-rows]')) { e.preventDefault(); return help(); }
  if (key === '/') { const s = $('[type=search]'); if (s) { e.preventDefault(); s.focus(); s.select(); } return; }
  const rows = $$('[data-rows] tbody tr').filter(r => $('a', r));
  if (!rows.length || !'jkx'.includes(key)) return;
  const at = rows.findIndex(r => r.contains(doc.activeElement));
  if (key === 'x') { if (at >= 0) { e.preventDefault(); $('.pick input', rows[at])?.click(); } return; }
  e.preventDefault();
  const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + (key === 'j' ? 1 : -1)))];
  $('a', next).focus();
});
})();
