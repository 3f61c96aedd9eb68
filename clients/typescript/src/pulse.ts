import type { Clock } from './clock.js';
import type { Limits } from './limits.js';

/** What a pulse is taken of. */
export interface Pulsed {
  /** Whether an answer is on its way, so that silence means more. */
  awaiting(): boolean;
  ping(): void;
  dead(why: string): void;
}

/** A timer later than this, in milliseconds, says that the page was held up: what has arrived meanwhile may still be waiting behind it. */
const LATE_MS = 250;

/**
 * Notices that the other side is gone, though nobody says so: after a silence it is asked, and when it does not answer in time
 * it is dead. The silence may last long while nothing is expected, and only shortly while an answer is.
 *
 * A browser holds back the timers of a hidden page, and all of a frozen one. So nothing is concluded from a timer alone: when
 * silence is noticed late, that only leads to a ping; when its deadline is noticed late, to one more.
 */
export class Pulse {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #quietMs: number;
  readonly #of: Pulsed;
  #heardAtMs: number;
  /** When something that has an answer was sent first, after the last sign of life. */
  #sentAtMs: number;
  #askedAtMs: number | undefined;
  #askedAgain = false;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #callOff: () => void = () => undefined;

  /** @param heartbeatMs how often the server makes itself heard; a longer silence is not waited for */
  constructor(clock: Clock, limits: Limits, heartbeatMs: number, of: Pulsed) {
    this.#clock = clock;
    this.#limits = limits;
    this.#quietMs = Math.min(limits.quietMs, heartbeatMs);
    this.#of = of;
    this.#heardAtMs = this.#sentAtMs = clock.now();
    this.#look();
  }

  /** When the other side gave its last sign of life, on the client's clock. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  heard(): void {
    this.#heardAtMs = this.#clock.now();
    this.#askedAtMs = undefined;
    this.#askedAgain = false;
  }

  /** Something was sent that may have an answer. */
  sent(): void {
    if (this.#sentAtMs <= this.#heardAtMs) this.#sentAtMs = this.#clock.now();
    if (this.#askedAtMs === undefined) this.#lookAt(this.#sentAtMs + this.#limits.doubtMs);
  }

  /** There is reason to doubt: asks at once. */
  check(): void {
    if (this.#askedAtMs === undefined) this.#ask();
    else this.#look();
  }

  stop(): void {
    this.#callOff();
  }

  #look(): void {
    const nowMs = this.#clock.now();
    if (this.#askedAtMs === undefined) {
      const doubtAtMs = this.#of.awaiting()
        ? Math.max(this.#heardAtMs, this.#sentAtMs) + this.#limits.doubtMs
        : this.#heardAtMs + this.#quietMs;
      return nowMs < doubtAtMs ? this.#lookAt(doubtAtMs) : this.#ask();
    }
    const deadlineMs = this.#askedAtMs + this.#limits.pongTimeoutMs;
    if (nowMs < deadlineMs) return this.#lookAt(deadlineMs);
    if (nowMs > deadlineMs + LATE_MS && !this.#askedAgain) {
      this.#askedAgain = true;
      return this.#ask();
    }
    this.#of.dead(`nothing heard for ${Math.round(nowMs - this.#heardAtMs)} ms`);
  }

  #ask(): void {
    this.#askedAtMs = this.#clock.now();
    this.#of.ping();
    this.#lookAt(this.#askedAtMs + this.#limits.pongTimeoutMs);
  }

  /** Looks then, or earlier if that was planned: whoever looks too early plans anew. */
  #lookAt(atMs: number): void {
    if (this.#dueAtMs <= atMs) return;
    this.#callOff();
    this.#dueAtMs = atMs;
    this.#callOff = this.#clock.after(atMs - this.#clock.now(), () => {
      this.#dueAtMs = Number.POSITIVE_INFINITY;
      this.#look();
    });
  }
}
