import type { Clock } from './clock.js';
import { SessionmeshError } from './errors.js';

/** A token, or the function that is asked for one whenever it is needed. */
export type TokenSource = string | (() => string | Promise<string>);

/** What a token is made of: a subprotocol has no other characters, and the platform would quote a token that it refuses. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

const UNUSABLE = 'is empty or has other characters than letters, digits and !#$%&\'*+-.^_`|~';

/** Where the tokens of a connection come from. They are handed on, neither kept nor quoted. */
export class Credential {
  readonly #source: TokenSource;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  /** @throws SessionmeshError `bad_option` when the source is a string that is no token */
  constructor(source: TokenSource, clock: Clock, timeoutMs: number) {
    if (typeof source === 'string') checked(source);
    this.#source = source;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Whether asking again may bring another token. */
  get renewable(): boolean {
    return typeof this.#source === 'function';
  }

  /** Calls one of the two once: at once where the token is a string, else never before it returns. The returned function calls it off. */
  ask(got: (token: string) => void, failed: (error: SessionmeshError) => void): () => void {
    const source = this.#source;
    if (typeof source === 'string') {
      got(source);
      return () => undefined;
    }
    let waiting = true;
    const callOff = () => {
      waiting = false;
      callOffTimeout();
    };
    const settle = (tell: () => void) => {
      if (!waiting) return;
      callOff();
      tell();
    };
    const late = () => failed(new SessionmeshError('token_failed', `no token within ${this.#timeoutMs} ms`, { retryable: true }));
    const callOffTimeout = this.#clock.after(this.#timeoutMs, () => settle(late));
    Promise.resolve()
      .then(() => tokenOf(source))
      .then(
        (token) => settle(() => got(token)),
        (error: SessionmeshError) => settle(() => failed(error)),
      );
    return callOff;
  }
}

/**
 * A token of this source, asked for now.
 *
 * @throws SessionmeshError `bad_option` when a string is no token, `token_failed` when a function brings none
 */
export async function tokenOf(source: TokenSource): Promise<string> {
  if (typeof source === 'string') return checked(source);
  let token: unknown;
  try {
    token = await source();
  } catch (cause) {
    throw new SessionmeshError('token_failed', 'the token function failed', { retryable: true, cause });
  }
  if (!isToken(token)) throw new SessionmeshError('token_failed', `what the token function brought ${UNUSABLE}`, { retryable: true });
  return token;
}

/** The text without the token, should somebody else have quoted it. */
export function withoutToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '<token>');
}

function checked(token: string): string {
  if (!isToken(token)) throw new SessionmeshError('bad_option', `token ${UNUSABLE}`);
  return token;
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}
