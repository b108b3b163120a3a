// SPDX-License-Identifier: Apache-2.0

import {onRun} from './actions.js';
import {ask} from './api.js';
import {h, link, put, s, to} from './dom.js';
import {layout} from './layout.js';
import {pages} from './lists.js';
import {ago, badge, card, facts, inLine, kindOf, lasted, payload, time} from './values.js';

const STATUSES = ['scheduled', 'running', 'suspended', 'paused', 'recovering', 'completed', 'failed', 'cancelled'];
const BOX = {width: 168, height: 54, across: 56, down: 22};

const COLUMNS = [
  {name: 'Run', cell: (row) => link(to('run', row.runId), row.runId, 'id')},
  {name: 'Kind', cell: (row) => row.kind},
  {name: 'Status', cell: (row) => badge(row.status)},
  {name: 'Attempt', class: 'right', cell: (row) => row.attempt},
  {name: 'Created', cell: (row) => time(row.createdAt)},
  {name: 'Updated', cell: (row) => time(row.updatedAt)},
  {name: 'Took', class: 'right', cell: (row) => row.endedAt ? lasted(Date.parse(row.endedAt) - Date.parse(row.createdAt)) : ''},
];

export function list(view, body, parts, query) {
  const go = (change) => {
    location.hash = to('runs', {...query, ...change});
  };
  const chosen = (query.status ?? '').split(',').filter(Boolean);
  const filter = h('form', {
    class: 'filter',
    submit: (event) => {
      event.preventDefault();
      const read = new FormData(event.target);
      go({id: read.get('id').trim(), kind: read.get('kind').trim()});
    },
  },
  h('div', {class: 'row'},
      ['id', 'kind'].map((name) => h('label', null, h('span', null, name === 'id' ? 'Id' : 'Kind'),
          h('input', {type: 'search', name, value: query[name] ?? '', placeholder: 'exactly', autocomplete: 'off'}))),
      h('button', {class: 'main'}, 'Search')),
  h('div', {class: 'row chips'}, STATUSES.map((status) => h('button', {
    type: 'button', class: 'chip', 'aria-pressed': String(chosen.includes(status)),
    click: () => go({stuck: '', status: (chosen.includes(status) ? chosen.filter((one) => one !== status) : [...chosen, status]).join(',')}),
  }, status)),
  h('button', {type: 'button', class: 'chip', 'aria-pressed': String(query.stuck === 'true'),
    click: () => go({stuck: query.stuck === 'true' ? '' : 'true', status: ''})}, 'stuck'),
  Object.values(query).some(Boolean) ? link(to('runs'), 'Clear') : null));
  put(body, h('h1', null, 'Runs'), filter, pages(view, {
    path: query.stuck === 'true' ? 'runs/stuck' : 'runs',
    parameters: {id: query.id, kind: query.kind, status: query.status},
    columns: COLUMNS,
    empty: query.stuck === 'true' ? 'No run is stuck.' : 'No such runs.',
  }));
}

function lines(step) {
  const counts = Object.entries(step.inside);
  const begun = step.startedAt ?? step.scheduledAt;
  const took = begun && step.endedAt ? lasted(Date.parse(step.endedAt) - Date.parse(begun)) : null;
  const second = counts.length
      ? counts.map(([status, count]) => `${count} ${status}`).join(', ')
      : [step.status ?? 'not there yet', step.attempt > 1 ? `attempt ${step.attempt}` : null, took].filter(Boolean).join(' · ');
  const cut = (text, most) => text.length > most ? text.slice(0, most - 1) + '…' : text;
  return [cut(step.stepId, 21), cut(second, 27)];
}

function curve(edge) {
  let path = '';
  for (let i = 1; i < edge.points.length; i++) {
    const from = edge.points[i - 1].out;
    const to = edge.points[i].in;
    const isLast = i === edge.points.length - 1;
    const end = isLast ? to.x - 7 : to.x;
    const half = (from.x + end) / 2;
    path += `${i === 1 ? 'M' : 'L'}${from.x} ${from.y}C${half} ${from.y} ${half} ${to.y} ${end} ${to.y}`;
    if (!isLast) {
      path += `L${edge.points[i].out.x} ${to.y}`;
    }
  }
  return path;
}

function picture(graph, choose, chosen) {
  const place = layout(graph.steps.map((step) => step.stepId), graph.edges, BOX);
  const pad = 12;
  const boxes = graph.steps.map((step) => {
    const {x, y} = place.places.get(step.stepId);
    const [first, second] = lines(step);
    return s('g', {
      class: `step ${kindOf(step.status)} ${step.status ?? ''} ${step.stepId === chosen ? 'chosen' : ''}`,
      transform: `translate(${x} ${y})`,
      tabindex: '0',
      role: 'button',
      'aria-label': `${step.stepId}: ${second}`,
      click: () => choose(step.stepId),
      keydown: (event) => event.key === 'Enter' && choose(step.stepId),
    },
    s('title', null, `${step.stepId} (${step.type}): ${second}`),
    step.group ? s('rect', {x: 5, y: -5, width: BOX.width, height: BOX.height, rx: 9, class: 'behind'}) : null,
    s('rect', {width: BOX.width, height: BOX.height, rx: 9}),
    s('text', {x: 14, y: 23, class: 'name'}, first),
    s('text', {x: 14, y: 41, class: 'state'}, second),
    s('circle', {cx: BOX.width - 14, cy: 18, r: 4.5}));
  });
  return h('div', {class: 'graph'}, s('svg', {
    width: place.width + 2 * pad,
    height: place.height + 2 * pad,
    viewBox: `${-pad} ${-pad} ${place.width + 2 * pad} ${place.height + 2 * pad}`,
  },
  s('defs', null, s('marker', {id: 'arrow', viewBox: '0 0 8 8', refX: 1, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto'},
      s('path', {d: 'M0 0L8 4L0 8Z', class: 'arrow'}))),
  place.edges.map((edge) => s('path', {d: curve(edge), class: 'edge ' + edge.kind, 'marker-end': 'url(#arrow)'})),
  boxes));
}

export function show(view, body, [id]) {
  const top = h('div');
  const drawing = h('div');
  const detail = h('div');
  let chosen = null;
  put(body, h('p', {class: 'trail'}, link(to('runs'), 'Runs'), ' / '), top, drawing, detail,
      card('Steps', pages(view, {
        path: 'run/steps',
        parameters: {id},
        columns: [
          {name: 'Step', cell: (row) => h('button', {type: 'button', class: 'as-link id', click: () => choose(row.stepId)}, row.stepId)},
          {name: 'Status', cell: (row) => badge(row.status)},
          {name: 'Attempt', class: 'right', cell: (row) => row.attempt},
          {name: 'Started', cell: (row) => time(row.startedAt ?? row.scheduledAt)},
          {name: 'Ended', cell: (row) => time(row.endedAt)},
        ],
        empty: 'It has no step yet.',
      })),
      view.has('AUDIT_LOG') ? card('Audit', pages(view, {
        path: 'run/audit',
        parameters: {id, limit: 20},
        columns: [
          {name: 'At', cell: (row) => time(row.happenedAt)},
          {name: 'What', cell: (row) => row.type},
          {name: 'Step', cell: (row) => row.stepId ?? ''},
          {name: 'Data', class: 'wide', cell: (row) => inLine(row.data)},
        ],
        empty: 'Nothing was written down.',
      })) : null);

  let lastGraph = null;
  let graph = null;
  const draw = () => put(drawing, card(`${graph.name} ${graph.version}`, picture(graph, choose, chosen),
      graph.cut ? h('p', {class: 'none'}, 'It has more rows of steps than are counted here.') : null));
  const look = async () => {
    const run = await ask('run', {id}, view.signal);
    put(top, h('div', {class: 'title'}, h('h1', {class: 'id'}, id), badge(run.status),
        onRun(view, run, () => view.attempt(look))),
        facts(['Kind', run.kind], ['Attempt', run.attempt], ['Created', time(run.createdAt)],
            ['Updated', ago(run.updatedAt)], ['Ended', run.endedAt ? time(run.endedAt) : null],
            ['Steps', Object.entries(run.steps).map(([status, count]) => `${count} ${status}`).join(', ')],
            ['Instance', link(to('instance', id), 'as an instance')]),
        run.lastError ? h('p', {class: 'trouble'}, run.lastError) : null,
        run.suspension ? card('Suspended', facts(['Step', run.suspension.stepId], ['Reason', run.suspension.reason]),
            run.suspension.state ? payload(run.suspension.state) : null) : null);
  };
  const choose = (step) => {
    chosen = step;
    if (graph) {
      draw();
    }
    view.attempt(async () => {
      const one = await ask('run/step', {id, step}, view.signal);
      put(detail, card('Step ' + step,
          facts(['Status', badge(one.status)], ['Attempt', one.attempt], ['Scheduled', time(one.scheduledAt)],
              ['Started', time(one.startedAt)], ['Ended', time(one.endedAt)],
              ['May be tried again', one.retryable === null ? null : one.retryable ? 'yes' : 'no'],
              ['Suspended for', one.suspension?.reason]),
          one.lastError ? h('p', {class: 'trouble'}, one.lastError) : null,
          one.suspension?.state ? [h('h3', null, 'State'), payload(one.suspension.state)] : null,
          h('h3', null, 'Outputs'), payload(one.outputs)));
    });
  };
  view.repeat(look);
  view.repeat(async () => {
    try {
      const next = await ask('run/graph', {id}, view.signal);
      const text = JSON.stringify(next);
      if (text !== lastGraph) {
        lastGraph = text;
        graph = next;
        draw();
      }
    } catch (error) {
      if (error.status !== 404) {
        throw error;
      }
      put(drawing, h('p', {class: 'empty'}, error.message));
    }
  });
}
