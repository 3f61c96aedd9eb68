import type { ToolCall } from '../src/index.js';
import { h, setAttribute, setText } from './dom.js';

/** Shows a tool call, asks for the decision where one is needed, and tells who made it. */
export class CallView {
  readonly element: HTMLElement;
  readonly #title = h('span', { class: 'tool-name' });
  readonly #state = h('span', { class: 'tool-state' });
  readonly #arguments = h('dl', { class: 'arguments' });
  readonly #approve: HTMLButtonElement;
  readonly #reject: HTMLButtonElement;
  readonly #ask: HTMLElement;
  readonly #outcome = h('p', { class: 'outcome' });
  readonly #result = h('details', { class: 'result' }, h('summary', {}, 'Result'), h('pre'));
  #shown: ToolCall | undefined;

  constructor(decide: (approved: boolean) => Promise<void>) {
    const button = (label: string, kind: string, approved: boolean) =>
      h('button', { type: 'button', class: kind, onclick: () => void this.#decide(decide, approved) }, label);
    this.#approve = button('Approve', 'primary', true);
    this.#reject = button('Reject', 'plain', false);
    this.#ask = h(
      'div',
      { class: 'ask' },
      h('p', {}, 'The agent asks for your decision. Whoever is first decides for all.'),
      h('div', { class: 'buttons' }, this.#approve, this.#reject),
    );
    this.element = h(
      'article',
      { class: 'call' },
      h('header', {}, h('span', { class: 'tool-label' }, 'Tool'), this.#title, this.#state),
      this.#arguments,
      this.#ask,
      this.#outcome,
      this.#result,
    );
  }

  update(call: ToolCall, decider: string): void {
    if (this.#shown?.arguments !== call.arguments) this.#arguments.replaceChildren(...rows(call.arguments));
    this.#shown = call;
    const asking = call.state === 'awaiting_approval';
    setText(this.#title, call.name);
    setText(this.#state, stateOf(call));
    setAttribute(this.element, 'data-state', call.state);
    this.#ask.hidden = !asking;
    if (!asking) this.#busy(false);
    const outcome = outcomeOf(call, decider);
    this.#outcome.hidden = outcome === '';
    setText(this.#outcome, outcome);
    setAttribute(this.#outcome, 'data-decision', call.decision);
    const result = call.error ?? (call.result === undefined || call.result === null ? '' : pretty(call.result));
    this.#result.hidden = result === '';
    setText(this.#result.lastElementChild as HTMLElement, result);
  }

  async #decide(decide: (approved: boolean) => Promise<void>, approved: boolean): Promise<void> {
    this.#busy(true);
    await decide(approved).catch(() => this.#busy(false));
  }

  #busy(busy: boolean): void {
    this.#approve.disabled = busy;
    this.#reject.disabled = busy;
  }
}

function stateOf(call: ToolCall): string {
  switch (call.state) {
    case 'requested':
      return 'about to run';
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

function outcomeOf(call: ToolCall, decider: string): string {
  switch (call.decision) {
    case 'approved':
      return `Approved by ${decider}`;
    case 'rejected':
      return `Rejected by ${decider}`;
    case 'expired':
      return 'Nobody decided in time';
    case 'cancelled':
      return 'Cancelled before anybody decided';
    case undefined:
      return '';
  }
}

function rows(value: unknown): readonly HTMLElement[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [h('dd', {}, pretty(value))];
  return Object.entries(value).flatMap(([name, each]) => [h('dt', {}, name), h('dd', {}, pretty(each))]);
}

function pretty(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
