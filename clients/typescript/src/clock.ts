/** Time as the client sees it; handed in so that tests decide when it passes. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls `action` once after `delayMs` milliseconds; the returned function calls it off. */
  after(delayMs: number, action: () => void): () => void;
}

/** The clock of the platform. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
