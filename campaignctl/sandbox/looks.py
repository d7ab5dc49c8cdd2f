"""How the web page looks and keeps itself fresh: one style and one script, both constants.

They stand inline, so that the page needs no other request, and the Content-Security-Policy names them by their
hashes, so that nothing else that finds its way into a page can ever be one of them.
"""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f6f5f2; --card: #ffffff; --ink: #1c1b19; --soft: #5d5a54; --line: #dcd8d0; --link: #0b57a4;
  --bubble: #e9e7e2; --blue: #0b57a4; --green: #17663a; --red: #a8201a; --amber: #7a4d00; --grey: #5d5a54;
  --blue-in: #e3eefa; --green-in: #e0f2e6; --red-in: #fbe6e4; --amber-in: #fbeed3; --grey-in: #eceae5;
    --bar-green: #2c8a55; --bar-red: #c8382f; --bar-amber: #d79a2b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161513; --card: #201f1c; --ink: #edebe6; --soft: #aaa69d; --line: #3a3833; --link: #8cc0f5;
    --bubble: #34322d; --blue: #8cc0f5; --green: #86d3a2; --red: #f5a29c; --amber: #ecc177; --grey: #b5b1a8;
    --blue-in: #1b3048; --green-in: #1a3625; --red-in: #48211f; --amber-in: #402f12; --grey-in: #2f2d29;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Noto Sans", "Noto Sans Devanagari", "Lohit Devanagari", sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding-top: 1rem; }
header p { margin: 0; color: var(--soft); font-size: .9rem; }
header .brand { font-weight: 650; font-size: 1rem; color: var(--ink); margin-right: auto; }
main > nav:first-child { margin-top: .75rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 1.25rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.soft, .none { color: var(--soft); }
.sid, .code { font: .75rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; color: var(--soft);
  overflow-wrap: anywhere; }
.live::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .45em;
  border-radius: 50%; border: 2px solid var(--soft); }
.live.on::before { background: var(--green); border-color: var(--green); }
.tag { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  white-space: nowrap; color: var(--grey); background: var(--grey-in); }
.tag.blue { color: var(--blue); background: var(--blue-in); }
.tag.green { color: var(--green); background: var(--green-in); }
.tag.red { color: var(--red); background: var(--red-in); }
.tag.amber { color: var(--amber); background: var(--amber-in); }
.card, table { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.card { padding: 1rem 1.25rem; }
table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: .95rem; }
th, td { padding: .6rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { font-size: .8rem; color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 400; min-width: 14rem; overflow-wrap: anywhere; }
tbody th a { font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
time { white-space: nowrap; }
.bar { display: block; width: 100%; height: .5rem; border-radius: .25rem; background: var(--grey-in); }
.bar .green { fill: var(--bar-green); } .bar .red { fill: var(--bar-red); } .bar .amber { fill: var(--bar-amber); }
tbody th .bar { margin-top: .4rem; max-width: 16rem; height: .35rem; }
dl.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(6rem, 1fr)); gap: .5rem;
  margin: 0 0 .75rem; }
dl.counts div { display: flex; flex-direction: column; justify-content: space-between; }
dl.counts dt { font-size: .85rem; color: var(--soft); }
dl.counts dt::before { content: ""; display: inline-block; width: .65em; height: .65em; border-radius: .15em;
  margin-right: .4em; background: var(--grey-in); border: 1px solid var(--soft); }
dl.counts .green::before { background: var(--bar-green); border: 0; }
dl.counts .red::before { background: var(--bar-red); border: 0; }
dl.counts .amber::before { background: var(--bar-amber); border: 0; }
dl.counts dd { margin: 0; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
dl.facts { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1.25rem; margin: 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
details > summary { cursor: pointer; font-weight: 600; padding: .25rem 0; }
details[open] > summary { margin-bottom: .5rem; }
.pages { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; margin: .75rem 0; align-items: baseline; }
ol.phones { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); align-items: start; }
.phone { background: var(--card); border: 1px solid var(--line); border-radius: 1.5rem; overflow: hidden; }
.phone .top { display: flex; align-items: center; gap: .75rem; padding: .75rem 1rem;
  border-bottom: 1px solid var(--line); }
.phone .face { flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%; background: var(--blue-in);
  color: var(--blue); display: grid; place-items: center; font-weight: 650; }
.phone .from { margin: 0; font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; }
.phone .to { margin: 0; font-size: .85rem; color: var(--soft); font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; }
.phone .screen { padding: 1rem; }
.bubble { margin: 0; width: fit-content; max-width: 100%; padding: .6rem .9rem; background: var(--bubble);
  border: 1px solid transparent; border-radius: 1.1rem 1.1rem 1.1rem .3rem; line-height: 1.6;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.bubble.draft { background: none; border: 1px dashed var(--soft); }
.bubble.lost { background: none; border: 1px dashed var(--red); color: var(--soft); }
.fate { display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: baseline; margin: .6rem 0 0;
  font-size: .85rem; color: var(--soft); }
.fate .code { flex-basis: 100%; }
ol.events { list-style: none; margin: 0; padding: 0; }
ol.events li { padding: .45rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
ol.events li:last-child { border-bottom: 0; }
ol.events .soft { font-size: .9rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 0 1rem; }
input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft);
  border-radius: .5rem; padding: .35rem .75rem; }
input { flex: 1 1 8rem; min-width: 0; max-width: 16rem; }
button { cursor: pointer; }
footer { padding: 2rem 1rem; color: var(--soft); font-size: .85rem; }
@media screen and (max-width: 48rem) {
  table, tbody, tr, tbody th, td { display: block; border: 0; }
  thead { position: absolute; left: -99rem; }
  table { background: none; }
  tr { display: grid; grid-template-columns: repeat(5, auto); gap: 0 .5rem; background: var(--card); margin-bottom: .75rem;
    border: 1px solid var(--line); border-radius: .75rem; padding: .75rem 1rem; }
  tbody th, td { padding: .15rem 0; }
  tbody th, td.wide { grid-column: 1 / -1; }
  .n { text-align: left; font-weight: 600; align-self: end; line-height: 1.3; }
  .n::before { content: attr(data-label); display: block; font-size: .75rem; font-weight: 400;
    color: var(--soft); }
  .card { padding: .75rem 1rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dt { font-size: .85rem; margin-top: .4rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --soft: #333; --line: #999;
    --link: #000; }
  header .live, header a, .skip, .pages, form, footer { display: none; }
  body { font-size: 10pt; }
  .phone, tr, ol.events li { break-inside: avoid; }
  .tag, .bubble { border: 1px solid #666; background: none; color: #000; }
  .bar, dl.counts dt::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  table { font-size: 8pt; border: 0; border-radius: 0; }
  th, td { padding: .3rem .4rem; }
  thead th { font-size: 7pt; }
  tbody th { min-width: 9rem; }
  td.wide { width: 1%; }
  h2 { break-after: avoid; }
}
"""

# What it does to a page is what a reload would do, without losing place, focus and what a screen reader has read:
# it fetches the page again and makes the one on the screen equal to it, node by node. All HTML stays the
# server's. A hidden page lets go of its stream, since a browser has only six connections for one server.
SCRIPT = """
"use strict";
(() => {
  const light = document.getElementById("live");
  let stream, timer, busy = false, last = 0, after = document.body.dataset.after;

  function say(on, words) {
    light.classList.toggle("on", on);
    if (light.textContent !== words) light.textContent = words;
  }

  function sync(old, fresh) {
    for (const { name } of [...old.attributes])
      if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes)
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const kept = new Map([...old.children].filter(one => one.id).map(one => [one.id, one]));
    const wanted = new Set([...fresh.children].map(one => one.id));
    for (const [id, one] of kept) if (!wanted.has(id)) one.remove();
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const same = next.id ? kept.get(next.id) : at && !at.id && at.nodeName === next.nodeName ? at : null;
      if (!same) { old.insertBefore(next, at); continue; }
      if (same === at) at = at.nextSibling; else old.insertBefore(same, at);
      if (same.isEqualNode(next)) continue;
      if (same.nodeType === Node.ELEMENT_NODE) sync(same, next); else same.data = next.data;
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  }

  async function refresh() {
    timer = undefined;
    busy = true;
    last = Date.now();
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of ["main", "now"]) {
        const fresh = page.getElementById(id);
        if (fresh) sync(document.getElementById(id), fresh);
      }
    } catch { /* the stream says that the server is gone */ }
    busy = false;
  }

  function soon() {
    timer ??= setTimeout(() => { if (busy) { timer = undefined; soon(); } else refresh(); },
      Math.max(50, last + 1000 - Date.now()));
  }

  function open() {
    if (stream || document.hidden) return;
    stream = new EventSource("/events?after=" + after);
    stream.onopen = () => say(true, "Live");
    stream.onerror = () => {
      say(false, "Not connected");
      if (stream.readyState === EventSource.CLOSED) { close(); setTimeout(open, 5000); }
    };
    stream.addEventListener("change", event => { after = event.lastEventId || after; soon(); });
  }

  function close() { stream?.close(); stream = undefined; }

  document.addEventListener("visibilitychange", () => document.hidden ? close() : open());
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  say(false, "Connecting");
  open();
})();
"""


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src {_hash(SCRIPT)}",
        f"style-src {_hash(STYLE)}",
        "img-src data:",  # the icon, without which a browser asks for /favicon.ico
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy of every page."""
