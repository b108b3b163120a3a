// SPDX-License-Identifier: Apache-2.0

import {ask} from './api.js';
import {line, rate, shares} from './charts.js';
import {h, link, put, to} from './dom.js';
import {table} from './lists.js';
import {ago, badge, card, counted, kindOf, number} from './values.js';

const COLUMNS = [
  {name: 'Instance', cell: (row) => link(to('instance', row.instanceId), row.instanceId, 'id')},
  {name: 'Orchestration', cell: (row) => row.name},
  {name: 'Status', cell: (row) => badge(row.status)},
  {name: 'Updated', cell: (row) => ago(row.updatedAt)},
];

function tile(name, value, address, kind) {
  return h('a', {class: 'tile ' + (kind ?? ''), href: address},
      h('span', null, name), h('b', null, number(value)));
}

function totals(answer) {
  if (!answer.countedAt) {
    return [answer.problem ? h('p', {class: 'trouble'}, answer.problem) : h('p', {class: 'empty'}, 'Counting…')];
  }
  const by = answer.instancesByStatus;
  const runs = Object.entries(answer.runsByStatus ?? {});
  const open = runs.filter(([status]) => !['completed', 'failed', 'cancelled'].includes(status))
      .reduce((sum, [, count]) => sum + count, 0);
  return [
    h('div', {class: 'tiles'},
        tile('Instances', answer.instances, to('instances')),
        tile('Running', by.running, to('instances', {status: 'running'}), 'busy'),
        tile('Completed', by.completed, to('instances', {status: 'completed'}), 'good'),
        tile('Failed', by.failed, to('instances', {status: 'failed'}), 'bad'),
        runs.length ? tile('Open runs', open, to('runs'), 'busy') : null,
        tile('Ready in queues', answer.messages.ready + answer.activities.ready, to('queues'), 'wait')),
    shares(Object.entries(by).map(([name, value]) => ({name, value, kind: kindOf(name)}))),
    h('p', {class: 'small none'}, 'Counted ', ago(answer.countedAt), ', while somebody looks. ',
        `${counted(answer.events, 'event')} of ${counted(answer.executions, 'execution')}.`),
  ];
}

function charts(samples) {
  const at = (value) => samples.map((sample) => ({at: Date.parse(sample.at), value: value(sample)}));
  const ended = (sample) => sample.instancesByStatus.completed + sample.instancesByStatus.failed;
  return h('div', {class: 'charts'},
      line('Started', rate(samples, (sample) => sample.instances), 'per second'),
      line('Ended', rate(samples, ended), 'per second', 'good'),
      line('Events', rate(samples, (sample) => sample.events), 'per second'),
      line('Running', at((sample) => sample.instancesByStatus.running), '', 'busy'),
      line('Ready', at((sample) => sample.ready), 'to be taken', 'wait'),
      line('Locked', at((sample) => sample.locked), 'in workers', 'busy'));
}

export function show(view, body) {
  const counts = h('div');
  const pictures = h('div');
  const tried = h('div');
  const failed = h('div');
  const running = h('div');
  put(body, h('h1', null, 'Overview'), counts, card('Rates', pictures),
      h('div', {class: 'columns'},
          card('Failed last', failed), card('Started last', running)),
      card('Delivered three times or more without a result', tried));
  view.repeat(async () => {
    const answer = await ask('totals', null, view.signal);
    put(counts, totals(answer));
    if (answer.tried) {
      put(tried, table(COLUMNS, answer.tried, 'None: no worker dies or fails over anything.'));
    }
    put(pictures, answer.samples.length > 1 ? charts(answer.samples)
        : h('p', {class: 'empty'}, 'Rates need two counts, some seconds apart.'));
  });
  const few = (box, parameters, empty) => {
    let last = null;
    view.repeat(async () => {
      const answer = await ask('instances', {limit: 6, ...parameters}, view.signal);
      const text = JSON.stringify(answer.rows);
      if (text !== last) {
        last = text;
        put(box, table(COLUMNS, answer.rows, empty));
      }
    });
  };
  few(failed, {status: 'failed'}, 'None has failed.');
  few(running, {}, 'There is no instance yet.');
}
