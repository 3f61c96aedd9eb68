import type { Clock } from '../../src/clock.js';

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  #timers: { at: number; order: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Lets `ms` milliseconds pass: runs what falls due in order, and after each the promises it settled. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.at);
      this.#timers = this.#timers.filter((each) => each !== due);
      due.action();
      await settle();
    }
    this.#now = until;
  }

  /** Lets `ms` milliseconds pass in which nothing runs, as in a frozen page: what falls due is late. */
  stall(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass, from one timer to the next, until `condition` holds; fails after `limitMs`. */
  async until(condition: () => boolean, limitMs = 60_000): Promise<void> {
    const deadline = this.#now + limitMs;
    await settle();
    while (!condition()) {
      const next = Math.min(...this.#timers.map((timer) => timer.at));
      if (!(next <= deadline)) throw new Error(`the condition did not hold within ${limitMs} ms: ${condition}`);
      await this.advance(next - this.#now);
    }
  }

  get timers(): number {
    return this.#timers.length;
  }
}

/** Runs the promise callbacks that are ready; no time passes. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
