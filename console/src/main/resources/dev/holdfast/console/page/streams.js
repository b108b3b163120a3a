// SPDX-License-Identifier: Apache-2.0

import {ask} from './api.js';
import {h, link, put, to} from './dom.js';
import {pages} from './lists.js';
import {bytes, card, facts, inLine, number, payload, time} from './values.js';

function tags(row) {
  return row.tags.map((tag) => h('span', {class: 'tag'}, `${tag.key}=${tag.value}`));
}

const EVENTS = [
  {name: 'Recorded', cell: (row) => time(row.recordedAt)},
  {name: 'Type', cell: (row) => h('span', {class: 'kind busy'}, row.type)},
  {name: 'Data', class: 'wide', cell: (row) => inLine(row.data)},
  {name: 'Tags', cell: tags},
];

const IN_LOG = [
  {name: 'Stream', cell: (row) => link(to('stream', row.category, row.id, {version: row.version}), `${row.category}/${row.id}`, 'id')},
  {name: 'Version', class: 'right', cell: (row) => row.version},
  ...EVENTS,
  {name: 'Correlation', cell: (row) => row.correlationId
      ? link(to('streams', {correlation: row.correlationId}), row.correlationId, 'id') : ''},
];

const IN_LIST = [
  {name: 'Stream', cell: (row) => link(to('stream', row.category, row.id), row.id, 'id')},
  {name: 'Events', class: 'right', cell: (row) => number(row.lastVersion)},
  {name: 'First kept', class: 'right', cell: (row) => row.firstVersion > 1 ? number(row.firstVersion) : ''},
  {name: 'Created', cell: (row) => time(row.createdAt)},
  {name: 'Last event', cell: (row) => time(row.lastRecordedAt)},
];

export function list(view, body, parts, query) {
  const go = (change) => {
    location.hash = to('streams', {...query, ...change});
  };
  const suggestions = h('datalist', {id: 'categories'});
  const field = (name, label, hint) => h('label', null, h('span', null, label),
      h('input', {type: 'search', name, value: query[name] ?? '', placeholder: hint, autocomplete: 'off',
        list: name === 'category' ? 'categories' : null}));
  const filter = h('form', {
    class: 'filter',
    submit: (event) => {
      event.preventDefault();
      const read = new FormData(event.target);
      go(Object.fromEntries(['category', 'type', 'tag', 'correlation'].map((name) => [name, read.get(name).trim()])));
    },
  }, h('div', {class: 'row'}, field('category', 'Category', 'exactly'), field('type', 'Type', 'exactly'),
      field('tag', 'Tag', 'key=value'), field('correlation', 'Correlation', 'an id'), suggestions,
      h('button', {class: 'main'}, 'Search'),
      Object.values(query).some(Boolean) ? link(to('streams'), 'Clear') : null));
  const byStream = query.as === 'streams' && query.category;
  const tabs = h('div', {class: 'tabs'},
      h('a', {href: to('streams', {...query, as: ''}), 'aria-selected': String(!byStream)}, 'Log, newest first'),
      query.category ? h('a', {href: to('streams', {...query, as: 'streams'}), 'aria-selected': String(Boolean(byStream))}, `Streams of ${query.category}`) : null);
  const categories = new Set();
  put(body, h('h1', null, 'Streams'), filter, tabs, byStream
      ? pages(view, {path: 'streams', parameters: {category: query.category}, columns: IN_LIST,
        empty: 'The category has no streams.'})
      : pages({...view}, {path: 'log',
        parameters: {category: query.category, type: query.type, tag: query.tag, correlation: query.correlation},
        columns: IN_LOG,
        empty: 'No such events.',
        seen: (answer) => {
          answer.rows.forEach((row) => categories.add(row.category));
          put(suggestions, [...categories].sort().map((name) => h('option', {value: name})));
        }}));
}

export function show(view, body, [category, id], query) {
  const top = h('div');
  const slider = h('input', {type: 'range', min: '1', max: '1', value: '1', class: 'slider', 'aria-label': 'Version'});
  const label = h('output', {class: 'slider-value'});
  const result = h('div');
  put(body, h('p', {class: 'trail'}, link(to('streams', {category, as: 'streams'}), category), ' / '), top,
      card('Version by version', h('div', {class: 'row slide'}, slider, label), result),
      card('Events', pages(view, {
        path: 'stream/events',
        parameters: {category, id},
        columns: [{name: 'Version', class: 'right', cell: (row) => h('button', {type: 'button', class: 'as-link', click: () => {
          slider.value = String(row.version);
          load();
        }}, row.version)}, ...EVENTS, {name: 'Event', cell: (row) => h('code', null, row.eventId)}],
        empty: 'Its events were archived.',
      })));
  let asked = 0;
  const load = () => view.attempt(async () => {
    const version = Number(slider.value);
    const mine = ++asked;
    label.textContent = `${version} of ${slider.max}`;
    const answer = await ask('stream/state', {category, id, version}, view.signal);
    if (mine === asked) {
      put(result, h('div', {class: 'columns'},
          h('div', null, h('h3', null, answer.event ? `Event: ${answer.event.type}` : 'The event was archived'),
              answer.event ? facts(['Recorded', time(answer.event.recordedAt)], ['Position', answer.event.position],
                  ['Correlation', answer.event.correlationId], ['Causation', answer.event.causationId]) : null,
              answer.event ? payload(answer.event.data) : null),
          h('div', null, state(answer))));
    }
  });
  let pending = null;
  slider.addEventListener('input', () => {
    label.textContent = `${slider.value} of ${slider.max}`;
    clearTimeout(pending);
    pending = setTimeout(load, 60);
  });
  let last = null;
  view.repeat(async () => {
    const stream = await ask('stream', {category, id}, view.signal);
    const text = JSON.stringify(stream);
    if (text === last) {
      return;
    }
    const isFirst = last === null;
    last = text;
    put(top, h('div', {class: 'title'}, h('h1', {class: 'id'}, `${category}/${id}`)),
        facts(['Events', number(stream.lastVersion)],
            ['Kept from version', stream.firstVersion > 1 ? stream.firstVersion : null],
            ['Created', time(stream.createdAt)], ['Last event', time(stream.lastRecordedAt)],
            ['Snapshots', stream.snapshots.length
                ? stream.snapshots.map((one) => `${one.version} (${one.schema}, ${bytes(one.size)})`).join(', ') : null]));
    slider.min = String(Math.min(stream.firstVersion, stream.lastVersion));
    slider.max = String(stream.lastVersion);
    if (isFirst) {
      slider.value = String(query.version ?? stream.lastVersion);
      await load();
    } else {
      label.textContent = `${slider.value} of ${slider.max}`;
    }
  });
}

function state(answer) {
  if (answer.state) {
    return [h('h3', null, `State behind version ${answer.version}`), payload(answer.state)];
  }
  if (answer.stateProblem) {
    return [h('h3', null, 'State'), h('p', {class: 'trouble'}, answer.stateProblem)];
  }
  if (answer.snapshot) {
    return [h('h3', null, `Snapshot at version ${answer.snapshot.version}, ${answer.snapshot.schema}`), payload(answer.snapshot.state)];
  }
  return [h('h3', null, 'State'), h('p', {class: 'none'},
      'There is no snapshot up to here. Started with --app and the application’s jar, the console folds the state itself.')];
}
