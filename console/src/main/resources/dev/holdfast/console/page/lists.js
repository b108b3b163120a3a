// SPDX-License-Identifier: Apache-2.0
// Lists with pages. The first page is live.

import {ask} from './api.js';
import {h, put} from './dom.js';

/** A table of rows: columns are {name, cell(row), class}. */
export function table(columns, rows, empty) {
  if (rows.length === 0) {
    return h('p', {class: 'empty'}, empty);
  }
  return h('div', {class: 'scroll'}, h('table', null,
      h('thead', null, h('tr', null,
          columns.map((column) => h('th', {scope: 'col', class: column.class}, column.name)))),
      h('tbody', null, rows.map((row) => h('tr', null, columns.map((column) =>
          h('td', {'data-name': column.name, class: column.class}, column.cell(row))))))));
}

/**
 * A list that asks for its pages.
 *
 * @param view the view's context
 * @param path what to ask
 * @param parameters with what
 * @param columns the columns of the table
 * @param empty what stands where there is nothing
 */
export function pages(view, {path, parameters, columns, empty, seen, live = true}) {
  const box = h('div', {class: 'list'});
  const before = [];
  let page = null;
  let last = null;

  const load = async () => {
    const answer = await ask(path, {...parameters, page}, view.signal);
    const text = JSON.stringify(answer);
    if (text === last) {
      return;
    }
    last = text;
    if (!answer.rows.length && before.length) {
      page = before.pop(); // what stood here is gone
      await load();
      return;
    }
    seen?.(answer);
    const go = (next) => {
      page = next;
      last = null;
      view.attempt(load);
    };
    put(box, table(columns, answer.rows, empty),
        before.length || answer.next
            ? h('div', {class: 'pager'},
                h('button', {type: 'button', disabled: !before.length,
                  click: () => go(before.pop())}, 'Previous'),
                h('span', null, 'Page ' + (before.length + 1)),
                h('button', {type: 'button', disabled: !answer.next,
                  click: () => {
                    before.push(page);
                    go(answer.next);
                  }}, 'Next'))
            : null);
  };
  view.repeat(load, () => live && before.length === 0);
  return box;
}
