import type { HttpOptions } from '../src/http.js';
import { readEvents, readSession } from '../src/http.js';
import type { SessionDocument } from '../src/http.js';
import type { Attendance, Connection, Session } from '../src/index.js';
import { connect } from '../src/index.js';
import type { LogEvent } from './bands.js';
import type { Nodes } from './nodes.js';

/** So many events before the head are read at first, and each time somebody wants earlier ones. */
export const AT_A_TIME = 1_000;
/** Events that are kept; of a longer log the earliest are let go, and can be read again. */
const KEPT = 20_000;
/** A token is an event too: whoever saves a log of a million of them has read it in this many pages. */
const PAGE = 10_000;

/** The log of one session: its end, what is added to it, and, if wanted, what came before. */
export class Log {
  readonly id: string;
  readonly #nodes: Nodes;
  readonly #options: HttpOptions;
  readonly #changed: () => void;
  #events: LogEvent[] = [];
  #connection: Connection | undefined;
  #session: Session | undefined;
  #attendance: Attendance = { here: [], left: [], more: 0 };
  #after = 0;
  document: SessionDocument | undefined;

  constructor(id: string, nodes: Nodes, options: HttpOptions, changed: () => void) {
    this.id = id;
    this.#nodes = nodes;
    this.#options = options;
    this.#changed = changed;
  }

  get events(): readonly LogEvent[] {
    return this.#events;
  }

  /** Seqs up to this one were not read. */
  get after(): number {
    return this.#after;
  }

  get attendance(): Attendance {
    return this.#attendance;
  }

  /** Which node tells what is new, and whether it does at the moment. */
  get following(): { readonly node: string | undefined; readonly live: boolean } {
    return { node: this.#connection?.node, live: this.#session?.state === 'attached' };
  }

  /** Reads where the session stands, and at the first time the end of its log, which is followed from then on. */
  async load(): Promise<void> {
    this.document = await this.#nodes.ask((url, options) => readSession(url, this.id, options), this.#options);
    if (this.#connection !== undefined) return;
    this.#after = Math.max(0, this.document.head - AT_A_TIME);
    this.#events = await this.#range(this.#after, this.document.head);
    this.#follow();
  }

  async earlier(): Promise<void> {
    const until = this.#after;
    const from = Math.max(0, until - AT_A_TIME);
    this.#events.unshift(...(await this.#range(from, until)));
    this.#after = from;
    this.#changed();
  }

  /** All of it, read anew, for a file. */
  async whole(): Promise<readonly LogEvent[]> {
    const head = this.document?.head ?? 0;
    return this.#range(0, head, PAGE);
  }

  close(): void {
    this.#connection?.close();
  }

  async #range(after: number, until: number, limit = AT_A_TIME): Promise<LogEvent[]> {
    const events: LogEvent[] = [];
    for (let last = after; last < until; ) {
      const { events: page } = await this.#nodes.ask((url, options) => readEvents(url, this.id, { ...options, after: last, limit: Math.min(limit, until - last) }), this.#options);
      const end = page.at(-1)?.seq;
      if (end === undefined) break;
      events.push(...page);
      last = end;
    }
    return events;
  }

  #follow(): void {
    const { token } = this.#options;
    this.#connection = connect({ urls: this.#nodes.urls, ...(token === undefined ? {} : { token }) });
    this.#session = this.#connection.attach(this.id, { after: this.#events.at(-1)?.seq ?? this.#after, device: 'console' });
    this.#session.on('event', (event) => {
      this.#events.push(event);
      if (this.#events.length > KEPT) {
        const gone = this.#events.splice(0, this.#events.length - KEPT);
        this.#after = gone.at(-1)?.seq ?? this.#after;
      }
      this.#changed();
    });
    this.#session.on('reset', ({ seq }) => {
      // What was shown did not survive, or is too far behind: the log is what counts.
      this.#events = [];
      this.#after = seq;
      this.#changed();
    });
    this.#session.on('state', () => this.#changed());
    this.#connection.on('state', () => this.#changed());
    this.#session.presence.subscribe((attendance) => {
      this.#attendance = attendance;
      this.#changed();
    });
  }
}
