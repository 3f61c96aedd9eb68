import type { LoggedEvent, UnknownEvent } from '../src/index.js';

/** An event as the log has it. */
export type LogEvent = LoggedEvent | UnknownEvent;

/** A stretch of the log that one runner wrote: a turn under one epoch. */
export interface Band {
  readonly turn: string;
  readonly epoch: number;
  /** The node that ran it. */
  readonly runner: string;
  readonly from: number;
  readonly to: number;
  /** The node that had it before, when this runner took it over. */
  readonly tookFrom: string | undefined;
  /** How the turn ended in this band; undefined while it runs, or when another runner took it over. */
  readonly ended: string | undefined;
}

/** Where the log goes on under another history, after a split, say. */
export interface Fork {
  readonly seq: number;
  readonly pos: string;
}

const ENDS: readonly string[] = ['completed', 'failed', 'cancelled', 'expired'];

/** The bands of a log, oldest first. What stands before the first claim that is seen belongs to none. */
export function bandsOf(events: readonly LogEvent[]): readonly Band[] {
  const bands: Band[] = [];
  const latest = new Map<string, number>();
  let open: number | undefined;
  for (const event of events) {
    if (event.type === 'agent_status') {
      const { turn, runner, runEpoch, status } = event as { turn: string; runner?: string; runEpoch?: number; status: string };
      const first = event.from ?? event.seq;
      if (runner !== undefined && runEpoch !== undefined) {
        const before = latest.get(turn);
        const tookFrom = before === undefined ? undefined : bands[before]?.runner;
        open = bands.push({ turn, epoch: runEpoch, runner, from: first, to: event.seq, tookFrom, ended: undefined }) - 1;
        latest.set(turn, open);
        continue;
      }
      const mine = latest.get(turn);
      const band = mine === undefined ? undefined : bands[mine];
      if (mine !== undefined && band !== undefined) {
        const ended = ENDS.includes(status);
        bands[mine] = { ...band, to: event.seq, ended: ended ? status : band.ended };
        if (ended && open === mine) open = undefined;
        continue;
      }
    }
    const band = open === undefined ? undefined : bands[open];
    if (open !== undefined && band !== undefined) bands[open] = { ...band, to: event.seq };
  }
  return bands;
}

/** The band that a seq belongs to. */
export function bandAt(bands: readonly Band[], seq: number): Band | undefined {
  return bands.findLast((band) => band.from <= seq && seq <= band.to);
}

/** The histories of a log that were seen to begin, oldest first. */
export function forksOf(events: readonly LogEvent[]): readonly Fork[] {
  return events.filter((event) => event.type === 'history').map((event) => ({ seq: event.seq, pos: String((event as { pos?: unknown }).pos) }));
}

/** How often a turn went over to another runner. */
export function takeovers(bands: readonly Band[]): readonly Band[] {
  return bands.filter((band) => band.tookFrom !== undefined);
}
