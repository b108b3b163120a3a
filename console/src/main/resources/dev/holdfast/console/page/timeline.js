// SPDX-License-Identifier: Apache-2.0
// A history in time, and an execution as it was at one of its events.

import {ask} from './api.js';
import {h, link, put, to} from './dom.js';
import {table} from './lists.js';
import {badge, card, facts, lasted, moment, payload, time} from './values.js';

const ROWS = 200;

/** Where a moment or an event stands, from 0 to 1. */
function scale(answer, byEvent) {
  const from = Date.parse(answer.firstAt);
  const isOpen = answer.spans.some((span) => span.outcome === 'open');
  const end = isOpen ? Math.max(Date.parse(answer.now), Date.parse(answer.lastAt)) : Date.parse(answer.lastAt);
  const span = Math.max(1, end - from);
  const events = Math.max(1, answer.lastEvent - 1 + (isOpen ? 1 : 0));
  return {
    span,
    at: (at, event) => byEvent ? (event - 1) / events : (Date.parse(at) - from) / span,
    open: 1,
  };
}

function bar(answer, place, span, id) {
  const begin = place.at(span.startAt, span.startEvent);
  const end = span.endAt ? place.at(span.endAt, span.endEvent) : place.open;
  const took = (span.endAt ? Date.parse(span.endAt) : Date.parse(answer.now)) - Date.parse(span.startAt);
  const name = span.kind === 'timer' && span.due ? 'timer until ' + moment(span.due).slice(11) : span.name;
  return h('div', {class: 'bar-row'},
      h('div', {class: 'bar-name', title: name},
          span.instanceId ? link(to('instance', span.instanceId), span.name) : name,
          span.attempt > 1 ? h('span', {class: 'none'}, ` attempt ${span.attempt}`) : null),
      h('a', {class: 'bar-track', href: to('instance', id, 'then', {execution: answer.executionId, event: span.endEvent ?? span.startEvent}),
        title: `${span.kind} ${name}: ${span.outcome}, ${lasted(took)} (events ${span.startEvent}${span.endEvent ? ' to ' + span.endEvent : ' on'})`},
      h('i', {class: `bar-fill ${span.outcome} ${span.kind}`,
        style: {left: (begin * 100).toFixed(3) + '%', width: (Math.max(0, end - begin) * 100).toFixed(3) + '%'}})),
      h('div', {class: 'bar-took'}, span.outcome === 'open' ? 'open ' : '', lasted(took)));
}

function points(answer, place, id) {
  return h('div', {class: 'bar-row'},
      h('div', {class: 'bar-name none'}, 'events'),
      h('div', {class: 'bar-track points'}, answer.points.map((point) => h('a', {
        class: 'point ' + (/Failed|Cancel/.test(point.kind) ? 'bad' : /Completed/.test(point.kind) ? 'good' : ''),
        href: to('instance', id, 'then', {execution: answer.executionId, event: point.event}),
        title: `${point.event}: ${point.kind}${point.label ? ' ' + point.label : ''}, ${moment(point.at)}`,
        style: {left: (place.at(point.at, point.event) * 100).toFixed(3) + '%'},
      }))),
      h('div', {class: 'bar-took'}));
}

/** The tab with the history in time. */
export function show(view, box, id, query) {
  let byEvent = false;
  let last = null;
  let answer = null;
  const picture = h('div');
  const draw = () => {
    if (!answer.firstAt) {
      put(picture, h('p', {class: 'empty'}, 'There is no history yet.'));
      return;
    }
    const place = scale(answer, byEvent);
    const shown = answer.spans.slice(0, ROWS);
    put(picture, h('div', {class: 'timeline'},
        h('div', {class: 'bar-row axis'}, h('div', {class: 'bar-name'}),
            h('div', {class: 'bar-track'}, h('span', null, moment(answer.firstAt).slice(11)),
                h('span', null, byEvent ? 'by event' : '+ ' + lasted(place.span))), h('div', {class: 'bar-took'})),
        points(answer, place, id), shown.map((span) => bar(answer, place, span, id))),
    answer.spans.length > ROWS || answer.cut
        ? h('p', {class: 'none'}, `The first ${shown.length} of ${answer.cut ? 'more than ' : ''}${answer.spans.length} are drawn.`) : null);
  };
  const toggle = h('div', {class: 'row chips'}, ['time', 'order'].map((name, i) => h('button', {
    type: 'button', class: 'chip', 'aria-pressed': String(i === 0),
    click: (event) => {
      byEvent = i === 1;
      [...toggle.children].forEach((one) => one.setAttribute('aria-pressed', String(one === event.currentTarget)));
      draw();
    },
  }, 'by ' + name)), h('span', {class: 'legend'}, ['done', 'failed', 'open', 'cancelled'].map((name) =>
      h('span', null, h('i', {class: 'bar-fill ' + name}), name))));
  put(box, card(null, toggle, picture));
  view.repeat(async () => {
    const next = await ask('instance/timeline', {id, execution: query.execution}, view.signal);
    const text = JSON.stringify({...next, now: null});
    const isOpen = next.spans.some((span) => span.outcome === 'open');
    if (text !== last || isOpen) {
      last = text;
      answer = next;
      draw();
    }
  });
}

const SPANS = [
  {name: 'Since event', class: 'right', cell: (span) => span.startEvent},
  {name: 'What', cell: (span) => span.kind},
  {name: 'Name', cell: (span) => span.instanceId ? link(to('instance', span.instanceId), span.instanceId, 'id') : span.name},
  {name: 'Attempt', class: 'right', cell: (span) => span.attempt},
  {name: 'Since', cell: (span) => time(span.startAt)},
  {name: 'Due', cell: (span) => span.due ? time(span.due) : ''},
];

/** The tab with an execution as it was at one of its events. */
export function asItWas(view, box, id, query) {
  const execution = query.execution;
  const slider = h('input', {type: 'range', min: '0', max: '1', value: '0', 'aria-label': 'Event', class: 'slider'});
  const label = h('output', {class: 'slider-value'});
  const result = h('div', {class: 'stack'});
  const step = (by) => h('button', {type: 'button', 'aria-label': by < 0 ? 'One event back' : 'One event on', click: () => {
    slider.value = String(Number(slider.value) + by);
    load();
  }}, by < 0 ? '‹' : '›');
  put(box, card(null, h('div', {class: 'row slide'}, step(-1), slider, step(1), label)), result);

  let asked = 0;
  const load = async () => {
    const until = Number(slider.value);
    const mine = ++asked;
    label.textContent = `${until} of ${slider.max}`;
    await view.attempt(async () => {
      const [state, event] = await Promise.all([
        ask('instance/timeline', {id, execution, until}, view.signal),
        until > 0 ? ask('instance/event', {id, execution, event: until}, view.signal) : null,
      ]);
      if (mine === asked) {
        draw(until, state, event);
      }
    });
  };
  const draw = (until, state, event) => {
    const open = state.spans.filter((span) => span.outcome === 'open');
    const received = state.points.filter((point) => point.kind === 'EventRaised');
    put(result,
        h('div', {class: 'columns'},
            card(event ? `Event ${until}: ${event.kind}` : 'Before its first event',
                event ? facts(['Recorded', time(event.recordedAt)], ['Of', event.label]) : null,
                event ? payload(event.data) : null),
            card('How it stood behind it', facts(
                ['Standing', badge(until === 0 ? 'not started' : state.standing)],
                ['Time since its start', state.firstAt ? lasted(Date.parse(state.lastAt) - Date.parse(state.firstAt)) : null],
                ['Activities done', state.activitiesDone],
                ['Activities failed', state.activitiesFailed],
                ['Events received', received.length ? received.map((point) => point.label).join(', ') : 'none']))),
        card('What it waited for', table(SPANS, open, 'Nothing: its code ran, or it had ended.')));
  };
  let pending = null;
  slider.addEventListener('input', () => {
    label.textContent = `${slider.value} of ${slider.max}`;
    clearTimeout(pending);
    pending = setTimeout(load, 60);
  });
  view.attempt(async () => {
    const whole = await ask('instance/timeline', {id, execution}, view.signal);
    slider.max = String(whole.lastEvent);
    slider.value = String(query.event ?? whole.lastEvent);
    await load();
  });
}
