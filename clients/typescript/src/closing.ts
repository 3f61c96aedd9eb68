/** Whether a client may come back after a connection ended. */
export type Verdict = 'come_back' | 'stay_away';

/** The token is missing, bad, expired or revoked. */
export const UNAUTHORIZED = 4401;

const FINAL = new Set([1000, 1002, 1003, 1007, 1008, 1009]);

/**
 * What a WebSocket close code asks of the client: the ranges of docs/protocol.md.
 *
 * Codes that no range names (1005, a proxy's own) count as an accident: come back, with back-off.
 */
export function verdictOf(closeCode: number): Verdict {
  if (FINAL.has(closeCode)) return 'stay_away';
  if (closeCode >= 4000 && closeCode <= 4499) return 'stay_away';
  return 'come_back';
}
