/**
 * Waits between attempts, with full jitter: uniformly between zero and a ceiling that doubles with each failure in a row.
 *
 * Full jitter spreads the return of many tabs after the death of a node over the whole window.
 */
export class Backoff {
  readonly #baseMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(baseMs: number, capMs: number, random: () => number) {
    this.#baseMs = baseMs;
    this.#capMs = capMs;
    this.#random = random;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts one failure and returns the wait before the next attempt, in milliseconds, at least `atLeastMs`. */
  next(atLeastMs = 0): number {
    // The exponent is bounded so that the product stays a finite number however long the outage lasts.
    const ceiling = Math.min(this.#capMs, this.#baseMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.max(atLeastMs, Math.floor(this.#random() * ceiling));
  }

  /** Starts afresh after a success. */
  reset(): void {
    this.#failures = 0;
  }
}
