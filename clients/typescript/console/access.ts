/** Who looks. Tokens stay in this tab's memory, or, if wanted, in its session storage; never in an address. */
export interface Tokens {
  /** The nodes' admin token. */
  readonly operator: string;
  /** A caller's token or key, for sessions. */
  readonly caller: string;
}

const KEY = 'sessionmesh.console';
const NONE: Tokens = { operator: '', caller: '' };

/** A place that forgets when the tab is closed. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Access {
  readonly #storage: Storage;
  #tokens: Tokens;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#tokens = read(storage.getItem(KEY));
  }

  get tokens(): Tokens {
    return this.#tokens;
  }

  get kept(): boolean {
    return this.#storage.getItem(KEY) !== null;
  }

  /** @param keep until the tab is closed, so that a reload does not ask again */
  signIn(tokens: Tokens, keep: boolean): void {
    this.#tokens = { operator: tokens.operator.trim(), caller: tokens.caller.trim() };
    if (keep) this.#storage.setItem(KEY, JSON.stringify(this.#tokens));
    else this.#storage.removeItem(KEY);
  }

  signOut(): void {
    this.#tokens = NONE;
    this.#storage.removeItem(KEY);
  }
}

function read(text: string | null): Tokens {
  try {
    const { operator, caller } = JSON.parse(text ?? '{}') as Partial<Tokens>;
    return { operator: typeof operator === 'string' ? operator : '', caller: typeof caller === 'string' ? caller : '' };
  } catch {
    return NONE;
  }
}
