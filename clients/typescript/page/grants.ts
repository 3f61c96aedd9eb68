import type { Grant } from '../src/index.js';
import { h } from './dom.js';
import { calledWithin } from './people.js';

/** The tools that need no approval any more, each until somebody takes that back. */
export class Grants {
  readonly element = h('ul', { class: 'grants', 'aria-label': 'Approved beforehand' });
  readonly #revoke: (grant: string) => void;
  #shown: readonly Grant[] = [];

  constructor(revoke: (grant: string) => void) {
    this.#revoke = revoke;
    this.element.hidden = true;
  }

  update(grants: readonly Grant[], seat: string): void {
    if (grants === this.#shown) return;
    this.#shown = grants;
    this.element.hidden = grants.length === 0;
    this.element.replaceChildren(...grants.map((grant) => this.#chip(grant, seat)));
  }

  #chip({ grant, tool, by }: Grant, seat: string): HTMLElement {
    const revoke = h('button', { type: 'button', class: 'small', 'aria-label': `Revoke the approval of ${tool}`, onclick: () => this.#revoke(grant) }, 'Revoke');
    return h('li', { class: 'chip' }, h('code', {}, tool), ` approved beforehand by ${calledWithin(by, seat)}`, revoke);
  }
}
