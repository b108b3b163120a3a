// SPDX-License-Identifier: Apache-2.0
// What can be done, each with a question before. A further action is one more entry here, and its
// path on the server.

import {act} from './api.js';
import {h, note, put} from './dom.js';
import {counted} from './values.js';

/**
 * The actions on an instance. `fields` are asked for first; `when` says where it makes sense;
 * `repeats` asks for the id once more.
 */
const ON_INSTANCE = [
  {
    name: 'Raise event', path: 'instance/raise', when: (it) => !isOver(it.state) && !it.hasRun,
    text: 'The event is stored, and the instance receives it at its next turn.',
    fields: [
      {name: 'event', label: 'Name of the event', needed: true},
      {name: 'value', label: 'Value, as JSON', hint: '{"approved": true}', long: true},
      {name: 'messageId', label: 'Key, to raise it once only (may be left empty)'},
    ],
    done: () => 'The event was raised.',
  },
  {
    name: 'Cancel', path: 'instance/cancel', when: (it) => !isOver(it.state) && !it.hasRun, danger: true,
    text: 'Asks the instance and its children to cancel. It learns of it at its next wait, and may undo what it has done first.',
    fields: [{name: 'reason', label: 'Why, for people'}],
    done: () => 'It was asked to cancel.',
  },
  {
    name: 'Delete', path: 'instance/delete', when: (it, view) => view.has('INSTANCE_DELETION'), danger: true,
    text: 'Deletes the instance with its children, histories and queued work, for ever.',
    fields: [{name: 'force', label: 'also while it runs', flag: true}],
    repeats: true,
    done: (answer) => `Deleted: ${counted(answer.instances, 'instance')}, ${counted(answer.events, 'event')}.`,
    leaves: '#/instances',
  },
];

const ON_RUN = [
  {name: 'Pause', path: 'run/pause', when: (it) => it.status === 'running', text: 'No further step begins until it is resumed.', done: () => 'The run was asked to pause.'},
  {name: 'Resume', path: 'run/resume', when: (it) => ['paused', 'suspended'].includes(it.status), text: 'The run goes on.', done: () => 'The run was asked to go on.'},
  {name: 'Restart', path: 'run/restart', when: (it) => it.status === 'failed', text: 'Steps that are completed stay so; the others are done again.', done: () => 'The run was asked to begin again.'},
  {name: 'Cancel', path: 'run/cancel', when: (it) => !['completed', 'cancelled', 'failed'].includes(it.status), danger: true, text: 'Steps that run are asked to stop, and no further one begins.', fields: [{name: 'reason', label: 'Why, for people'}], done: () => 'The run was asked to cancel.'},
];

function isOver(state) {
  return ['completed', 'failed', 'cancelled', 'terminated'].includes(state);
}

function field(one) {
  if (one.flag) {
    return h('label', {class: 'check'}, h('input', {type: 'checkbox', name: one.name}), one.label);
  }
  return h('label', null, h('span', null, one.label), one.long
      ? h('textarea', {name: one.name, rows: '4', placeholder: one.hint, spellcheck: 'false'})
      : h('input', {name: one.name, required: one.needed, autocomplete: 'off'}));
}

function confirm(action, id, after) {
  const trouble = h('p', {class: 'trouble', hidden: true});
  const button = h('button', {class: action.danger ? 'danger' : 'main', disabled: action.repeats}, action.name);
  const again = action.repeats
      ? h('label', null, h('span', null, 'Type the id to go on'),
          h('input', {name: 'again', autocomplete: 'off', input: (event) => {
            button.disabled = event.target.value !== id;
          }}))
      : null;
  const dialog = h('dialog', {close: () => dialog.remove()});
  const send = async (event) => {
    event.preventDefault();
    const body = {id};
    for (const one of action.fields ?? []) {
      const input = event.target.elements[one.name];
      body[one.name] = one.flag ? input.checked : input.value;
    }
    button.disabled = true;
    try {
      const answer = await act(action.path, body);
      dialog.close();
      note(action.done(answer));
      after(action);
    } catch (error) {
      button.disabled = false;
      trouble.hidden = false;
      trouble.textContent = error.message;
    }
  };
  put(dialog, h('form', {submit: send},
      h('h2', null, action.name), h('p', {class: 'id'}, id), h('p', null, action.text),
      (action.fields ?? []).map(field), again, trouble,
      h('div', {class: 'row end'},
          h('button', {type: 'button', click: () => dialog.close()}, 'Back'), button)));
  document.body.append(dialog);
  dialog.showModal();
}

function buttons(view, all, it, id, after) {
  if (!view.info.actions) {
    return null;
  }
  return h('div', {class: 'row actions'}, all
      .filter((action) => action.when(it, view))
      .map((action) => h('button', {
        type: 'button',
        class: action.danger ? 'danger quiet' : null,
        click: () => confirm(action, id, (done) => {
          if (done.leaves) {
            location.hash = done.leaves;
          } else {
            after();
          }
        }),
      }, action.name)));
}

/** The buttons of an instance; none where the console only reads. */
export function onInstance(view, it, after) {
  return buttons(view, ON_INSTANCE, it, it.instanceId, after);
}

/** The buttons of a run. */
export function onRun(view, it, after) {
  return buttons(view, ON_RUN, it, it.runId, after);
}
