import type { AgentStatusEvent, Logged } from '../src/index.js';

/**
 * Watches what one tab really gets to see and counts what should not happen. It trusts nothing but the seqs of the events, so
 * that a fault of the client or of the mesh shows.
 */
export class Witness {
  #expected = 1;
  #lost = 0;
  #duplicated = 0;
  #longestPauseMs = 0;
  #lastAtMs: number | undefined;
  #working = false;
  #toolsRunning = 0;

  /** Events of the log that never came. */
  get lost(): number {
    return this.#lost;
  }

  /** Events that came more than once. */
  get duplicated(): number {
    return this.#duplicated;
  }

  /** The longest wait between two events while a turn was being worked on, in milliseconds; 0 before there was one. */
  get longestPauseMs(): number {
    return this.#longestPauseMs;
  }

  /** A snapshot set the tab to this position, and tells whether a turn is being worked on. Without one it begins at the start. */
  begins(seq: number, working: boolean): void {
    this.#expected = seq + 1;
    this.#working = working;
    this.#toolsRunning = 0;
    this.#lastAtMs = undefined;
  }

  /** The person at this tab cut it off: the wait until it is back is nobody's fault. */
  cut(): void {
    this.#lastAtMs = undefined;
  }

  saw(event: Logged & { readonly type: string }, nowMs: number): void {
    this.#count(event.from ?? event.seq, event.seq);
    if (this.#lastAtMs !== undefined && this.#working && this.#toolsRunning === 0) {
      this.#longestPauseMs = Math.max(this.#longestPauseMs, nowMs - this.#lastAtMs);
    }
    this.#lastAtMs = nowMs;
    if (event.type === 'agent_status') this.#working = (event as AgentStatusEvent).status === 'in_progress';
    if (event.type === 'tool_started') this.#toolsRunning += 1;
    if (event.type === 'tool_result') this.#toolsRunning = Math.max(0, this.#toolsRunning - 1);
  }

  #count(first: number, last: number): void {
    if (first > this.#expected) this.#lost += first - this.#expected;
    if (first < this.#expected) this.#duplicated += Math.min(last + 1, this.#expected) - first;
    this.#expected = Math.max(this.#expected, last + 1);
  }
}
