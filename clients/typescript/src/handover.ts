import type { Frame } from './frames.js';

/**
 * The overlap of two connections of one session: the old one still delivers while the new one has attached.
 *
 * The new connection's frames are held back until the old one has brought the tab exactly to a boundary between two of them.
 * Only then can the tab change over without a gap and without text twice: a merged token frame cannot be cut by its receiver.
 */
export class Handover {
  readonly #limit: number;
  #through: number;
  #attached: Frame | undefined;
  #held: Frame[] = [];

  /**
   * @param after the position at which the new connection attaches
   * @param limit frames held back at most
   */
  constructor(after: number, limit: number) {
    this.#through = after;
    this.#limit = limit;
  }

  /** The `attached` frame of the new connection, once it came. */
  get attached(): Frame | undefined {
    return this.#attached;
  }

  /** Takes the new connection's `attached`. */
  accept(frame: Frame): void {
    this.#attached = frame;
  }

  /** Takes a logged frame of the new connection; false when there is no room for it. */
  hold(frame: Frame): boolean {
    if (this.#held.length >= this.#limit) return false;
    this.#held.push(frame);
    this.#through = frame.seq ?? this.#through;
    return true;
  }

  /** Whether the new connection can take over at this position of the tab. */
  aligned(last: number): boolean {
    if (this.#attached === undefined) return false;
    this.#held = this.#held.filter((frame) => (frame.seq ?? 0) > last);
    const next = this.#held[0];
    return next === undefined ? this.#through === last : (next.from ?? next.seq) === last + 1;
  }

  /** Hands out what was held back. */
  release(): readonly Frame[] {
    const frames = this.#held;
    this.#held = [];
    return frames;
  }
}
