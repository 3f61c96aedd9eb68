import type { Message } from '../src/index.js';
import type { Acts } from './acts.js';
import { h, setAttribute, setText } from './dom.js';
import type { Block, Seam, Span } from './markup.js';
import { blocksOf } from './markup.js';
import type { Chances } from './question.js';
import { QuestionBar } from './question.js';

/** What a message needs to know about the page around it. */
export interface Voice {
  /** How to call who sent a message: "You", or by name. */
  readonly name: string;
  readonly own: boolean;
  readonly seams: readonly Seam[];
  /** What can be done with a question; undefined for an answer. */
  readonly chances: Chances | undefined;
}

/** Shows one message; only the blocks that changed are made anew, so that a growing text disturbs nothing above it. */
export class MessageView {
  readonly element: HTMLElement;
  readonly #name = h('span', { class: 'who' });
  readonly #note = h('span', { class: 'note' });
  readonly #body = h('div', { class: 'body' });
  readonly #reasoning = h('details', { class: 'reasoning' }, h('summary', {}, 'Reasoning'), h('p'));
  readonly #keys: string[] = [];
  readonly #question: QuestionBar | undefined;

  constructor(role: Message['role'], acts: Acts) {
    this.element = h('article', { class: `message ${role}` }, h('header', {}, this.#name, this.#note), this.#reasoning, this.#body);
    this.#reasoning.hidden = true;
    if (role === 'assistant') return;
    this.#question = new QuestionBar(acts);
    this.element.append(this.#question.element);
  }

  update(message: Message, voice: Voice): void {
    setText(this.#name, voice.name);
    const waits = voice.chances?.waits;
    setText(this.#note, waits === undefined ? '' : waits === 0 ? 'comes next' : `waits behind ${waits}`);
    setAttribute(this.element, 'data-waits', waits === undefined ? undefined : 'true');
    if (voice.chances !== undefined) this.#question?.update(message, voice.chances);
    setAttribute(this.element, 'data-own', voice.own ? 'true' : undefined);
    setAttribute(this.element, 'data-streaming', message.status === 'streaming' ? 'true' : undefined);
    const reasoning = message.parts.filter((part) => part.kind === 'reasoning');
    this.#reasoning.hidden = reasoning.length === 0;
    setText(this.#reasoning.lastElementChild as HTMLElement, reasoning.map((part) => part.text).join(''));
    const said = message.blob === undefined ? message.text : `A text of ${message.blob.bytes.toLocaleString('en')} bytes`;
    this.#show(message.role === 'user' ? [plain(said)] : blocksOf(message.text, voice.seams));
  }

  #show(blocks: readonly Block[]): void {
    blocks.forEach((block, index) => {
      if (this.#keys[index] === block.key) return;
      this.#keys[index] = block.key;
      const fresh = elementOf(block);
      const old = this.#body.children[index];
      if (old === undefined) this.#body.append(fresh);
      else old.replaceWith(fresh);
    });
    this.#keys.length = blocks.length;
    while (this.#body.children.length > blocks.length) this.#body.lastElementChild?.remove();
  }
}

function plain(text: string): Block {
  return { kind: 'paragraph', marker: '', spans: [{ kind: 'text', text }], key: text };
}

function elementOf(block: Block): HTMLElement {
  const element = h('p', { class: block.kind }, ...block.spans.map(nodeOf));
  if (block.marker !== '') element.dataset['marker'] = `${block.marker}.`;
  return element;
}

function nodeOf(span: Span): Node | string {
  switch (span.kind) {
    case 'text':
      return span.text;
    case 'bold':
      return h('strong', {}, span.text);
    case 'code':
      return h('code', {}, span.text);
    case 'seam': {
      const { from, to } = span.seam;
      return h('span', { class: 'seam', 'data-node': to, title: `${from} stopped here, ${to} went on` }, to);
    }
  }
}
