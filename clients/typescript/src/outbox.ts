import type { Backoff } from './backoff.js';
import type { AckFrame } from './frames.js';
import { COMMAND_WINDOW } from './limits.js';
import type { SessionmeshError } from './errors.js';

/** A command on its way: kept until its answer is known. */
export interface Entry {
  readonly body: Readonly<Record<string, unknown>>;
  /** `<client>:<n>`, given when it is first sent and never changed: it may have taken effect. */
  id: string | undefined;
  number: number;
  state: 'queued' | 'sent' | 'waiting';
  /** Times it was sent. */
  attempts: number;
  /** When it was last sent, on the client's clock. */
  sentAtMs: number;
  /** Retryable refusals so far, and the waits between them. */
  retries: number;
  backoff: Backoff | undefined;
  /** It had an id of a client that the session has forgotten, and got another one. */
  renumbered: boolean;
  readonly resolve: (ack: AckFrame) => void;
  readonly reject: (error: SessionmeshError) => void;
}

/** The commands of one session that wait for their answers, in the order in which they were given. Pure. */
export class Outbox {
  readonly #limit: number;
  #entries: Entry[] = [];
  #client: string | undefined;
  #numbered = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Adds a command; false when the outbox is full. */
  add(entry: Pick<Entry, 'body' | 'resolve' | 'reject'>): boolean {
    if (this.#entries.length >= this.#limit) return false;
    this.#entries.push({ ...entry, id: undefined, number: 0, state: 'queued', attempts: 0, sentAtMs: 0, retries: 0, backoff: undefined, renumbered: false });
    return true;
  }

  /**
   * The commands to send now, numbered for `client`; they count as sent from here on.
   *
   * A command is held back while the oldest unanswered one is a whole window behind: the server would have forgotten that one.
   */
  take(client: string, nowMs: number): readonly Entry[] {
    if (client !== this.#client) {
      this.#client = client;
      this.#numbered = 0;
    }
    const ready: Entry[] = [];
    for (const entry of this.#entries) {
      if (entry.state !== 'queued') continue;
      if (entry.id === undefined) {
        if (this.#numbered + 1 - this.#oldest(client) >= COMMAND_WINDOW) break;
        this.#numbered += 1;
        entry.number = this.#numbered;
        entry.id = `${client}:${entry.number}`;
      }
      entry.state = 'sent';
      entry.sentAtMs = nowMs;
      ready.push(entry);
    }
    return ready;
  }

  find(id: string): Entry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** Its answer is known. */
  remove(entry: Entry): void {
    this.#entries = this.#entries.filter((each) => each !== entry);
  }

  /**
   * The session has forgotten the client of this refused command: it gets a number of the next client. False when it must not:
   * sent more than once, it may have taken effect before it was forgotten; renumbered once, it would be so for ever.
   */
  renumber(entry: Entry): boolean {
    if (entry.attempts !== 1 || entry.renumbered) return false;
    Object.assign(entry, { id: undefined, number: 0, state: 'queued', attempts: 0, renumbered: true });
    return true;
  }

  /** The connection was lost or replaced: whatever was sent on it must be sent again. */
  unsent(): void {
    this.overdue(Number.POSITIVE_INFINITY);
  }

  /** Whatever was sent up to this moment must be sent again. */
  overdue(sentUntilMs: number): void {
    for (const entry of this.#entries) {
      if (entry.state === 'sent' && entry.sentAtMs <= sentUntilMs) entry.state = 'queued';
    }
  }

  /** When the longest unanswered command was sent; undefined when none is on its way. */
  get oldestSentAtMs(): number | undefined {
    const sent = this.#entries.filter((entry) => entry.state === 'sent');
    return sent.length === 0 ? undefined : Math.min(...sent.map((entry) => entry.sentAtMs));
  }

  /** Empties the outbox. */
  drain(): readonly Entry[] {
    const all = this.#entries;
    this.#entries = [];
    return all;
  }

  #oldest(client: string): number {
    const own = this.#entries.filter((entry) => entry.id?.startsWith(`${client}:`) === true);
    return own.length === 0 ? this.#numbered + 1 : Math.min(...own.map((entry) => entry.number));
  }
}
