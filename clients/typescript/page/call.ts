import type { ToolCall } from '../src/index.js';
import type { Acts, Seat } from './acts.js';
import { Ask } from './ask.js';
import { h, setAttribute, setText } from './dom.js';
import { calledWithin } from './people.js';
import { Take } from './take.js';

/** Shows a tool call, in both versions where somebody changed it, asks for what it needs of people, and tells what became of it. */
export class CallView {
  readonly element: HTMLElement;
  readonly #title = h('span', { class: 'tool-name' });
  readonly #state = h('span', { class: 'tool-state' });
  readonly #arguments = h('dl', { class: 'arguments' });
  readonly #edited = h('p', { class: 'edited' });
  readonly #ask: Ask;
  readonly #take: Take;
  readonly #outcome = h('p', { class: 'outcome' });
  readonly #result = h('details', { class: 'result' }, h('summary', {}, 'Result'), h('pre'));
  #shown: ToolCall | undefined;

  constructor(acts: Acts) {
    this.#ask = new Ask(acts);
    this.#take = new Take(acts);
    this.element = h(
      'article',
      { class: 'call' },
      h('header', {}, h('span', { class: 'tool-label' }, 'Tool'), this.#title, this.#state),
      this.#arguments,
      this.#edited,
      this.#ask.element,
      this.#take.element,
      this.#outcome,
      this.#result,
    );
  }

  update(call: ToolCall, seat: Seat): void {
    const edited = call.approval?.edited;
    if (this.#shown?.arguments !== call.arguments || this.#shown?.approval?.edited !== edited) {
      this.#arguments.replaceChildren(...rows(call.arguments, edited?.original));
    }
    this.#shown = call;
    setText(this.#title, call.name);
    setText(this.#state, stateOf(call));
    setAttribute(this.element, 'data-state', call.state);
    setAttribute(this.element, 'data-offered', call.executor === 'client' && call.state === 'requested' ? 'true' : undefined);
    this.#edited.hidden = edited === undefined;
    setText(this.#edited, edited === undefined ? '' : `Changed by ${calledWithin(edited.by, seat.name)}`);
    this.#ask.update(call, seat);
    this.#take.update(call, seat);
    const outcome = outcomeOf(call, seat.name);
    this.#outcome.hidden = outcome === '';
    setText(this.#outcome, outcome);
    setAttribute(this.#outcome, 'data-decision', call.decision);
    // Of a rejected call it is the reason, which the outcome tells.
    const result = call.state === 'rejected' ? '' : call.error ?? (call.result === undefined || call.result === null ? '' : pretty(call.result));
    this.#result.hidden = result === '';
    setText(this.#result.lastElementChild as HTMLElement, result);
  }
}

function stateOf(call: ToolCall): string {
  switch (call.state) {
    case 'requested':
      return call.executor === 'client' ? (call.claim === undefined ? 'for one tab' : 'in one tab') : 'about to run';
    case 'awaiting_approval':
      return 'needs approval';
    case 'started':
      return 'running';
    case 'awaiting_settlement':
      return 'in doubt: did it take effect?';
    case 'ok':
      return 'done';
    case 'error':
      return 'failed';
    case 'rejected':
      return 'rejected';
    case 'in_doubt':
      return 'in doubt';
    case 'cancelled':
      return 'cancelled';
  }
}

function outcomeOf(call: ToolCall, seat: string): string {
  switch (call.decision) {
    case 'approved': {
      const who = calledWithin(call.decidedBy, seat);
      return call.grant === undefined ? `Approved by ${who}${because(call.reason)}` : `Approved beforehand by ${who}`;
    }
    case 'rejected':
      // In a snapshot the reason is what came of the call.
      return `Rejected by ${calledWithin(call.decidedBy, seat)}${because(call.reason ?? call.error)}`;
    case 'expired':
      return 'Nobody decided in time';
    case 'cancelled':
      return 'Cancelled before anybody decided';
    case undefined:
      return call.executor === 'client' && call.state === 'ok' ? `Done in a tab of ${calledWithin(call.settledBy, seat)}` : '';
  }
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${reason}`;
}

/** The arguments; where they are not the original ones any more, what stood there before too. */
function rows(value: unknown, original: unknown): readonly HTMLElement[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [h('dd', {}, ...versions(value, original))];
  const before = typeof original === 'object' && original !== null ? (original as Readonly<Record<string, unknown>>) : undefined;
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(value)]);
  return [...names].flatMap((name) => [
    h('dt', {}, name),
    h('dd', {}, ...versions((value as Readonly<Record<string, unknown>>)[name], before?.[name], before !== undefined)),
  ]);
}

function versions(now: unknown, before: unknown, changed = before !== undefined): readonly (Node | string)[] {
  const [fresh, old] = [pretty(now), pretty(before)];
  if (!changed || fresh === old) return [fresh];
  return [...(old === '' ? [] : [h('del', {}, old), ' ']), ...(fresh === '' ? [] : [h('ins', {}, fresh)])];
}

function pretty(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
