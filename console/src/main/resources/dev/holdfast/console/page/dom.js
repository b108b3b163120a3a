// SPDX-License-Identifier: Apache-2.0
// Elements are made here and nowhere else. Whatever comes from a store becomes a text node.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (name === 'style') {
      for (const [key, one] of Object.entries(value)) {
        element.style.setProperty(key, one);
      }
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) {
      append(element, child);
    } else if (child instanceof Node) {
      element.append(child);
    } else if (child !== null && child !== undefined && child !== false) {
      element.append(document.createTextNode(String(child)));
    }
  }
}

/** An element: h('p', {class: 'x', click: listener}, 'text', child, …). */
export function h(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same in a picture. */
export function s(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Puts children in the place of all that an element has. */
export function put(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** The address of a view: to('instance', id), to('instances', {status: 'failed'}). */
export function to(...parts) {
  const query = typeof parts.at(-1) === 'object' ? parts.pop() : null;
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '' && value !== false) {
      words.set(name, value);
    }
  }
  const text = words.toString();
  return '#/' + parts.map(encodeURIComponent).join('/') + (text ? '?' + text : '');
}

/** A link to a view. */
export function link(address, text, className) {
  return h('a', {href: address, class: className}, text);
}

/** Brings the chosen one of a row of links into sight, where the row is wider than the screen. */
export function reveal(row) {
  row.querySelector('[aria-current], [aria-selected="true"]')?.scrollIntoView({block: 'nearest', inline: 'nearest'});
}

/** Says something for some seconds, at the edge of the page. */
export function note(text, isProblem) {
  const box = document.getElementById('notes');
  const one = h('div', {class: isProblem ? 'note problem' : 'note'}, text);
  box.append(one);
  setTimeout(() => one.remove(), isProblem ? 9000 : 5000);
}
