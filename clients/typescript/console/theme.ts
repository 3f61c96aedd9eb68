/** Light or dark: as the system has it, or as the reader wants it, which this browser remembers. */
type Choice = 'system' | 'light' | 'dark';

const KEY = 'sessionmesh.theme';
const CHOICES: readonly Choice[] = ['system', 'light', 'dark'];
const MEDIA: Readonly<Record<Choice, string>> = { system: '(prefers-color-scheme: dark)', light: 'not all', dark: 'all' };
const LABELS: Readonly<Record<Choice, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' };

export class Theme {
  readonly #link: HTMLLinkElement;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  #choice: Choice;

  /** @param link the sheet with the dark colours */
  constructor(link: HTMLLinkElement, storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#link = link;
    this.#storage = storage;
    this.#choice = CHOICES.find((choice) => choice === storage.getItem(KEY)) ?? 'system';
    link.media = MEDIA[this.#choice];
  }

  get label(): string {
    return LABELS[this.#choice];
  }

  next(): void {
    this.#choice = CHOICES[(CHOICES.indexOf(this.#choice) + 1) % CHOICES.length] ?? 'system';
    this.#link.media = MEDIA[this.#choice];
    this.#storage.setItem(KEY, this.#choice);
  }
}
