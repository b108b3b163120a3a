// SPDX-License-Identifier: Apache-2.0

import {ask} from './api.js';
import {h, link, put, to} from './dom.js';
import {pages} from './lists.js';
import {ago, badge, card, facts, lasted, number, payload, time} from './values.js';

function live(row) {
  return row.generations.find((one) => one.generation === row.live);
}

function lag(generation) {
  const since = generation.shards.map((shard) => shard.lagsSince).filter(Boolean).sort()[0];
  return since ? h('span', {class: 'kind wait'}, lasted(Date.now() - Date.parse(since)) + ' behind') : h('span', {class: 'kind good'}, 'at the head');
}

export function list(view, body) {
  put(body, h('h1', null, 'Projections'), pages(view, {
    path: 'projections',
    parameters: {},
    columns: [
      {name: 'Projection', cell: (row) => link(to('projection', row.projection), row.projection, 'id')},
      {name: 'Generation', class: 'right', cell: (row) => row.live},
      {name: 'How far', cell: (row) => lag(live(row))},
      {name: 'Shards', class: 'right', cell: (row) => live(row).shards.length},
      {name: 'Parked', class: 'right', cell: (row) => live(row).parked
          ? h('span', {class: 'kind bad'}, number(live(row).parked)) : 0},
      {name: 'Being built', cell: (row) => row.newest > row.live ? 'generation ' + row.newest : ''},
    ],
    empty: 'There is no projection.',
  }));
}

export function show(view, body, [name], query) {
  const top = h('div');
  const field = h('input', {type: 'search', name: 'prefix', value: query.prefix ?? '', placeholder: 'begins with', autocomplete: 'off'});
  put(body, h('p', {class: 'trail'}, link(to('projections'), 'Projections'), ' / '), top,
      card('Rows', h('form', {class: 'filter', submit: (event) => {
        event.preventDefault();
        location.hash = to('projection', name, {prefix: field.value.trim()});
      }}, h('div', {class: 'row'}, h('label', null, h('span', null, 'Key'), field), h('button', {class: 'main'}, 'Search'))),
      pages(view, {
        path: 'projection/rows',
        parameters: {name, prefix: query.prefix},
        columns: [
          {name: 'Key', cell: (row) => h('code', {class: 'id'}, row.key)},
          {name: 'Value', class: 'wide', cell: (row) => payload(row.value)},
          {name: 'Version', class: 'right', cell: (row) => row.version},
        ],
        empty: 'No such rows.',
      })),
      card('Parked events', pages(view, {
        path: 'projection/parked',
        parameters: {name},
        columns: [
          {name: 'Event', cell: (row) => link(to('stream', row.category, row.id, {version: row.version}), `${row.category}/${row.id} ${row.version}`, 'id')},
          {name: 'Attempts', class: 'right', cell: (row) => row.attempts},
          {name: 'Parked', cell: (row) => time(row.parkedAt)},
          {name: 'Why', class: 'wrap', cell: (row) => row.error},
        ],
        empty: 'None.',
      })));
  view.repeat(async () => {
    const it = await ask('projection', {name}, view.signal);
    put(top, h('div', {class: 'title'}, h('h1', {class: 'id'}, name), badge('live')),
        facts(['Head of the log', it.head]),
        it.generations.map((one) => card(`Generation ${one.generation}: ${one.state}`,
            facts(['How far', lag(one)], ['Parked', number(one.parked)],
                ...one.shards.map((shard, i) => [`Shard ${i}`, h('span', null, shard.checkpoint + ', ', ago(shard.updatedAt))])))));
  });
}
