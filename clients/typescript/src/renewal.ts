import type { Clock } from './clock.js';
import type { Credential } from './credential.js';
import type { SessionmeshError } from './errors.js';

/** What a renewal needs of its link. */
export interface Renewed {
  auth(token: string): void;
  failed(error: SessionmeshError): void;
}

/** Share of its life after which a token is replaced. */
const RENEW_AT = 0.8;

/** A token is not replaced sooner than this, in milliseconds, unless it expires sooner. */
const SOONEST_MS = 1_000;

/** The longest delay of a platform's timer, in milliseconds; a longer one would be over at once. */
const LATEST_MS = 2 ** 31 - 1;

/** Replaces the token of an open link before it expires, for as long as the link lives. */
export class Renewal {
  readonly #clock: Clock;
  readonly #retryMs: number;
  readonly #credential: Credential;
  readonly #of: Renewed;
  #expiresAtMs = 0;
  #callOff: () => void = () => undefined;

  constructor(clock: Clock, retryMs: number, credential: Credential, of: Renewed) {
    this.#clock = clock;
    this.#retryMs = retryMs;
    this.#credential = credential;
    this.#of = of;
  }

  /** The server took a token that is good for so long; without a number, for ever. */
  accepted(expiresInMs: number | undefined): void {
    this.stop();
    if (expiresInMs === undefined) return;
    this.#expiresAtMs = this.#clock.now() + expiresInMs;
    this.#renewIn(Math.min(Math.max(Math.floor(expiresInMs * RENEW_AT), SOONEST_MS), expiresInMs, LATEST_MS));
  }

  stop(): void {
    this.#callOff();
  }

  #renewIn(delayMs: number): void {
    this.#callOff = this.#clock.after(delayMs, () => {
      this.#callOff = this.#credential.ask(
        (token) => {
          this.#tryAgain();
          this.#of.auth(token);
        },
        (error) => {
          this.#tryAgain();
          this.#of.failed(error);
        },
      );
    });
  }

  /** Unless `accepted` comes first: a refusal and silence are the same. After the expiry the server closes the link anyway. */
  #tryAgain(): void {
    if (this.#clock.now() + this.#retryMs < this.#expiresAtMs) this.#renewIn(this.#retryMs);
  }
}
