/** Who did what, as far as this page knows: the tabs of the page by their client ids, everybody else by the server's name. */
export class People {
  readonly #tabs = new Map<string, string>();
  readonly #steerers = new Map<number, string>();
  readonly #deciders = new Map<string, string>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** A tab of this page sends its commands under this client id. */
  isTab(client: string, tab: string): void {
    if (this.#tabs.get(client) === tab) return;
    this.#tabs.set(client, tab);
    this.#changed();
  }

  /** A tab of this page made this decision. */
  decided(callId: string, tab: string): void {
    this.#deciders.set(callId, tab);
    this.#changed();
  }

  /** A tab of this page gave the instruction at this place of the log. */
  steered(seq: number, tab: string): void {
    this.#steerers.set(seq, tab);
    this.#changed();
  }

  steerer(seq: number, actor: string | undefined): string {
    return this.#steerers.get(seq) ?? actor ?? 'Somebody';
  }

  sender(commandId: string | undefined, actor: string | undefined): string {
    const client = commandId?.slice(0, commandId.lastIndexOf(':'));
    return (client === undefined ? undefined : this.#tabs.get(client)) ?? actor ?? 'Somebody';
  }

  decider(callId: string, actor: string | undefined): string {
    return this.#deciders.get(callId) ?? actor ?? 'somebody';
  }
}
