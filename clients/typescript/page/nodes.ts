import { h, setAttribute, setText } from './dom.js';

/** What is known about a node at this moment. */
export interface NodeView {
  readonly name: string;
  readonly url: string;
  /** Undefined where nobody can tell. */
  readonly alive: boolean | undefined;
  readonly runs: boolean;
  readonly tabs: readonly string[];
}

/** What a person can do to a node; absent without a control. */
export type Act = (what: 'kill' | 'start', name: string) => Promise<void>;

/** The strip of nodes: which live, which tabs they serve, which one runs the turn, and the buttons to kill and start them. */
export class NodeStrip {
  readonly #list: HTMLElement;
  readonly #act: Act | undefined;
  readonly #cards = new Map<string, Card>();

  constructor(list: HTMLElement, act: Act | undefined) {
    this.#list = list;
    this.#act = act;
  }

  update(nodes: readonly NodeView[]): void {
    for (const node of nodes) {
      let card = this.#cards.get(node.name);
      if (card === undefined) {
        card = new Card(node.name, this.#act);
        this.#cards.set(node.name, card);
        this.#list.append(card.element);
      }
      card.update(node);
    }
  }
}

class Card {
  readonly element: HTMLElement;
  readonly #wide = h('span', { class: 'wide' });
  readonly #narrow = h('span', { class: 'narrow' });
  readonly #state = h('span', { class: 'node-state' }, this.#wide, this.#narrow);
  readonly #detail = h('span', { class: 'node-detail' });
  readonly #button: HTMLButtonElement | undefined;
  readonly #name: string;
  #doing: 'kill' | 'start' | undefined;
  #alive: boolean | undefined;

  constructor(name: string, act: Act | undefined) {
    this.#name = name;
    const mark = h('span', { class: 'node-mark', 'data-node': name, 'aria-hidden': 'true' });
    this.element = h('li', { class: 'node' }, mark, h('div', { class: 'node-text' }, h('strong', {}, name), this.#state, this.#detail));
    if (act === undefined) return;
    this.#button = h('button', { type: 'button', onclick: () => void this.#press(act) });
    this.element.append(this.#button);
  }

  update(node: NodeView): void {
    if (this.#alive !== node.alive) this.#doing = undefined;
    this.#alive = node.alive;
    const down = node.alive === false;
    setAttribute(this.element, 'data-runs', node.runs && !down ? 'true' : undefined);
    setAttribute(this.element, 'data-alive', node.alive === undefined ? undefined : String(node.alive));
    setText(this.#wide, down ? 'down' : node.runs ? 'runs the turn' : 'up');
    setText(this.#narrow, down ? 'down' : node.runs ? 'runner' : 'up');
    const tabs = node.tabs.length === 0 ? 'no tab' : node.tabs.join(', ');
    // A node that does not know its own address has no URL.
    const host = node.url === '' ? '' : new URL(node.url).host;
    setText(this.#detail, [host, down ? '' : tabs].filter((part) => part !== '').join(' · '));
    if (this.#button === undefined) return;
    this.#button.className = down ? 'plain' : node.runs ? 'danger' : 'quiet danger-quiet';
    this.#button.disabled = this.#doing !== undefined;
    const label = down ? 'Start again' : 'Kill this node';
    setText(this.#button, this.#doing === 'kill' ? 'Killing…' : this.#doing === 'start' ? 'Starting…' : label);
    setAttribute(this.#button, 'aria-label', `${label}: ${node.name}`);
  }

  async #press(act: Act): Promise<void> {
    const what = this.#alive === false ? 'start' : 'kill';
    this.#doing = what;
    if (this.#button !== undefined) {
      this.#button.disabled = true;
      setText(this.#button, what === 'kill' ? 'Killing…' : 'Starting…');
    }
    await act(what, this.#name).finally(() => (this.#doing = undefined));
  }
}
