import type { Clock } from './clock.js';

/** Says once when nothing was heard for too long. */
export class Silence {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #tooLong: () => void;
  #callOff: () => void = () => undefined;

  constructor(clock: Clock, limitMs: number, tooLong: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#tooLong = tooLong;
    this.heard();
  }

  heard(): void {
    this.#callOff();
    this.#callOff = this.#clock.after(this.#limitMs, this.#tooLong);
  }

  stop(): void {
    this.#callOff();
  }
}
