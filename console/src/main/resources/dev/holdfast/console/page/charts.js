// SPDX-License-Identifier: Apache-2.0
// Small pictures of numbers over time.

import {h, s} from './dom.js';
import {number} from './values.js';

const WIDTH = 240;
const HEIGHT = 48;

/** A line over time: points are {at (milliseconds), value}. */
export function line(title, points, unit, kind) {
  const known = points.filter((point) => Number.isFinite(point.value));
  const newest = known.at(-1);
  const most = Math.max(1, ...known.map((point) => point.value));
  const least = Math.min(0, ...known.map((point) => point.value));
  const from = known[0]?.at ?? 0;
  const span = Math.max(1, (newest?.at ?? 1) - from);
  const x = (point) => ((point.at - from) / span) * (WIDTH - 4) + 2;
  const y = (point) => HEIGHT - 3 - ((point.value - least) / (most - least)) * (HEIGHT - 8);
  const path = known.map((point, i) => `${i ? 'L' : 'M'}${x(point).toFixed(1)} ${y(point).toFixed(1)}`).join('');
  const area = known.length > 1
      ? path + `L${x(newest).toFixed(1)} ${HEIGHT}L${x(known[0]).toFixed(1)} ${HEIGHT}Z` : '';
  const picture = s('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `${title}: ${newest ? number(Math.round(newest.value * 10) / 10) : 'not known yet'}`},
  s('path', {d: `M0 ${HEIGHT - 0.5}H${WIDTH}`, class: 'axis'}),
  known.length > 1 ? s('path', {d: area, class: 'area'}) : null,
  known.length > 1 ? s('path', {d: path, class: 'stroke'}) : null);
  return h('figure', {class: 'chart ' + (kind ?? '')},
      h('figcaption', null, h('span', null, title),
          h('b', null, newest ? number(Math.round(newest.value * 10) / 10) : '–',
              h('small', null, unit ? ' ' + unit : ''))),
      picture);
}

/** How much grew between samples, for each second. */
export function rate(samples, value) {
  const points = [];
  for (let i = 1; i < samples.length; i++) {
    const at = Date.parse(samples[i].at);
    const seconds = (at - Date.parse(samples[i - 1].at)) / 1000;
    const grown = value(samples[i]) - value(samples[i - 1]);
    points.push({at, value: seconds > 0 ? Math.max(0, grown / seconds) : NaN});
  }
  return points;
}

/** Shares of a whole, as one bar. */
export function shares(parts) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0);
  return h('div', {class: 'shares', role: 'img', 'aria-label': parts.map((p) => `${p.name} ${p.value}`).join(', ')},
      parts.filter((part) => part.value > 0).map((part) =>
          h('i', {class: part.kind, title: `${part.name}: ${number(part.value)}`,
            style: {'flex-grow': String(Math.max(part.value / whole, 0.004))}})));
}
