/**
 * Every bound of the client, in one place. Units come last in the names.
 *
 * All of them can be changed with `connect({ limits: { ... } })`, or `followInbox` for its own; a value out of its range is refused with `bad_option`.
 */
export interface Limits {
  /** Commands of one session that wait for their answer; one more is refused with `outbox_full`. At most 64, the server's memory of a client's numbers. */
  readonly outboxCommands: number;
  /** Times a command is sent again after a retryable error before that error is handed to the caller. */
  readonly commandRetries: number;
  /** Longest command frame, in bytes of UTF-8; a longer one is refused with `too_large` and never sent. */
  readonly commandBytes: number;
  /** Sessions attached over one connection. */
  readonly sessions: number;
  /** Newest entries (messages, tool calls, steers) kept in a folded conversation; older ones are dropped and counted. */
  readonly timelineEntries: number;
  /** Frames held back while two connections overlap during a move. */
  readonly handoverFrames: number;
  /** Longest overlap of two connections during a move, in milliseconds. */
  readonly handoverMs: number;
  /** Wait for a socket to open and for its `welcome`, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Wait for the `token` function, in milliseconds; then the attempt to connect or to renew has failed. */
  readonly tokenTimeoutMs: number;
  /** Wait, in milliseconds, after a renewal of the token that failed or has no answer; then another is asked for, until the old one expires. */
  readonly tokenRetryMs: number;
  /**
   * Wait for the answer to an attach on a live connection, in milliseconds; then the next URL is tried. Also the wait for each
   * further part of a snapshot; then the session is attached again.
   */
  readonly attachTimeoutMs: number;
  /** Wait for the answer to a command on a live connection, in milliseconds; then it is sent again with its id. A connection that is silent is given up earlier. */
  readonly answerTimeoutMs: number;
  /** Silence of an idle connection, in milliseconds, after which it is asked whether it lives; at most the server's heartbeat. */
  readonly quietMs: number;
  /** The same while an attach or a command waits for its answer. */
  readonly doubtMs: number;
  /** Wait for the answer to that, in milliseconds; then the connection counts as dead, and the next URL is tried. */
  readonly pongTimeoutMs: number;
  /** Silence of an event stream, in milliseconds, after which it is given up: servers say something every heartbeat (20 s), if only a comment. */
  readonly streamQuietMs: number;
  /** How long a session waits for a heartbeat of a front-end call that this tab executes, in milliseconds, where the server does not tell; a heartbeat is sent after a third of it. */
  readonly toolClaimMs: number;
  /** First ceiling of the back-off, in milliseconds; it doubles with each failure in a row. */
  readonly backoffBaseMs: number;
  /** Highest ceiling of the back-off, in milliseconds. */
  readonly backoffCapMs: number;
  /** A connection that lived this long, in milliseconds, starts the back-off afresh. */
  readonly stableMs: number;
}

/** The limits in force when none are given. */
export const DEFAULT_LIMITS: Limits = {
  outboxCommands: 48,
  commandRetries: 8,
  commandBytes: 2_097_152,
  sessions: 64,
  timelineEntries: 2_000,
  handoverFrames: 256,
  handoverMs: 1_000,
  connectTimeoutMs: 5_000,
  tokenTimeoutMs: 10_000,
  tokenRetryMs: 3_000,
  attachTimeoutMs: 10_000,
  answerTimeoutMs: 10_000,
  quietMs: 12_000,
  doubtMs: 2_000,
  pongTimeoutMs: 3_000,
  streamQuietMs: 60_000,
  toolClaimMs: 15_000,
  backoffBaseMs: 100,
  backoffCapMs: 10_000,
  stableMs: 5_000,
};

/** Numbers of one client that the server remembers: an unanswered command and the newest one lie within this window. */
export const COMMAND_WINDOW = 64;
