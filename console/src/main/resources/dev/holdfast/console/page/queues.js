// SPDX-License-Identifier: Apache-2.0

import {ask} from './api.js';
import {h, put} from './dom.js';
import {table} from './lists.js';
import {ago, card, counted, number} from './values.js';

const COLUMNS = [
  {name: 'Queue', cell: (row) => row.name},
  ...['ready', 'locked', 'delayed', 'unstarted', 'total'].map((name) => ({
    name: name[0].toUpperCase() + name.slice(1), class: 'right', cell: (row) => number(row[name]),
  })),
];

export function show(view, body) {
  const box = h('div');
  put(body, h('h1', null, 'Queues'), card(null, box), h('p', {class: 'none'},
      'Ready: nothing keeps it, a worker may take it. Locked: a worker has it. Delayed: not due yet, such as timers. '
      + 'Unstarted: messages whose start has not come.'));
  view.repeat(async () => {
    const answer = await ask('totals', null, view.signal);
    if (!answer.countedAt) {
      put(box, h('p', {class: answer.problem ? 'trouble' : 'empty'}, answer.problem ?? 'Counting…'));
      return;
    }
    put(box, table(COLUMNS, [
      {name: 'messages', ...answer.messages},
      {name: 'activities', ...answer.activities},
      ...Object.entries(answer.activitiesByTag).map(([tag, row]) => ({name: `activities with the tag ${tag}`, ...row})),
    ], ''), h('p', {class: 'small none'}, 'Counted ', ago(answer.countedAt),
        answer.activitiesInForeignSessions ? `; ${counted(answer.activitiesInForeignSessions, 'activity is', 'activities are')} in sessions that some worker holds` : '', '.'));
  });
}
