// SPDX-License-Identifier: Apache-2.0
// Moments, statuses, payloads: how one value looks.

import {h, note, put} from './dom.js';

const TWO = (number) => String(number).padStart(2, '0');

/** A moment in the reader's zone, in seconds. */
export function moment(text) {
  const at = new Date(text);
  return `${at.getFullYear()}-${TWO(at.getMonth() + 1)}-${TWO(at.getDate())} `
      + `${TWO(at.getHours())}:${TWO(at.getMinutes())}:${TWO(at.getSeconds())}`;
}

/** A duration in milliseconds, roughly. */
export function lasted(millis) {
  const seconds = millis / 1000;
  if (millis < 1000) {
    return Math.max(0, Math.round(millis)) + ' ms';
  }
  if (seconds < 120) {
    return (seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)) + ' s';
  }
  if (seconds < 7200) {
    return Math.round(seconds / 60) + ' min';
  }
  return seconds < 172800 ? Math.round(seconds / 3600) + ' h' : Math.round(seconds / 86400) + ' days';
}

/** A moment as an element; older than a day with its date. */
export function time(text) {
  if (!text) {
    return h('span', {class: 'none'}, '–');
  }
  const whole = moment(text);
  const today = moment(new Date()).slice(0, 10);
  const shown = whole.startsWith(today) ? whole.slice(11) : whole;
  return h('time', {datetime: text, title: whole + ' (' + text + ')'}, shown);
}

/** A moment as how long ago it was, or how long it takes until then. */
export function ago(text) {
  if (!text) {
    return h('span', {class: 'none'}, '–');
  }
  return h('time', {class: 'ago', datetime: text, title: moment(text) + ' (' + text + ')'}, sinceOrUntil(text));
}

function sinceOrUntil(text) {
  const millis = Date.now() - Date.parse(text);
  return millis >= 0 ? lasted(millis) + ' ago' : 'in ' + lasted(-millis);
}

/** Brings what `ago` has shown up to now; what it stands in is drawn anew only when the store says something else. */
export function growOlder() {
  for (const one of document.querySelectorAll('time.ago')) {
    one.textContent = sinceOrUntil(one.dateTime);
  }
}

export function number(value) {
  return Number(value).toLocaleString('en-US');
}

/** Such as '1 event' or '1,200 events'. */
export function counted(value, one, many = one + 's') {
  return `${number(value)} ${value === 1 ? one : many}`;
}

export function bytes(count) {
  if (count < 1024) {
    return counted(count, 'byte');
  }
  return count < 1048576 ? (count / 1024).toFixed(1) + ' KiB' : (count / 1048576).toFixed(1) + ' MiB';
}

const KINDS = {
  completed: 'good', done: 'good', live: 'good',
  failed: 'bad', poison: 'bad',
  running: 'busy', locked: 'busy', scheduled: 'busy', recovering: 'busy', ready: 'busy',
  cancelled: 'off', suspended: 'wait', paused: 'wait', cancelling: 'wait',
};

/** The colour of a status. */
export function kindOf(status) {
  return KINDS[status] ?? 'plain';
}

/** A status as a badge. */
export function badge(status) {
  return h('span', {class: 'badge ' + kindOf(status)}, h('i'), String(status ?? '?').replaceAll('-', ' '));
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** A JSON text, its parts in colours. */
function coloured(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    parts.push(text.slice(end, found.index));
    const [whole, string, colon, word] = found;
    if (string) {
      parts.push(h('span', {class: colon ? 'j-key' : 'j-text'}, string), colon ?? '');
    } else {
      parts.push(h('span', {class: word ? 'j-word' : 'j-number'}, whole));
    }
    end = found.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    note('Copied.');
  } catch {
    note('The browser does not allow to copy here.', true);
  }
}

/**
 * A payload. With `whole`, which asks for all of it, one that was cut has a button for the rest.
 */
export function payload(value, whole) {
  if (!value) {
    return h('span', {class: 'none'}, 'none');
  }
  if (value.form === 'hidden') {
    return h('span', {class: 'hidden-value'}, `hidden (${bytes(value.bytes)})`);
  }
  const box = h('div', {class: 'payload'});
  show(box, value, whole);
  return box;
}

function show(box, value, whole) {
  const isLong = value.text.length > 60000;
  const text = value.form === 'json' && !isLong ? coloured(value.text) : value.text;
  const isSmall = value.text.length <= 80 && !value.text.includes('\n');
  const head = h('div', {class: 'payload-head'},
      h('span', null, value.form + ', ' + bytes(value.bytes) + (value.cut ? ', the beginning of it' : '')),
      value.cut && whole
          ? h('button', {type: 'button', class: 'small', click: async () => show(box, await whole(), null)}, 'All of it')
          : null,
      h('button', {type: 'button', class: 'small', click: () => copy(value.text)}, 'Copy'));
  put(box, isSmall ? null : head, h('pre', {class: isSmall ? 'small-value' : null}, text));
}

/** A payload in one line, for a table; a click shows it. */
export function inLine(value, whole) {
  if (!value) {
    return h('span', {class: 'none'}, '–');
  }
  if (value.form === 'hidden') {
    return payload(value);
  }
  const flat = value.text.replace(/\s+/g, ' ');
  if (flat.length <= 60 && !value.cut) {
    return h('code', {class: 'flat'}, flat);
  }
  const body = h('div');
  return h('details', {
    class: 'flat-more',
    toggle: (event) => {
      if (event.target.open && !body.firstChild) {
        body.append(payload(value, whole));
      }
    },
  }, h('summary', null, h('code', {class: 'flat'}, flat.slice(0, 60) + '…')), body);
}

/** Names and values. */
export function facts(...rows) {
  return h('dl', {class: 'facts'}, rows
      .filter((row) => row && row[1] !== null && row[1] !== undefined)
      .map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))));
}

/** A part of a view. */
export function card(title, ...children) {
  return h('section', {class: 'card'}, title ? h('h2', null, title) : null, children);
}
