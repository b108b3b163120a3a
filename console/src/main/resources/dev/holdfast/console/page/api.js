// SPDX-License-Identifier: Apache-2.0
// What is asked of the server. The token is kept by this tab alone, and is sent as a header.

const KEPT = 'holdfast.token';

/** An answer that is no success. */
export class Problem extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Takes the token out of the address, where it must not stay. */
export function takeToken() {
  const found = /^#token=([^&]+)$/.exec(location.hash);
  if (found) {
    keepToken(decodeURIComponent(found[1]));
    history.replaceState(null, '', location.pathname + '#/');
  }
}

/** Keeps a token for as long as the tab is open. */
export function keepToken(token) {
  sessionStorage.setItem(KEPT, token.trim());
}

function headers(more) {
  const token = sessionStorage.getItem(KEPT);
  return {...(token ? {Authorization: 'Bearer ' + token} : {}), ...more};
}

async function read(response) {
  let body;
  try {
    body = await response.json();
  } catch {
    body = {};
  }
  if (!response.ok) {
    throw new Problem(response.status, body.error ?? 'failed', body.message ?? 'the console failed');
  }
  return body;
}

async function send(path, options) {
  let response;
  try {
    response = await fetch('api/' + path, {credentials: 'same-origin', cache: 'no-store', ...options});
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    throw new Problem(0, 'away', 'the console does not answer; is it still running?');
  }
  return read(response);
}

/** Asks: ask('instance', {id}). */
export function ask(path, parameters, signal) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (value !== null && value !== undefined && value !== '' && value !== false) {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return send(path + (text ? '?' + text : ''), {headers: headers(), signal});
}

/** Acts: act('instance/cancel', {id}). */
export function act(path, body) {
  return send(path, {
    method: 'POST',
    headers: headers({'Content-Type': 'application/json', 'X-Holdfast-Console': '1'}),
    body: JSON.stringify(body),
  });
}
