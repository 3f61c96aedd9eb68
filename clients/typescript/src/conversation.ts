import type { BlobReference, Decision, ToolStatus, TurnStatus } from './frames.js';

/** A stretch of a message of one kind. */
export interface MessagePart {
  /** The part's name within its message; the plain text has none. */
  readonly part: number | string | undefined;
  /** `text`, `reasoning`, `tool_arguments`, `data`, or a kind of a newer server. */
  readonly kind: string;
  readonly text: string;
}

/** What a person or the agent said. */
export interface Message {
  readonly messageId: string;
  readonly role: 'user' | 'assistant';
  /** The turn it belongs to, where known. */
  readonly turn: string | undefined;
  /** The plain text so far. */
  readonly text: string;
  /** Where the text lies when it is too long for the log; `text` is empty then. */
  readonly blob?: BlobReference;
  /** Everything that is not plain text, such as reasoning, in the order of its first appearance. */
  readonly parts: readonly MessagePart[];
  readonly status: 'streaming' | 'complete';
  /** Who said it, where known. */
  readonly actor: string | undefined;
  /** RFC 3339, where known. */
  readonly at: string | undefined;
  /** The command id of the input. */
  readonly inputId: string | undefined;
}

/** One run of the agent. */
export interface Turn {
  readonly id: string;
  readonly status: TurnStatus;
  /** The runner was lost and another has not taken over yet. */
  readonly recovering: boolean;
  /** Counts the runners of this turn. */
  readonly runEpoch: number;
  /** Name of the node that runs it, where known. */
  readonly runner: string | undefined;
  /** How often another runner took it over, as far as this tab saw. */
  readonly takeovers: number;
  /** Command id of the input that started it. */
  readonly input: string | undefined;
  /** Why it failed or expired. */
  readonly code: string | undefined;
  readonly reason: string | undefined;
  /** Who cancelled it. */
  readonly by: string | undefined;
  readonly usage: Readonly<Record<string, unknown>> | undefined;
}

/** Where a tool call stands. */
export type ToolCallState = 'requested' | 'awaiting_approval' | 'started' | ToolStatus;

/** A call of a tool by the agent, with the decision about it and its result. */
export interface ToolCall {
  readonly callId: string;
  readonly turn: string | undefined;
  readonly name: string;
  readonly arguments: unknown;
  readonly executor: 'client' | 'server' | undefined;
  readonly state: ToolCallState;
  /** RFC 3339; when the approval expires. */
  readonly deadline: string | undefined;
  /** Set once somebody decided, or nobody did in time. */
  readonly decision: Decision | undefined;
  readonly decidedBy: string | undefined;
  readonly decidedAt: string | undefined;
  readonly reason: string | undefined;
  readonly result: unknown;
  readonly error: string | undefined;
  /** Where the error's text lies when it is too long for the log; `error` is empty then. */
  readonly blob?: BlobReference;
}

/** An instruction given to a running turn. */
export interface Steer {
  readonly id: string;
  /** Its place in the log: what the ack of the command tells, too. */
  readonly seq: number;
  readonly turn: string;
  readonly instruction: string;
  readonly actor: string | undefined;
  /** Whether the turn took it up; undefined until that is known. */
  readonly consumed: boolean | undefined;
}

/** A place in the conversation as people read it, from top to bottom. */
export interface TimelineEntry {
  readonly kind: 'message' | 'tool_call' | 'steer';
  /** The `messageId`, `callId` or steer `id`. */
  readonly id: string;
}

/**
 * The session as folded from its log: immutable values, so that a changed part is a new object and an unchanged one the same.
 *
 * The newest `limits.timelineEntries` entries are kept.
 */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly turns: readonly Turn[];
  readonly toolCalls: readonly ToolCall[];
  readonly steers: readonly Steer[];
  /** Messages, tool calls and steers in the order in which they came. */
  readonly timeline: readonly TimelineEntry[];
  /** The tool calls that wait for a decision, oldest first. */
  readonly approvals: readonly ToolCall[];
  /** The turn that is being worked on, if any. */
  readonly activeTurn: Turn | undefined;
  /** Entries that were dropped at the top because the limit was reached. */
  readonly dropped: number;
}

/** A session in which nothing was said yet. */
export const EMPTY_CONVERSATION: Conversation = {
  messages: [],
  turns: [],
  toolCalls: [],
  steers: [],
  timeline: [],
  approvals: [],
  activeTurn: undefined,
  dropped: 0,
};

/** Whether a turn in this state goes on. */
export function isActive(status: TurnStatus): boolean {
  switch (status) {
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'expired':
      return false;
    case 'received':
    case 'in_progress':
    case 'awaiting_approval':
    case 'awaiting_tool':
    case 'awaiting_input':
      return true;
  }
}
