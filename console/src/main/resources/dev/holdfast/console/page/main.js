// SPDX-License-Identifier: Apache-2.0
// The frame: which view is shown, what it may use, and how often it looks again.

import {ask, keepToken, takeToken} from './api.js';
import {h, link, put, reveal, to} from './dom.js';
import * as instance from './instance.js';
import * as instances from './instances.js';
import * as overview from './overview.js';
import * as projections from './projections.js';
import * as queues from './queues.js';
import * as runs from './runs.js';
import * as streams from './streams.js';
import {growOlder} from './values.js';

const EVERY = 2000;

const VIEWS = {
  '': overview.show,
  'instances': instances.show,
  'instance': instance.show,
  'runs': runs.list,
  'run': runs.show,
  'streams': streams.list,
  'stream': streams.show,
  'projections': projections.list,
  'projection': projections.show,
  'queues': queues.show,
};

/** The entries of the navigation: a name, where it leads, what it needs, what else belongs to it. */
const ENTRIES = [
  ['Overview', '', 'INSTANCE_ADMIN', []],
  ['Instances', 'instances', 'INSTANCE_ADMIN', ['instance']],
  ['Runs', 'runs', 'STATE_TABLES', ['run']],
  ['Streams', 'streams', 'EVENT_STREAMS', ['stream']],
  ['Projections', 'projections', 'PROJECTIONS', ['projection']],
  ['Queues', 'queues', 'INSTANCE_ADMIN', []],
];

const root = document.getElementById('view');
let info = null;
let current = null;
let isLive = true;

/** What somebody has typed into the address need not be well formed. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parse(hash) {
  const text = hash.startsWith('#/') ? hash.slice(2) : '';
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const query = Object.fromEntries(new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1)));
  return {parts: path.split('/').map(decoded), query};
}

function isWatched() {
  return isLive && document.visibilityState === 'visible' && !document.querySelector('dialog[open]');
}

/** What a view may use: signal ends with it, repeat looks again and again, attempt shows problems. */
function context() {
  const controller = new AbortController();
  const view = {
    info,
    signal: controller.signal,
    has: (feature) => info.features.includes(feature),
    close: () => controller.abort(),
    attempt: async (work) => {
      try {
        await work();
        problem(null);
        return true;
      } catch (error) {
        if (controller.signal.aborted || error.name === 'AbortError') {
          return false;
        }
        problem(error);
        return false;
      }
    },
    repeat: (work, wanted) => {
      const turn = async (isFirst) => {
        if (controller.signal.aborted) {
          return;
        }
        const began = performance.now();
        if (isFirst || (isWatched() && (!wanted || wanted()))) {
          await view.attempt(work);
        }
        // A store that answers slowly is asked less often.
        setTimeout(() => turn(false), Math.max(EVERY, 10 * (performance.now() - began)));
      };
      turn(true);
    },
  };
  return view;
}

function problem(error) {
  const old = root.querySelector(':scope > .trouble');
  if (!error) {
    old?.remove();
    return;
  }
  if (error.status === 401) {
    current?.close();
    signIn(error.message);
    return;
  }
  const text = error.code === 'absent' ? 'Not in this store: ' + error.message : error.message;
  const box = h('div', {class: 'trouble ' + (error.code ?? '')}, text);
  if (!error.code) {
    console.error(error);
  }
  if (old) {
    old.replaceWith(box);
  } else {
    root.prepend(box);
  }
}

function signIn(reason) {
  const field = h('input', {type: 'password', id: 'token', autocomplete: 'off', 'aria-label': 'Token', placeholder: 'Token'});
  put(root, h('form', {
    class: 'card sign-in',
    submit: (event) => {
      event.preventDefault();
      keepToken(field.value);
      begin();
    },
  }, h('h1', null, 'A token is needed'),
  h('p', null, 'The program that serves this console has printed a link with a token in it. Open that link, or paste the token here.'),
  h('p', {class: 'none'}, reason),
  h('div', {class: 'row'}, field, h('button', {class: 'main'}, 'Open'))));
}

function navigation(view) {
  const nav = document.getElementById('nav');
  put(nav, ENTRIES.map(([name, path, feature, more]) => {
    const here = path === view || more.includes(view);
    return h('a', {
      href: to(path).replace(/\/$/, '/'),
      'aria-current': here ? 'page' : null,
      class: info.features.includes(feature) ? null : 'absent',
      title: info.features.includes(feature) ? null : `The store does not declare ${feature}`,
    }, name);
  }));
  reveal(nav);
}

function go() {
  if (!info) {
    return;
  }
  current?.close();
  const {parts, query} = parse(location.hash);
  const show = VIEWS[parts[0]];
  navigation(parts[0]);
  put(root);
  window.scrollTo(0, 0);
  current = context();
  if (!show) {
    put(root, h('p', {class: 'empty'}, 'There is no such view. ', link('#/', 'Overview')));
    return;
  }
  const feature = ENTRIES.find(([, path, , more]) => path === parts[0] || more.includes(parts[0]))?.[2];
  if (feature && !current.has(feature)) {
    put(root, h('section', {class: 'card absent-view'},
        h('h1', null, 'Not in this store'),
        h('p', null, `The provider “${info.provider}” does not declare ${feature}, so there is nothing to show here.`)));
    return;
  }
  document.title = (parts[1] ?? ENTRIES.find(([, path]) => path === parts[0])?.[0] ?? 'Holdfast') + ' – Holdfast';
  const body = h('div', {class: 'view'});
  root.append(body);
  show(current, body, parts.slice(1), query);
}

async function begin() {
  try {
    info = await ask('info');
  } catch (error) {
    if (error.status === 401) {
      signIn(error.message);
    } else {
      put(root, h('div', {class: 'trouble'}, error.message),
          h('button', {type: 'button', click: begin}, 'Try again'));
    }
    return;
  }
  document.getElementById('store').textContent = info.store;
  const mode = document.getElementById('mode');
  mode.hidden = false;
  mode.textContent = info.actions ? 'may act' : 'read only';
  mode.className = info.actions ? 'pill acts' : 'pill';
  go();
}

document.getElementById('live').addEventListener('click', (event) => {
  isLive = !isLive;
  event.currentTarget.setAttribute('aria-pressed', String(isLive));
});
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) {
    takeToken();
    begin();
  } else if (location.hash.startsWith('#/') || location.hash === '') {
    go();
  }
});
setInterval(() => isWatched() && growOlder(), EVERY);
takeToken();
begin();
