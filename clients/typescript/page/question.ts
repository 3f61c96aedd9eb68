import type { Branch, Conversation, Message } from '../src/index.js';
import type { Acts } from './acts.js';
import { h, setText } from './dom.js';

/** What can be done with a question at this moment. */
export interface Chances {
  /** The turn that it stands for. */
  readonly turn: string;
  /** Nothing runs. */
  readonly idle: boolean;
  /** It was asked last and nothing runs: it can be asked again. */
  readonly again: boolean;
  /** It waits behind so many others. */
  readonly waits: number | undefined;
  /** The waiting turn just before its own one. */
  readonly before: string | undefined;
  readonly branch: Branch | undefined;
}

/** The small buttons at a question: change it, ask it again, look at the other answers; or, while it waits, move it or take it back. */
export class QuestionBar {
  readonly element = h('div', { class: 'question-bar' });
  readonly #acts: Acts;
  readonly #edit = this.#button('Edit', 'Change this question', () => this.#open());
  readonly #again = this.#button('Ask again', 'Ask again', () => this.#acts.askAgain(this.#chances?.turn ?? ''));
  readonly #up = this.#button('Move up', 'Let this question come earlier', () => this.#moveUp());
  readonly #withdraw = this.#button('Withdraw', 'Take this question back', () => this.#acts.withdraw(this.#chances?.turn ?? ''));
  readonly #previous = this.#button('‹', 'Previous version', () => this.#step(-1));
  readonly #next = this.#button('›', 'Next version', () => this.#step(1));
  readonly #place = h('span', { class: 'place' });
  readonly #branches = h('span', { class: 'branches', role: 'group', 'aria-label': 'Versions' }, this.#previous, this.#place, this.#next);
  readonly #editor: HTMLFormElement;
  readonly #text = h('textarea', { rows: '2', 'aria-label': 'The question in other words' });
  #chances: Chances | undefined;
  #said = '';

  constructor(acts: Acts) {
    this.#acts = acts;
    const submit = (event: Event) => {
      event.preventDefault();
      void this.#send();
    };
    this.#text.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#close();
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
    });
    this.#editor = h(
      'form',
      { class: 'editor', onsubmit: submit },
      this.#text,
      h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary' }, 'Ask this'), this.#button('Back', 'Leave it as it is', () => this.#close())),
    );
    this.#editor.hidden = true;
    this.element.append(this.#branches, this.#edit, this.#again, this.#up, this.#withdraw, this.#editor);
  }

  update(message: Message, chances: Chances): void {
    this.#chances = chances;
    this.#said = message.text;
    const editing = !this.#editor.hidden && chances.again;
    this.#editor.hidden = !editing;
    this.#edit.hidden = !chances.again || editing || message.blob !== undefined;
    this.#again.hidden = !chances.again || editing;
    this.#up.hidden = chances.before === undefined;
    this.#withdraw.hidden = chances.waits === undefined;
    const { branch } = chances;
    this.#branches.hidden = branch === undefined || editing;
    if (branch !== undefined) {
      const place = branch.beside.indexOf(branch.turn);
      setText(this.#place, `${place + 1}/${branch.beside.length}`);
      this.#previous.disabled = place <= 0 || !chances.idle;
      this.#next.disabled = place >= branch.beside.length - 1 || !chances.idle;
    }
    this.element.hidden = [...this.element.children].every((child) => (child as HTMLElement).hidden);
  }

  #button(label: string, name: string, press: () => unknown): HTMLButtonElement {
    const attributes = { type: 'button', class: 'small', title: name, ...(label === name ? {} : { 'aria-label': name }) };
    const pressed = () => void Promise.resolve(press()).catch(() => undefined);
    return h('button', { ...attributes, onclick: pressed }, label);
  }

  #open(): void {
    this.#text.value = this.#said;
    this.#editor.hidden = false;
    for (const each of [this.#edit, this.#again, this.#branches]) each.hidden = true;
    this.#text.focus();
  }

  #close(): void {
    this.#editor.hidden = true;
    for (const each of [this.#edit, this.#again]) each.hidden = false;
    this.#branches.hidden = this.#chances?.branch === undefined;
    this.#edit.focus();
  }

  async #send(): Promise<void> {
    const text = this.#text.value.trim();
    if (text === '' || this.#chances === undefined) return this.#text.focus();
    await this.#acts.edit(this.#chances.turn, text).then(() => (this.#editor.hidden = true), () => undefined);
  }

  #moveUp(): Promise<unknown> | undefined {
    const { turn, before } = this.#chances ?? {};
    return turn === undefined || before === undefined ? undefined : this.#acts.moveUp(turn, before);
  }

  #step(by: number): Promise<unknown> | undefined {
    const branch = this.#chances?.branch;
    const turn = branch?.beside[branch.beside.indexOf(branch.turn) + by];
    return turn === undefined ? undefined : this.#acts.selectBranch(turn);
  }
}

/** What can be done with each question of a conversation. */
export function chancesOf(message: Message, { branches, messages, queue, activeTurn }: Conversation): Chances {
  const said = message.turn ?? '';
  const branch = branches.find((each) => each.beside.includes(said));
  const turn = branch?.turn ?? said;
  const waiting = queue.filter((each) => each.id !== activeTurn?.id).map((each) => each.id);
  const place = waiting.indexOf(turn);
  const last = (matches: (each: Message) => boolean) => messages.findLast((each) => each.role === 'user' && matches(each)) === message;
  const idle = activeTurn === undefined;
  return {
    turn,
    idle,
    again: idle && last(() => true),
    waits: place < 0 ? undefined : place,
    before: place > 0 ? waiting[place - 1] : undefined,
    branch: branch !== undefined && last((each) => branch.beside.includes(each.turn ?? '')) ? branch : undefined,
  };
}
