/** Codes that the server sends; the table in docs/protocol.md says what each means. */
export const SERVER_CODES = [
  'bad_json',
  'bad_utf8',
  'bad_field',
  'unknown_type',
  'too_large',
  'not_attached',
  'ambiguous_session',
  'already_attached',
  'too_many_sessions',
  'session_not_found',
  'session_deleted',
  'session_conflict',
  'session_full',
  'position_ahead',
  'bad_position',
  'bad_cursor',
  'bad_export',
  'no_archive',
  'id_conflict',
  'id_expired',
  'turn_active',
  'turn_not_found',
  'too_late',
  'queue_full',
  'call_not_found',
  'blob_not_found',
  'webhook_not_found',
  'webhook_conflict',
  'too_many_webhooks',
  'already_decided',
  'wrong_state',
  'not_an_approver',
  'already_voted',
  'arguments_changed',
  'bad_arguments',
  'grant_not_found',
  'already_claimed',
  'not_claimed',
  'not_targeted',
  'budget_exceeded',
  'busy',
  'fenced',
  'no_quorum',
  'unavailable',
  'archive_behind',
  'rate_limited',
  'draining',
  'unauthorized',
  'forbidden',
  'internal',
] as const;

/**
 * Codes that arise in the client itself:
 * - `bad_option`: an option of `connect` or an argument is out of range;
 * - `bad_frame`: the server sent a frame that breaks the protocol;
 * - `outbox_full`: too many commands of the session wait for an answer;
 * - `closed`: the connection or session was closed, here or there, before the answer came;
 * - `connection_refused`: the server closed the connection with a code that says "do not come back";
 * - `token_failed`: the `token` function threw, took too long or brought no token; what it threw is the `cause`;
 * - `http_error`: an HTTP answer that carries no error object.
 */
export const CLIENT_CODES = ['bad_option', 'bad_frame', 'outbox_full', 'closed', 'connection_refused', 'token_failed', 'http_error'] as const;

/** A code of the server, one of the client's own, or one that a newer server may send. */
export type ErrorCode = (typeof SERVER_CODES)[number] | (typeof CLIENT_CODES)[number] | (string & {});

/** The one error type of this client: act on `code`, show `message`. */
export class SessionmeshError extends Error {
  /** What went wrong, as a stable word. */
  readonly code: ErrorCode;
  /** Whether the same command may succeed later. A command the client sent itself has been retried already. */
  readonly retryable: boolean;
  /** The server's advice how long to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Fields that belong to the code: `decidedBy`, `decision` and `at` with `already_decided`, `claimedBy` and `claimant` with `already_claimed`, `argumentsHash` with `arguments_changed`, `closeCode` with `connection_refused`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable?: boolean; retryAfterMs?: number | undefined; details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SessionmeshError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details ?? {};
  }

  /** The error that an `error` frame, or the error object of an HTTP answer, stands for. */
  static of(wire: { readonly [field: string]: unknown }): SessionmeshError {
    const { type: _type, id: _id, session: _session, code, message, retryable, retryAfterMs, ...details } = wire;
    const word = typeof code === 'string' ? code : 'internal';
    return new SessionmeshError(word, typeof message === 'string' ? message : word, {
      retryable: retryable === true,
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
      details,
    });
  }
}
