// SPDX-License-Identifier: Apache-2.0

import {onInstance} from './actions.js';
import {ask} from './api.js';
import {h, link, put, reveal, to} from './dom.js';
import {table} from './lists.js';
import * as timeline from './timeline.js';
import {ago, badge, bytes, card, facts, inLine, lasted, number, payload, time} from './values.js';

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const TABS = [
  ['', 'Summary', summary],
  ['timeline', 'Timeline', timeline.show],
  ['history', 'History', history],
  ['then', 'As it was', timeline.asItWas],
  ['tree', 'Tree', tree],
  ['keys', 'Key-values', keys],
];

function head(it) {
  const took = it.completedAt ? lasted(Date.parse(it.completedAt) - Date.parse(it.createdAt)) : null;
  return facts(
      ['Orchestration', it.name ? (it.version ? `${it.name}@${it.version}` : it.name) : null],
      ['Created', it.createdAt ? time(it.createdAt) : null],
      ['Updated', it.updatedAt ? ago(it.updatedAt) : null],
      ['Ended', it.completedAt ? h('span', null, time(it.completedAt), `, after ${took}`) : null],
      ['Execution', it.executionId || null],
      ['Parent', it.parentInstanceId ? link(to('instance', it.parentInstanceId), it.parentInstanceId, 'id') : null],
      ['Run', it.hasRun ? link(to('run', it.instanceId), 'its steps') : null]);
}

export function show(view, body, [id, tab = ''], query) {
  const top = h('div');
  const trail = h('p', {class: 'trail'}, link(to('instances'), 'Instances'), ' / ');
  const chosen = TABS.find(([name]) => name === tab) ?? TABS[0];
  const tabs = h('div', {class: 'tabs', role: 'tablist'}, TABS
      .filter(([name]) => name !== 'keys' || view.has('KEY_VALUES'))
      .map(([name, title]) => h('a', {
        href: name ? to('instance', id, name) : to('instance', id),
        role: 'tab',
        'aria-selected': String(name === chosen[0]),
      }, title)));
  const box = h('div');
  put(body, trail, top, tabs, box);
  reveal(tabs);
  let last = null;
  let hasRun = null;
  const look = async () => {
    const it = await ask('instance', {id}, view.signal);
    if (view.has('STATE_TABLES') && hasRun === null) {
      hasRun = (await ask('runs', {id}, view.signal)).rows.length > 0;
    }
    it.hasRun = hasRun;
    const text = JSON.stringify(it);
    if (text !== last) {
      last = text;
      put(top, h('div', {class: 'title'}, h('h1', {class: 'id'}, id), badge(it.state),
          onInstance(view, it, () => view.attempt(look))), head(it));
      onChange?.(it);
    }
  };
  let onChange = null;
  if (chosen[0] === '') {
    onChange = (it) => put(parts, details(view, it));
  }
  const parts = h('div', {class: 'stack'});
  if (chosen[0] === '') {
    box.append(why(view, id), parts);
  } else {
    chosen[2](view, box, id, query);
  }
  view.repeat(look);
}

function summary() {}

function why(view, id) {
  const box = h('div');
  let last = null;
  view.repeat(async () => {
    const answer = await ask('instance/why', {id, zone: ZONE}, view.signal);
    const text = JSON.stringify(answer);
    if (text === last) {
      return;
    }
    last = text;
    put(box, h('p', {class: 'standing'}, badge(answer.standing)),
        answer.sentences.map((sentence) => h('p', null, sentence)),
        answer.advice.length ? h('ul', {class: 'advice'}, answer.advice.map((one) => h('li', null, one))) : null);
  });
  return card('Why it is, or is not, moving', box);
}

function failure(causes) {
  return causes.map((one, i) => h('div', {class: 'failure'},
      h('p', null, i ? h('span', {class: 'none'}, 'caused by ') : null, h('b', null, one.type), one.message ? ': ' + one.message : ''),
      one.stack.length ? h('details', null, h('summary', null, 'Stack'), h('pre', null, one.stack.join('\n'))) : null));
}

function details(view, it) {
  return [
    h('div', {class: 'columns'},
        card('Input', payload(it.input)),
        it.failure ? card('Failure', failure(it.failure)) : card('Output', payload(it.output))),
    it.customStatus ? card('Custom status', payload(it.customStatus)) : null,
    it.problems?.length ? card('Reported by workers', table([
      {name: 'At', cell: (row) => time(row.reportedAt)},
      {name: 'Activity', cell: (row) => row.activityName ?? ''},
      {name: 'What', class: 'wrap', cell: (row) => row.text},
    ], it.problems, '')) : null,
    it.events === undefined ? null : card('Numbers', facts(
        ['Events', `${number(it.events)}, ${bytes(it.eventBytes)}`],
        ['Messages queued', number(it.queuedMessages)],
        ['Activities queued', number(it.pendingActivities)],
        view.has('KEY_VALUES') ? ['Key-values', number(it.keys)] : null)),
    it.executions?.length > 1 ? card('Executions', table([
      {name: 'Number', cell: (row) => link(to('instance', it.instanceId, 'history', {execution: row.executionId}), row.executionId)},
      {name: 'Status', cell: (row) => badge(row.status)},
      {name: 'Started', cell: (row) => time(row.startedAt)},
      {name: 'Ended', cell: (row) => time(row.completedAt)},
      {name: 'Events', class: 'right', cell: (row) => number(row.events)},
      {name: 'Output', cell: (row) => inLine(row.output)},
    ], it.executions, '')) : null,
  ];
}

function history(view, box, id, query) {
  const execution = query.execution;
  let after = 0;
  const rows = h('tbody');
  const more = h('div', {class: 'pager'});
  const whole = (event) => async () => (await ask('instance/event', {id, execution, event}, view.signal)).data;
  const row = (event) => h('tr', {id: 'event-' + event.eventId},
      h('td', {'data-name': 'Event', class: 'right'}, link(to('instance', id, 'then', {execution, event: event.eventId}), event.eventId)),
      h('td', {'data-name': 'Recorded'}, time(event.recordedAt)),
      h('td', {'data-name': 'Kind'}, h('span', {class: 'kind ' + tone(event.kind)}, event.kind)),
      h('td', {'data-name': 'Of'}, event.label ?? ''),
      h('td', {'data-name': 'Data', class: 'wide'}, inLine(event.data, whole(event.eventId))));
  const load = async () => {
    const answer = await ask('instance/history', {id, execution, after, limit: 100}, view.signal);
    rows.append(...answer.rows.map(row));
    after = answer.rows.at(-1)?.eventId ?? after;
    put(more, answer.next ? h('button', {type: 'button', click: () => view.attempt(load)}, 'More') : null);
    hasMore = Boolean(answer.next);
  };
  let hasMore = false;
  put(box, execution ? h('p', {class: 'none'}, 'Execution ' + execution) : null,
      h('div', {class: 'scroll'}, h('table', {class: 'history'}, h('thead', null, h('tr', null,
          ['Event', 'Recorded', 'Kind', 'Of', 'Data'].map((name) => h('th', {scope: 'col'}, name)))), rows)), more);
  // New events are appended below; the page is not turned for the reader.
  view.repeat(load, () => !hasMore);
}

function tone(kind) {
  if (/Failed|Refused/.test(kind)) {
    return 'bad';
  }
  if (/Cancel/.test(kind)) {
    return 'off';
  }
  if (/Completed|Fired/.test(kind)) {
    return 'good';
  }
  return /Scheduled|Created/.test(kind) ? 'busy' : 'plain';
}

function tree(view, box, id) {
  let last = null;
  view.repeat(async () => {
    const answer = await ask('instance/tree', {id}, view.signal);
    const text = JSON.stringify(answer);
    if (text === last) {
      return;
    }
    last = text;
    const below = new Map();
    for (const one of answer.members) {
      const parent = one.instanceId === id ? null : one.parentInstanceId;
      below.set(parent, [...(below.get(parent) ?? []), one]);
    }
    const entry = (one) => h('span', {class: 'member'},
        one.instanceId === id ? h('b', {class: 'id'}, one.instanceId) : link(to('instance', one.instanceId), one.instanceId, 'id'),
        ' ', h('span', {class: 'none'}, one.name), ' ', badge(one.status));
    const branch = (parent, depth) => {
      const children = below.get(parent) ?? [];
      return children.length && depth < 50
          ? h('ul', {class: 'tree'}, children.map((one) => h('li', null, entry(one), branch(one.instanceId, depth + 1))))
          : null;
    };
    let content = branch(null, 0);
    for (const one of answer.ancestors.toReversed()) {
      content = h('ul', {class: 'tree'}, h('li', null, entry(one), content));
    }
    put(box, card(`${number(answer.size)} ${answer.size === 1 ? 'instance' : 'instances'} from here on`, content,
        answer.cut ? h('p', {class: 'none'}, `The first ${answer.members.length} are shown; `,
            link(to('instances', {parent: id}), 'all of its children')) : null));
  });
}

function keys(view, box, id) {
  let last = null;
  view.repeat(async () => {
    const answer = await ask('instance/keys', {id}, view.signal);
    const text = JSON.stringify(answer);
    if (text !== last) {
      last = text;
      put(box, table([
        {name: 'Key', cell: (row) => h('code', null, row.key)},
        {name: 'Value', class: 'wide', cell: (row) => payload(row.value)},
        {name: 'Set', cell: (row) => time(row.updatedAt)},
      ], answer.rows, 'It keeps no key-values.'));
    }
  });
}
