type Fields = Readonly<Record<string, unknown>>;

interface Here {
  readonly entry: Record<string, unknown>;
  readonly send: (frame: Fields) => void;
  watches: boolean;
}

/** Who is in a session of the fake mesh. It tells changes at once; a real one gathers them. */
export class FakePresence {
  readonly #session: string;
  readonly #here = new Map<string, Here>();
  /** What tabs said, in the order in which it came. */
  readonly said: { readonly tab: string; readonly frame: Fields }[] = [];

  constructor(session: string) {
    this.#session = session;
  }

  join(tab: string, user: string, device: unknown, send: (frame: Fields) => void): void {
    const entry = { tab, user, kind: 'person', ...(device === undefined ? {} : { device }) };
    this.#here.set(tab, { entry, send, watches: false });
    this.#tell({ here: [entry], left: [] });
  }

  leave(tab: string): void {
    const gone = this.#here.get(tab);
    if (gone === undefined) return;
    this.#here.delete(tab);
    const { user, device, read } = gone.entry;
    this.#tell({ here: [], left: [{ tab, user, device, read, lastSeenAt: '2026-01-01T00:00:00Z' }] });
  }

  say(tab: string, frame: Fields): void {
    this.said.push({ tab, frame });
    const here = this.#here.get(tab);
    if (here === undefined) return;
    for (const field of ['typing', 'focus', 'status']) if (frame[field] !== undefined) here.entry[field] = frame[field] || undefined;
    if (frame['type'] === 'read') here.entry['read'] = frame['seq'];
    this.#tell({ here: [here.entry], left: [] });
    if (frame['watch'] === undefined) return;
    here.watches = frame['watch'] === true;
    if (here.watches) here.send(this.#frame({ full: true, here: [...this.#here.values()].map((each) => each.entry), left: [] }));
  }

  #tell(change: Fields): void {
    for (const here of this.#here.values()) if (here.watches) here.send(this.#frame(change));
  }

  #frame(change: Fields): Fields {
    return { type: 'presence', session: this.#session, ...change };
  }
}
