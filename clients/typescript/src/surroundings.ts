import type { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import type { Limits } from './limits.js';
import type { Link } from './link.js';

/** What a session needs of its connection. */
export interface Surroundings {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly backoff: () => Backoff;
  /** The session has changed over to this link, or gave up waiting for it. */
  settled(): void;
  /** The node behind this link cannot serve the session: try another. */
  elsewhere(link: Link, reason: string): void;
  /** The session is over. */
  gone(session: { readonly id: string }): void;
}

/** Codes of an attach after which the known position is useless, though the session itself is there. */
export const POSITION_REFUSED = new Set(['position_ahead', 'bad_position']);

/** Codes that every node answers with. */
export const GONE = new Set(['session_deleted', 'session_not_found']);

/** Codes that another node may not answer with. */
export const NODE_REFUSED = new Set(['draining', 'no_quorum', 'internal']);
