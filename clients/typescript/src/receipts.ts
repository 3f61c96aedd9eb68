import type { Ack, SteerReceipt } from './commands.js';
import type { Conversation } from './conversation.js';
import { isActive } from './conversation.js';
import type { SessionmeshError } from './errors.js';
import type { LoggedEvent, UnknownEvent } from './frames.js';
import { isKnownEvent } from './frames.js';

/** An instruction whose fate is not known yet. */
interface Open {
  readonly ack: Ack;
  steerId: string | undefined;
  turn: string | undefined;
  readonly resolve: (receipt: SteerReceipt) => void;
  readonly reject: (error: SessionmeshError) => void;
}

/** Instructions seen lately that nobody has asked about: an ack may come after its events. */
const REMEMBERED = 32;

/** Matches the acks of steers with the events that say what became of them. */
export class Receipts {
  readonly #open = new Set<Open>();
  readonly #fates = new Map<number, { readonly steerId: string; readonly turn: string; resolved?: Pick<SteerReceipt, 'consumed' | 'step'> }>();

  /** Resolves once the log tells what became of the instruction. */
  of(ack: Ack): Promise<SteerReceipt> {
    // A duplicate whose events the session has forgotten.
    if (ack.seq === undefined) return Promise.resolve(receipt(ack, undefined, undefined));
    const seen = this.#fates.get(ack.seq);
    if (seen?.resolved !== undefined) return Promise.resolve(receipt(ack, seen.steerId, seen.resolved));
    return new Promise((resolve, reject) => {
      this.#open.add({ ack, steerId: seen?.steerId, turn: seen?.turn, resolve, reject });
    });
  }

  see(event: LoggedEvent | UnknownEvent): void {
    if (!isKnownEvent(event)) return;
    if (event.type === 'steer' && event.steerId !== undefined) {
      this.#fates.set(event.seq, { steerId: event.steerId, turn: event.turn });
      const oldest = [...this.#fates.keys()][0];
      if (this.#fates.size > REMEMBERED && oldest !== undefined) this.#fates.delete(oldest);
      for (const open of this.#open) if (open.ack.seq === event.seq) Object.assign(open, { steerId: event.steerId, turn: event.turn });
    } else if (event.type === 'steer_resolved') {
      const resolved = { consumed: event.consumed, step: event.step };
      for (const fate of this.#fates.values()) if (fate.steerId === event.steerId) fate.resolved = resolved;
      this.#settle((open) => open.steerId !== undefined && open.steerId === event.steerId, resolved);
    } else if (event.type === 'agent_status' && !isActive(event.status)) {
      // Told before the end, unless a snapshot swallowed it.
      this.#settle((open) => open.turn === event.turn, undefined);
    }
  }

  /** A snapshot took the place of the events up to `seq`, and says nothing about steers. */
  reset(seq: number, conversation: Conversation): void {
    this.#fates.clear();
    const ended = (turn: string | undefined) => !conversation.turns.some((each) => each.id === turn && isActive(each.status));
    this.#settle((open) => open.ack.seq !== undefined && open.ack.seq <= seq && (open.steerId === undefined || ended(open.turn)), undefined);
  }

  end(error: SessionmeshError): void {
    for (const open of this.#open) open.reject(error);
    this.#open.clear();
  }

  #settle(which: (open: Open) => boolean, fate: Pick<SteerReceipt, 'consumed' | 'step'> | undefined): void {
    for (const open of [...this.#open]) {
      if (!which(open)) continue;
      this.#open.delete(open);
      open.resolve(receipt(open.ack, open.steerId, fate));
    }
  }
}

function receipt(ack: Ack, steerId: string | undefined, fate: Pick<SteerReceipt, 'consumed' | 'step'> | undefined): SteerReceipt {
  return { ...ack, steerId, consumed: fate?.consumed, step: fate?.step };
}
