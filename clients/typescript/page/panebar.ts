import type { Attendance, Connection } from '../src/index.js';
import { Avatars, avatar } from './avatars.js';
import { h, setAttribute, setText } from './dom.js';

/** The head of a pane: who sits at it, on which node, who else is here, and how far it has seen. */
export class PaneBar {
  readonly element: HTMLElement;
  readonly #name: string;
  readonly #where = h('span', { class: 'where' });
  readonly #avatars = new Avatars();
  readonly #position = h('span', { class: 'position', title: 'Place in the log of the last event this tab has seen' });
  readonly #offline: HTMLButtonElement;

  constructor(name: string, toggleOffline: () => void) {
    this.#name = name;
    this.#offline = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: toggleOffline }, 'Go offline');
    this.element = h(
      'header',
      { class: 'pane-bar' },
      avatar(name, { 'aria-hidden': 'true' }),
      h('h2', {}, name),
      this.#where,
      this.#avatars.element,
      this.#position,
      this.#offline,
    );
  }

  update(connection: Connection, seq: number, attendance: Attendance): void {
    const offline = connection.state === 'offline';
    setText(this.#where, connection.node ?? (offline ? 'offline' : 'no node'));
    setAttribute(this.#where, 'data-node', connection.node);
    setText(this.#position, `seq ${seq}`);
    setText(this.#offline, offline ? 'Go online' : 'Go offline');
    setAttribute(this.#offline, 'aria-pressed', String(offline));
    // A tab without a connection doesn't know who is here.
    this.#avatars.update(connection.node === undefined ? NOBODY : attendance, this.#name);
  }
}

const NOBODY: Attendance = { here: [], left: [], more: 0 };
