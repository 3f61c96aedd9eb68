import { h } from './dom.js';

/** A form for the arguments of a call: a field for each text in them, or their JSON where they are more than texts. */
export class ArgumentFields {
  readonly element: HTMLElement;
  readonly #read: () => unknown;
  readonly #first: HTMLElement;

  constructor(value: unknown, label: string) {
    const texts = textsOf(value);
    if (texts === undefined) {
      const area = h('textarea', { class: 'json', rows: '4', spellcheck: 'false', 'aria-label': label });
      area.value = JSON.stringify(value, null, 2);
      this.element = h('div', { class: 'fields' }, area);
      this.#first = area;
      this.#read = () => JSON.parse(area.value) as unknown;
      return;
    }
    const inputs = texts.map(([name, text]) => {
      const input = h('input', { type: 'text', name, autocomplete: 'off', spellcheck: 'false' });
      input.value = text;
      return input;
    });
    this.element = h('div', { class: 'fields' }, ...inputs.map((input) => h('label', {}, h('span', {}, input.name), input)));
    this.#first = inputs[0] as HTMLElement;
    this.#read = () => Object.fromEntries(inputs.map((input) => [input.name, input.value]));
  }

  /** What stands in it. @throws SyntaxError when it is no JSON */
  value(): unknown {
    return this.#read();
  }

  focus(): void {
    this.#first.focus();
  }
}

/** The entries of a value that is nothing but a few texts by name. */
function textsOf(value: unknown): readonly (readonly [string, string])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[1].includes('\n'));
  return entries.length > 0 && texts.length === entries.length ? texts : undefined;
}
