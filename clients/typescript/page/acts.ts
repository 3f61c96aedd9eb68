import type { ApproveOptions, ToolClaim } from '../src/index.js';

/** What a person can do in a pane beside talking. Each rejects after the pane has told why it was refused. */
export interface Acts {
  approve(callId: string, options: ApproveOptions): Promise<unknown>;
  reject(callId: string, reason: string): Promise<unknown>;
  /** Takes a front-end call for this pane. */
  take(callId: string): Promise<ToolClaim>;
  edit(turn: string, text: string): Promise<unknown>;
  askAgain(turn: string): Promise<unknown>;
  selectBranch(turn: string): Promise<unknown>;
  /** Lets a waiting turn run before another one. */
  moveUp(turn: string, before: string): Promise<unknown>;
  withdraw(turn: string): Promise<unknown>;
  /** Runs what a button asked for, and tells what went wrong; the promise never rejects. */
  attempt(action: Promise<unknown>): Promise<void>;
}

/** Who looks at a pane. */
export interface Seat {
  readonly name: string;
  /** The id under which the session knows this tab. */
  readonly client: string | undefined;
}
