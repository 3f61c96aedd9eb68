import type { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import type { Ack } from './commands.js';
import { SessionmeshError } from './errors.js';
import type { AckFrame, ErrorFrame } from './frames.js';
import { ackOf } from './frames.js';
import type { Limits } from './limits.js';
import type { Link } from './link.js';
import type { Entry } from './outbox.js';
import { Outbox } from './outbox.js';

/** The way to the server at this moment; undefined while the session is not attached. */
export type Way = () => { readonly client: string; readonly link: Pick<Link, 'send' | 'check' | 'heardAtMs'> } | undefined;

/** Sends the commands of one session, again where that is needed, until each has its answer. */
export class Dispatch {
  readonly #session: string;
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #newBackoff: () => Backoff;
  readonly #way: Way;
  readonly #forgotten: (id: string) => void;
  readonly #outbox: Outbox;
  readonly #retries = new Set<() => void>();
  #callOffAnswers: () => void = () => undefined;
  #resends = 0;

  /** @param forgotten called when the session has forgotten the client that gave this id */
  constructor(session: string, limits: Limits, clock: Clock, newBackoff: () => Backoff, way: Way, forgotten: (id: string) => void) {
    this.#session = session;
    this.#limits = limits;
    this.#clock = clock;
    this.#newBackoff = newBackoff;
    this.#way = way;
    this.#forgotten = forgotten;
    this.#outbox = new Outbox(limits.outboxCommands);
  }

  /** Commands without an answer. */
  get pending(): number {
    return this.#outbox.size;
  }

  /** Whether a command that was sent has no answer yet. */
  get awaiting(): boolean {
    return this.#outbox.oldestSentAtMs !== undefined;
  }

  get resends(): number {
    return this.#resends;
  }

  owns(id: string): boolean {
    return this.#outbox.find(id) !== undefined;
  }

  /** Takes a command and resolves with its answer. */
  submit(body: Readonly<Record<string, unknown>>): Promise<Ack> {
    return new Promise((resolve, reject) => {
      const { commandBytes, outboxCommands } = this.#limits;
      const bytes = new TextEncoder().encode(JSON.stringify(body)).length;
      if (bytes > commandBytes) {
        return reject(new SessionmeshError('too_large', `a command of ${bytes} bytes exceeds ${commandBytes}`));
      }
      if (!this.#outbox.add({ body, resolve: (ack) => resolve(ackOf(ack)), reject })) {
        return reject(new SessionmeshError('outbox_full', `${outboxCommands} commands wait for an answer`, { retryable: true }));
      }
      this.flush();
    });
  }

  /** Sends what is due, where there is a way. */
  flush(): void {
    const way = this.#way();
    if (way === undefined) return;
    for (const entry of this.#outbox.take(way.client, this.#clock.now())) {
      if (entry.attempts > 0 || entry.renumbered) this.#resends += 1;
      entry.attempts += 1;
      way.link.send({ ...entry.body, session: this.#session, id: entry.id });
    }
    this.#awaitAnswers();
  }

  /** The way is another one now: what was sent on the old one must be sent again. */
  rerouted(): void {
    this.#outbox.unsent();
  }

  acked(frame: AckFrame): void {
    const entry = this.#outbox.find(frame.id);
    if (entry === undefined) return;
    this.#outbox.remove(entry);
    entry.resolve(frame);
    this.flush();
  }

  refused(frame: ErrorFrame): void {
    const entry = frame.id === undefined ? undefined : this.#outbox.find(frame.id);
    if (entry === undefined) return;
    const error = SessionmeshError.of(frame);
    if (error.retryable && entry.retries < this.#limits.commandRetries) return this.#retryLater(entry, error.retryAfterMs);
    if (error.code === 'id_expired') {
      const again = this.#outbox.renumber(entry);
      this.#forgotten(frame.id as string);
      if (again) return this.flush();
    }
    this.#outbox.remove(entry);
    entry.reject(error);
    this.flush();
  }

  /** Rejects everything that has no answer. */
  end(error: SessionmeshError): void {
    this.#callOffAnswers();
    for (const callOff of this.#retries) callOff();
    this.#retries.clear();
    for (const entry of this.#outbox.drain()) entry.reject(error);
  }

  #retryLater(entry: Entry, retryAfterMs: number | undefined): void {
    entry.state = 'waiting';
    entry.retries += 1;
    entry.backoff ??= this.#newBackoff();
    const callOff = this.#clock.after(entry.backoff.next(retryAfterMs), () => {
      this.#retries.delete(callOff);
      entry.state = 'queued';
      this.flush();
    });
    this.#retries.add(callOff);
  }

  /**
   * Sends again what stays unanswered on a living connection: its answer was lost on the way, and the id makes it harmless. A
   * connection that has said nothing since may be dead: it is asked first, and if it is, the command goes out on another one.
   */
  #awaitAnswers(atLeastMs = 0): void {
    this.#callOffAnswers();
    const oldest = this.#outbox.oldestSentAtMs;
    if (oldest === undefined) return;
    const { answerTimeoutMs, pongTimeoutMs } = this.#limits;
    const nowMs = this.#clock.now();
    this.#callOffAnswers = this.#clock.after(Math.max(atLeastMs, oldest + answerTimeoutMs - nowMs), () => {
      const link = this.#way()?.link;
      if (link !== undefined && link.heardAtMs < oldest) {
        link.check();
        return this.#awaitAnswers(pongTimeoutMs);
      }
      this.#outbox.overdue(this.#clock.now() - answerTimeoutMs);
      this.flush();
    });
  }
}
