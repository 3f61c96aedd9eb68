import { bounded } from './contents.js';
import type { Conversation } from './conversation.js';
import { EMPTY_CONVERSATION } from './conversation.js';
import { evolve, recovering } from './fold.js';
import type { AttachedFrame, Frame, HistoryEvent, LoggedEvent, MessageFrame, RecoveringSignal, UnknownEvent } from './frames.js';
import { isKnownEvent, isLogged } from './frames.js';
import type { Restoring } from './snapshot.js';
import { restore, restored, startRestoring } from './snapshot.js';

/** What one frame meant to the follower of a session. */
export type Step =
  /** The next event of the log. */
  | { readonly kind: 'applied'; readonly event: LoggedEvent | UnknownEvent }
  /** News without a place in the log. */
  | { readonly kind: 'signal'; readonly signal: RecoveringSignal }
  /** Attached; with `reset` the conversation was replaced by a snapshot. */
  | { readonly kind: 'attached'; readonly frame: AttachedFrame; readonly reset: boolean }
  /** Seen before: dropped. `expected` while two connections overlap. */
  | { readonly kind: 'duplicate'; readonly seq: number; readonly expected: boolean }
  /** Does not continue the position: the session must be attached again. No fault of the server while two connections `overlap`. */
  | { readonly kind: 'gap'; readonly expected: number; readonly first: number; readonly overlap: boolean }
  /** A part of a snapshot that is not whole yet. */
  | { readonly kind: 'arriving' }
  /** The server ended the attachment, unasked. */
  | { readonly kind: 'detached' }
  /** Belongs to an attachment that is over. */
  | { readonly kind: 'ignored' };

const IGNORED: Step = { kind: 'ignored' };
const ARRIVING: Step = { kind: 'arriving' };

/**
 * Follows the log of one session: frames in, position and folded conversation out. Pure in the sense that it knows neither
 * sockets nor time nor chance; the same frames always give the same state.
 */
export class Follower {
  readonly #timelineEntries: number;
  #pos: string | undefined;
  #last: number | undefined;
  #client: string | undefined;
  #forgotten: string | undefined;
  #conversation: Conversation = EMPTY_CONVERSATION;
  #following = false;
  #snapshot: { readonly frame: AttachedFrame; restoring: Restoring } | undefined;
  #overlapUntil = 0;

  constructor(start: { readonly pos?: string; readonly after?: number }, timelineEntries: number) {
    this.#pos = start.pos;
    this.#last = start.after;
    this.#timelineEntries = timelineEntries;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** The last seq seen; undefined before the first. */
  get last(): number | undefined {
    return this.#last;
  }

  get pos(): string | undefined {
    return this.#pos;
  }

  /** The client id to number commands with; undefined before the first `attached`, and when the session has forgotten it. */
  get client(): string | undefined {
    return this.#client;
  }

  /** Whether the session has forgotten the client id of here, and no attach has brought another yet. */
  get clientForgotten(): boolean {
    return this.#client === undefined && this.#forgotten !== undefined;
  }

  /** Whether the conversation went over to a branch that is not known here: only a snapshot can show it. */
  get incomplete(): boolean {
    return this.#conversation.tree.incomplete;
  }

  /** Whether events are flowing: attached and, where one was needed, the snapshot is whole. */
  get following(): boolean {
    return this.#following;
  }

  /** The fields of an attach that continues from here. */
  attachFields(): Record<string, unknown> {
    return {
      ...(this.#pos === undefined ? {} : { pos: this.#pos }),
      ...(this.#last === undefined ? {} : { after: this.#last }),
      ...(this.#client === undefined ? {} : { client: this.#client }),
    };
  }

  /** The attachment ended; events are ignored until the next `attached`. A half-built snapshot is thrown away. */
  interrupt(): void {
    this.#following = false;
    this.#snapshot = undefined;
  }

  /** The position cannot be used: the next attach asks for a snapshot. The conversation stays until that is whole. */
  forgetPosition(): void {
    this.interrupt();
    this.#pos = undefined;
    this.#last = undefined;
  }

  /** The session has forgotten the client that gave this command id: the next attach asks for another one. */
  forgetClient(commandId: string): void {
    if (this.#client === undefined || !commandId.startsWith(`${this.#client}:`)) return;
    this.#forgotten = this.#client;
    this.#client = undefined;
  }

  /** Another connection goes on from an earlier position: what it repeats up to here is expected. */
  expectOverlap(): void {
    this.#overlapUntil = this.#last ?? 0;
  }

  /** Follows what another connection attached to, from where this one stands. */
  takeOver(pos: string): void {
    this.#pos = pos;
    this.#following = true;
    this.#snapshot = undefined;
    this.expectOverlap();
  }

  receive(frame: Frame): Step {
    if (frame.type === 'attached') return this.#attached(frame as unknown as AttachedFrame);
    if (frame.type === 'message') return this.#message(frame as unknown as MessageFrame);
    if (isLogged(frame)) return this.#logged(frame as LoggedEvent | UnknownEvent);
    if (frame.type === 'agent_status') {
      const signal = frame as unknown as RecoveringSignal;
      if (signal.status === 'recovering') this.#conversation = recovering(this.#conversation, signal);
      return { kind: 'signal', signal };
    }
    if (frame.type === 'detached') return this.#detached();
    return IGNORED;
  }

  #attached(frame: AttachedFrame): Step {
    // An attach that was on its way already may bring the forgotten one back.
    if (frame.client !== this.#forgotten) this.#client = frame.client ?? this.#client;
    if (!frame.resumed && frame.snapshot !== undefined) {
      this.#following = false;
      this.#snapshot = { frame, restoring: startRestoring(frame.snapshot) };
      return this.#whole() ?? ARRIVING;
    }
    this.#pos = frame.pos;
    this.#following = true;
    return { kind: 'attached', frame, reset: false };
  }

  #message(frame: MessageFrame): Step {
    if (this.#snapshot === undefined) return IGNORED;
    this.#snapshot.restoring = restore(this.#snapshot.restoring, frame);
    return this.#whole() ?? ARRIVING;
  }

  /** The answer to a detach of ours comes before the answer to the attach behind it, so while we follow it is no answer. */
  #detached(): Step {
    if (!this.#following && this.#snapshot === undefined) return IGNORED;
    this.interrupt();
    return { kind: 'detached' };
  }

  #whole(): Step | undefined {
    if (this.#snapshot === undefined || this.#snapshot.restoring.remaining > 0) return undefined;
    const { frame, restoring } = this.#snapshot;
    this.#snapshot = undefined;
    this.#conversation = bounded(restored(restoring), this.#timelineEntries);
    this.#pos = frame.pos;
    this.#last = restoring.seq;
    this.#overlapUntil = 0;
    this.#following = true;
    return { kind: 'attached', frame, reset: true };
  }

  #logged(event: LoggedEvent | UnknownEvent): Step {
    if (!this.#following) return IGNORED;
    // Also one that comes twice: the position came from another connection, which may have been attached before it.
    if (event.type === 'history') this.#pos = (event as HistoryEvent).pos;
    const first = event.from ?? event.seq;
    if (this.#last !== undefined) {
      if (event.seq <= this.#last) return { kind: 'duplicate', seq: event.seq, expected: event.seq <= this.#overlapUntil };
      if (first !== this.#last + 1) {
        return { kind: 'gap', expected: this.#last + 1, first, overlap: first <= this.#overlapUntil };
      }
    }
    this.#last = event.seq;
    if (isKnownEvent(event)) {
      this.#conversation = bounded(evolve(this.#conversation, event), this.#timelineEntries);
    }
    return { kind: 'applied', event };
  }
}
