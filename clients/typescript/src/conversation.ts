import type { ApprovalTerms, BlobReference, Decision, InputState, Target, ToolStatus, TurnStatus, Usage } from './frames.js';
import type { Tree } from './tree.js';
import { EMPTY_TREE } from './tree.js';

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
  /** Of a person's message: whether its turn has begun and ended. */
  readonly state: InputState | undefined;
  /** When its turn began, RFC 3339, where known. */
  readonly processedAt: string | undefined;
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
  /** Who asked for it, where known. */
  readonly askedBy: string | undefined;
  /** The turn in whose place it stands, on another branch. */
  readonly replaces: string | undefined;
  /** Runs of the model that have ended, as far as this tab saw. */
  readonly steps: number;
  readonly usage: Usage | undefined;
}

/** Where a tool call stands; `awaiting_settlement` until a person says what became of a call that had begun when its runner was lost. */
export type ToolCallState = 'requested' | 'awaiting_approval' | 'started' | 'awaiting_settlement' | ToolStatus;

/** One person's approval. */
export interface Vote {
  readonly by: string | undefined;
  /** RFC 3339. */
  readonly at: string | undefined;
}

/** A decision that is or was waited for. */
export interface Approval extends ApprovalTerms {
  /** Those who approved so far; void as soon as somebody edits the arguments. */
  readonly votes: readonly Vote[];
  /** Users who may decide because an approver said so. */
  readonly delegates: readonly string[];
  /** Others were asked as well, because it took too long. */
  readonly escalated: boolean;
  readonly escalatedTo: readonly string[];
  /** RFC 3339, where known. */
  readonly escalateAt: string | undefined;
  /** Reminders so far, as far as this tab saw. */
  readonly reminders: number;
  /** Who changed the arguments last, and what the agent had asked for. */
  readonly edited: { readonly by: string | undefined; readonly original: unknown } | undefined;
}

/** The tab that executes a front-end call. */
export interface Claim {
  readonly by: string | undefined;
  /** The tab's client id. */
  readonly claimant: string;
  /** RFC 3339, of the last news: heartbeats move it and are not told. */
  readonly deadline: string | undefined;
}

/** A call of a tool by the agent, with the decision about it and its result. */
export interface ToolCall {
  readonly callId: string;
  readonly turn: string | undefined;
  readonly name: string;
  readonly arguments: unknown;
  readonly executor: 'client' | 'server' | undefined;
  readonly state: ToolCallState;
  /** Whether a person has to decide first; undefined when unknown. */
  readonly needsApproval: boolean | undefined;
  /** The terms and progress of that, while it is pending and afterwards. */
  readonly approval: Approval | undefined;
  /** RFC 3339; when what it waits for expires. */
  readonly deadline: string | undefined;
  /** Set once somebody decided, or nobody did in time. */
  readonly decision: Decision | undefined;
  readonly decidedBy: string | undefined;
  readonly decidedAt: string | undefined;
  readonly reason: string | undefined;
  /** The grant that decided it, when no person did. */
  readonly grant: string | undefined;
  /** Whose tab may execute it, when it is a front-end call; undefined: anybody's. */
  readonly target: Target | undefined;
  readonly claim: Claim | undefined;
  /** How often a tab took it, as far as this tab saw. */
  readonly claims: number;
  /** Who brought its result, where known. */
  readonly settledBy: string | undefined;
  readonly result: unknown;
  readonly error: string | undefined;
  /** Where the error's text lies when it is too long for the log; `error` is empty then. */
  readonly blob?: BlobReference;
}

/** A tool whose further calls need no approval in this session. */
export interface Grant {
  readonly grant: string;
  readonly tool: string;
  readonly by: string | undefined;
  /** RFC 3339. */
  readonly at: string | undefined;
}

/** A place of the current branch where others begin. */
export interface Branch {
  /** The turn that is shown. */
  readonly turn: string;
  /** All turns that stand there, this one included, oldest first: hand one to `selectBranch`. */
  readonly beside: readonly string[];
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
  /** The run of the model that heard it, from 1. */
  readonly step: number | undefined;
  /** The command id of the input that it was, when the policy `steer` made it an instruction. */
  readonly inputId: string | undefined;
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
 * Messages, calls and steers are those of the current branch; what was retracted or superseded is not among them. The newest
 * `limits.timelineEntries` entries are kept.
 */
export interface Conversation {
  readonly messages: readonly Message[];
  /** All turns, those of other branches included. */
  readonly turns: readonly Turn[];
  readonly toolCalls: readonly ToolCall[];
  readonly steers: readonly Steer[];
  /** Messages, tool calls and steers, turn by turn. */
  readonly timeline: readonly TimelineEntry[];
  /** The tool calls that wait for a decision, oldest first; also those of turns that run on another branch. */
  readonly approvals: readonly ToolCall[];
  /** The turn that is being worked on, if any. */
  readonly activeTurn: Turn | undefined;
  /** The turns that wait, in the order in which they will run. */
  readonly queue: readonly Turn[];
  /** The tools that need no approval any more, oldest grant first. */
  readonly grants: readonly Grant[];
  readonly branches: readonly Branch[];
  /** Entries that were dropped at the top because the limit was reached. */
  readonly dropped: number;
  /** Which turn follows which, and what is not on the current branch. For `evolve`; not for reading. */
  readonly tree: Tree;
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
  queue: [],
  grants: [],
  branches: [],
  dropped: 0,
  tree: EMPTY_TREE,
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
