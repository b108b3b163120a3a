// SPDX-License-Identifier: Apache-2.0

import {h, link, put, to} from './dom.js';
import {pages} from './lists.js';
import {badge, lasted, time} from './values.js';

const STATUSES = ['running', 'completed', 'failed', 'continued-as-new'];
const SINCE = [['any time', ''], ['15 minutes', '15'], ['an hour', '60'], ['a day', '1440'], ['a week', '10080']];

export const COLUMNS = [
  {name: 'Instance', cell: (row) => link(to('instance', row.instanceId), row.instanceId, 'id')},
  {name: 'Orchestration', cell: (row) => row.version ? `${row.name}@${row.version}` : row.name ?? '–'},
  {name: 'Status', cell: (row) => badge(row.status)},
  {name: 'Created', cell: (row) => time(row.createdAt)},
  {name: 'Updated', cell: (row) => time(row.updatedAt)},
  {name: 'Took', class: 'right', cell: (row) => row.completedAt
      ? lasted(Date.parse(row.completedAt) - Date.parse(row.createdAt)) : ''},
  {name: 'Parent', cell: (row) => row.parentInstanceId
      ? link(to('instance', row.parentInstanceId), row.parentInstanceId, 'id') : ''},
];

function form(query) {
  const go = (change) => {
    location.hash = to('instances', {...query, ...change});
  };
  const field = (name, label, hint) => h('label', null, h('span', null, label),
      h('input', {type: 'search', name, value: query[name] ?? '', placeholder: hint, autocomplete: 'off', spellcheck: 'false'}));
  const chosen = (query.status ?? '').split(',').filter(Boolean);
  const chip = (status) => h('button', {
    type: 'button',
    class: 'chip',
    'aria-pressed': String(chosen.includes(status)),
    click: () => go({status: (chosen.includes(status)
        ? chosen.filter((one) => one !== status) : [...chosen, status]).join(',')}),
  }, status.replaceAll('-', ' '));
  const check = (name, label) => h('label', {class: 'check'},
      h('input', {type: 'checkbox', checked: query[name] === 'true',
        change: (event) => go({[name]: event.target.checked ? 'true' : ''})}), label);
  return h('form', {
    class: 'filter',
    submit: (event) => {
      event.preventDefault();
      const read = new FormData(event.target);
      go({id: read.get('id').trim(), name: read.get('name').trim(), parent: read.get('parent').trim()});
    },
  },
  h('div', {class: 'row'},
      field('id', 'Id', 'exactly'), field('name', 'Orchestration', 'exactly'), field('parent', 'Children of', 'an id'),
      h('label', null, h('span', null, 'Started within'),
          h('select', {change: (event) => go({within: event.target.value})}, SINCE.map(([name, value]) =>
              h('option', {value, selected: (query.within ?? '') === value}, name)))),
      h('button', {class: 'main'}, 'Search')),
  h('div', {class: 'row chips'}, STATUSES.map(chip),
      check('roots', 'no children'), check('oldest', 'oldest first'),
      Object.values(query).some(Boolean) ? link(to('instances'), 'Clear') : null));
}

export function show(view, body, parts, query) {
  const since = Number(query.within) > 0
      ? new Date(Date.now() - Number(query.within) * 60000).toISOString() : null;
  put(body, h('h1', null, 'Instances'), form(query), pages(view, {
    path: 'instances',
    parameters: {id: query.id, name: query.name, parent: query.parent, status: query.status, since,
      roots: query.roots, oldest: query.oldest, tries: query.tries},
    columns: COLUMNS,
    empty: 'No such instances. An instance is listed from its first turn on; one that was only started is found by its id.',
  }));
}
