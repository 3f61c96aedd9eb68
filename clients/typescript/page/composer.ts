import { h } from './dom.js';

/** What a person says: to the session as the next message, or to the turn that runs. */
export interface Saying {
  send(text: string): void;
  steer(text: string): void;
  /** Somebody types, or has stopped. */
  typing(going: boolean): void;
}

/** The field for what a person wants to say. */
export class Composer {
  readonly element: HTMLElement;
  readonly #saying: Saying;
  readonly #input: HTMLTextAreaElement;
  readonly #steer: HTMLButtonElement;

  constructor(name: string, saying: Saying) {
    this.#saying = saying;
    this.#input = h('textarea', {
      rows: '1',
      maxlength: '8000',
      placeholder: 'Message the agent',
      'aria-label': `Message from ${name}`,
      onkeydown: (event) => this.#key(event as KeyboardEvent),
      oninput: () => this.#changed(),
      onblur: () => saying.typing(false),
    });
    const title = 'Tell the running turn something while it works';
    this.#steer = h('button', { type: 'button', class: 'plain', onclick: () => this.#say('steer'), title }, 'Steer');
    const submit = (event: Event) => {
      event.preventDefault();
      this.#say('send');
    };
    this.element = h(
      'form',
      { class: 'composer', onsubmit: submit },
      this.#input,
      h('div', { class: 'buttons' }, this.#steer, h('button', { type: 'submit', class: 'primary' }, 'Send')),
    );
  }

  update(running: boolean, over: boolean): void {
    this.#steer.disabled = !running || over;
    this.#input.disabled = over;
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#say('send');
  }

  #say(how: 'send' | 'steer'): void {
    const text = this.#input.value.trim();
    if (text === '') return this.#input.focus();
    this.#input.value = '';
    this.#changed();
    this.#saying[how](text);
  }

  #changed(): void {
    // Where the browser cannot size a field by its content, its rows follow the lines in it.
    this.#input.rows = Math.min(4, this.#input.value.split('\n').length);
    this.#saying.typing(this.#input.value.trim() !== '');
  }
}
