import type { ErrorCode } from './errors.js';

/** What becomes of an input when a turn is running: see docs/protocol.md, input policies. */
export type InputPolicy = 'enqueue' | 'reject' | 'interrupt' | 'rollback' | 'merge' | 'latest' | 'steer';

/** The same for a turn that is done again. */
export type RedoPolicy = 'enqueue' | 'reject' | 'interrupt';

/** Positive answer to a command. */
export interface Ack {
  /** The command's idempotency key. */
  readonly id: string;
  /** Seq of the first event it caused; undefined when it caused none. */
  readonly seq: number | undefined;
  /** It had been answered before; it was not executed twice. */
  readonly duplicate: boolean;
  /** Fewer copies than configured hold it at the moment. */
  readonly degraded: boolean;
}

/** What became of an instruction. */
export interface SteerReceipt extends Ack {
  readonly steerId: string | undefined;
  /** Whether the turn took it up; undefined when that happened while this tab was away, and only a snapshot was left. */
  readonly consumed: boolean | undefined;
  /** The run of the model that heard it, from 1; undefined when none did. */
  readonly step: number | undefined;
}

/** The answer to a cancel: a value, because each of them is to be expected. */
export type CancelAnswer =
  /** The turn is cancelled. */
  | { readonly answer: 'accepted'; readonly ack: Ack }
  /** It had ended before. */
  | { readonly answer: 'too_late'; readonly reason: string }
  /** There is no such turn, or this is not for you to do. */
  | { readonly answer: 'refused'; readonly code: ErrorCode; readonly reason: string };

/** How to approve. */
export interface ApproveOptions {
  /** Other arguments than the agent's, for a single call. Who approved the earlier ones has to approve again. */
  readonly arguments?: unknown;
  /**
   * What the decision is about. Default for a single call: the hash of what this tab shows at this moment, so that a change made
   * meanwhile is answered with `arguments_changed` and not approved unseen.
   */
  readonly argumentsHash?: string;
  /** Approve all further calls of the tool in this session, too: gives a grant, which `revokeGrant` takes back. */
  readonly remember?: 'session';
  readonly reason?: string;
}

/** What became of a call in doubt. */
export type Settlement =
  /** It took effect; `result` is what it brought. */
  | { readonly outcome: 'ok'; readonly result?: unknown }
  | { readonly outcome: 'error'; readonly error?: string }
  /** It had no effect: run it again. */
  | { readonly outcome: 'retry' };

/** A front-end call that this tab executes. Heartbeats keep it, at a third of the lease, until it is answered, released or lost. */
export interface ToolClaim {
  readonly callId: string;
  /** Aborts when another tab has the call, or it ended without us, or the session is over. */
  readonly signal: AbortSignal;
  /** Hands in the result, any JSON value. */
  result(value: unknown): Promise<Ack>;
  /** Tells that it went wrong. */
  error(message: string): Promise<Ack>;
  /** Gives the call back: it is offered again. */
  release(): Promise<Ack>;
}

/** What a handler of a front-end tool is told beside the arguments. */
export interface ToolContext {
  readonly callId: string;
  readonly name: string;
  readonly turn: string | undefined;
  /** Aborts when the call is not ours any more: what the handler brings after that is thrown away. */
  readonly signal: AbortSignal;
}

/** Executes a front-end tool: what it returns is the result, what it throws is the error. */
export type ToolHandler = (args: unknown, context: ToolContext) => unknown;

/**
 * What people do with a session.
 *
 * Like every command these survive reconnects: a command is sent again with the same id until it is answered, and takes effect
 * once. It rejects with a `SessionmeshError`: a code of the server, `outbox_full`, `too_large`, or `closed`. After `id_expired`
 * (the session forgot this client while the answer was out) and `closed` it is unknown whether it took effect. Commands are sent
 * in order; one that the server asks to retry may be overtaken by later ones.
 */
export interface SessionCommands {
  /** Sends a message of a person. @param options `policy`: what to do when a turn is running; default: the session's */
  input(text: string, options?: { readonly policy?: InputPolicy }): Promise<Ack>;
  /** Does a turn again with other words, on a branch beside it. Default policy: `interrupt`. */
  edit(turn: string, text: string, options?: { readonly policy?: RedoPolicy }): Promise<Ack>;
  /** Does a turn again with the same words, on a branch beside it. Default policy: `interrupt`. */
  regenerate(turn: string, options?: { readonly policy?: RedoPolicy }): Promise<Ack>;
  /** Goes on with the branch of this turn. `turn_active` while a turn is running. */
  selectBranch(turn: string): Promise<Ack>;
  /** Runs a waiting turn before another one, or last. */
  reorder(turn: string, before?: string): Promise<Ack>;
  /** Takes a waiting turn back. `too_late` when it runs. */
  withdraw(turn: string): Promise<Ack>;
  /** Cancels a turn, by default the running one. Rejects only where the answer is unknown. */
  cancel(turn?: string): Promise<CancelAnswer>;
  /** Tells the running turn something while it works. Resolves when it is known whether the turn took it up: at its end at the latest. */
  steer(instruction: string, turn?: string): Promise<SteerReceipt>;

  /** Approves a pending call, or several, all or none. `already_decided` tells in `details` who was first. */
  approve(calls: string | readonly string[], options?: ApproveOptions): Promise<Ack>;
  /** Rejects a pending call, or several, all or none. */
  reject(calls: string | readonly string[], reason?: string, options?: Pick<ApproveOptions, 'argumentsHash'>): Promise<Ack>;
  /** Lets another user decide as well. */
  delegate(callId: string, to: string): Promise<Ack>;
  /** From now on the tool needs approvals again. */
  revokeGrant(grant: string): Promise<Ack>;
  /** Says what became of a call in doubt (`awaiting_settlement`). */
  settle(callId: string, settlement: Settlement): Promise<Ack>;

  /**
   * Executes the front-end calls of a tool in this tab, from now on: takes those that are offered, unless another tab was faster,
   * runs the handler once for each that it took, and hands in what it brings. A call that was lost to the clock (the tab was cut
   * off) is taken again while its handler still runs; the handler is not run again.
   *
   * Calls for another class of devices than `attach`'s `device` are left alone. Returns a function that ends it; calls that are
   * being executed go on.
   *
   * @throws SessionmeshError `bad_option` when the tool has a handler already
   */
  executeTool(name: string, handler: ToolHandler): () => void;
  /** Takes a front-end call, to execute it by hand. `already_claimed` tells in `details` who has it. */
  toolClaim(callId: string): Promise<ToolClaim>;
  /** Hands in the result of a front-end call, any JSON value; the first result wins. */
  toolResult(callId: string, result: unknown): Promise<Ack>;
  /** Tells that a front-end call went wrong. */
  toolError(callId: string, message: string): Promise<Ack>;
}
