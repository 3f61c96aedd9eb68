import type { SessionEvents } from './api.js';
import type { Message } from './conversation.js';
import type { Emitter } from './emitter.js';
import type { AttachedFrame, LoggedEvent, RecoveringSignal, UnknownEvent } from './frames.js';

/** Tells the listeners of a session what its frames meant, and keeps count. It decides nothing. */
export class Narrator {
  readonly counts = { events: 0, duplicates: 0, gaps: 0, attachments: 0, moves: 0, resets: 0 };
  readonly #emitter: Emitter<SessionEvents>;
  /** What the tab has to catch up with, until it has. */
  #goal: { readonly head: number; readonly from: number } | undefined;
  /** Whether anything of the log was told: only then is a snapshot a reset. */
  #shown = false;

  constructor(emitter: Emitter<SessionEvents>) {
    this.#emitter = emitter;
  }

  /** @param last the last seq seen, this event included */
  applied(event: LoggedEvent | UnknownEvent, last: number): void {
    this.#shown = true;
    this.counts.events += event.seq - (event.from ?? event.seq) + 1;
    // The name is the type: listeners of a type this version does not know are simply never there.
    this.#emitter.emit(event.type as 'token', event as never);
    this.#emitter.emit('event', event);
    this.reached(last);
  }

  signal(signal: RecoveringSignal): void {
    this.#emitter.emit('agent_status', signal);
  }

  duplicate(seq: number): void {
    this.counts.duplicates += 1;
    this.#emitter.emit('duplicate', { seq });
  }

  gap(expected: number, first: number): void {
    this.counts.gaps += 1;
    this.#emitter.emit('gap', { expected, first });
  }

  moved(): void {
    this.counts.moves += 1;
  }

  /** @param before the last seq seen before, undefined before the first */
  attached(frame: AttachedFrame, node: string, before: number | undefined): void {
    this.counts.attachments += 1;
    const missed = !frame.resumed || before === undefined ? 0 : Math.max(0, frame.head - before);
    this.#emitter.emit('attached', { node, head: frame.head, resumed: frame.resumed, reason: frame.reason, missed });
  }

  /** A whole snapshot took the place of what had been told; `why` outweighs the server's reason. */
  reset(frame: AttachedFrame, why: string | undefined, seq: number, messages: readonly Message[]): void {
    if (this.#shown) {
      this.counts.resets += 1;
      this.#emitter.emit('reset', { reason: why ?? frame.reason ?? 'new', rewindTo: frame.rewindTo, seq });
    }
    this.#shown = true;
    for (const message of messages) this.#emitter.emit('message', message);
  }

  /** What lies between these two is on its way. */
  expects(head: number, from: number): void {
    this.#goal = { head, from };
  }

  /** The tab stands here now. */
  reached(last: number): void {
    const goal = this.#goal;
    if (goal === undefined || last < goal.head) return;
    this.#goal = undefined;
    this.#emitter.emit('caught_up', { events: Math.max(0, goal.head - goal.from) });
  }
}
