/** Events about tool calls: their approvals, the tabs that execute them, their results. */

import type { BlobReference, Logged } from './events.js';

/** How an approval ended. */
export type Decision = 'approved' | 'rejected' | 'expired' | 'cancelled';

/** How a tool call ended; `in_doubt` means that it had started and nobody knows whether it took effect. */
export type ToolStatus = 'ok' | 'error' | 'rejected' | 'in_doubt' | 'cancelled';

/** What happens when nobody decides in time: the turn fails, the call is skipped, or the model is told. */
export type OnExpiry = 'fail' | 'skip' | 'ask' | (string & {});

/** Whose tab may execute a front-end call. */
export interface Target {
  /** A user's name, or `asker`: whoever asked for the turn. */
  readonly user?: string;
  /** A class of devices, such as `phone`. */
  readonly device?: string;
}

/** Who may decide about a call, and how. */
export interface ApprovalTerms {
  /** SHA-256 of the arguments, in hex: a decision that names it is about these arguments and no others. */
  readonly argumentsHash?: string;
  /** Why a person has to decide. */
  readonly reason?: string;
  /** Whose turn it is. */
  readonly askedBy?: string;
  /** How many people have to approve. */
  readonly needed?: number;
  /** `user:NAME` or `role:NAME`; absent: whoever may approve in this session. */
  readonly approvers?: readonly string[];
  /** Whoever asked may not decide. */
  readonly separateDuty?: boolean;
  readonly onExpiry?: OnExpiry;
}

/** The agent calls a tool. */
export interface ToolCallEvent extends Logged {
  readonly type: 'tool_call';
  readonly turn: string;
  readonly callId: string;
  readonly name: string;
  readonly arguments?: unknown;
  readonly executor?: 'client' | 'server';
  readonly approval?: 'none' | 'required';
  readonly target?: Target;
  /** It may be run again after its runner was lost. */
  readonly idempotent?: boolean;
}

/** A tool call waits for a decision. */
export interface ApprovalEvent extends Logged, ApprovalTerms {
  readonly type: 'approval';
  readonly turn: string;
  readonly callId: string;
  readonly name: string;
  readonly arguments?: unknown;
  /** RFC 3339; afterwards the approval expires. */
  readonly deadline?: string;
  /** When others will be asked, RFC 3339. */
  readonly escalateAt?: string;
  readonly at?: string;
}

/** One of several people that are needed approved. */
export interface ApprovalVoteEvent extends Logged {
  readonly type: 'approval_vote';
  readonly callId: string;
  readonly by?: string;
  readonly approvals?: number;
  readonly needed?: number;
  readonly argumentsHash?: string;
  readonly at?: string;
}

/** Whoever decides wants other arguments. Votes for the earlier ones are void. */
export interface ApprovalEditedEvent extends Logged {
  readonly type: 'approval_edited';
  readonly callId: string;
  readonly by?: string;
  readonly arguments?: unknown;
  readonly argumentsHash?: string;
  readonly originalHash?: string;
  readonly at?: string;
}

/** `to` may decide as well. */
export interface ApprovalDelegatedEvent extends Logged {
  readonly type: 'approval_delegated';
  readonly callId: string;
  readonly by?: string;
  readonly to: string;
}

/** It still waits. */
export interface ApprovalReminderEvent extends Logged {
  readonly type: 'approval_reminder';
  readonly callId: string;
  /** 1, 2, 3 ... */
  readonly no?: number;
}

/** It waited too long: these (`user:NAME` or `role:NAME`) may decide as well. */
export interface ApprovalEscalatedEvent extends Logged {
  readonly type: 'approval_escalated';
  readonly callId: string;
  readonly to?: readonly string[];
}

/** The decision, made exactly once. */
export interface ApprovalResolvedEvent extends Logged {
  readonly type: 'approval_resolved';
  readonly callId: string;
  readonly decision: Decision;
  readonly by?: string;
  readonly reason?: string;
  /** What was decided about. */
  readonly argumentsHash?: string;
  /** The grant that decided it, when no person did. */
  readonly grant?: string;
  readonly at?: string;
}

/** Further calls of a tool need no approval in this session. */
export interface GrantEvent extends Logged {
  readonly type: 'grant';
  readonly grant: string;
  readonly tool: string;
  readonly by?: string;
  readonly at?: string;
}

/** They do again. */
export interface GrantRevokedEvent extends Logged {
  readonly type: 'grant_revoked';
  readonly grant: string;
  readonly by?: string;
}

/** A tab executes a front-end call. */
export interface ToolClaimedEvent extends Logged {
  readonly type: 'tool_claimed';
  readonly callId: string;
  readonly by?: string;
  /** The client id of the tab. */
  readonly claimant: string;
  /** Counts how often the call was taken, from 1. */
  readonly claim: number;
  /** When the claim ends unless the tab sends heartbeats, RFC 3339. */
  readonly deadline?: string;
}

/** It does not any more: the call is offered again. */
export interface ToolReleasedEvent extends Logged {
  readonly type: 'tool_released';
  readonly callId: string;
  readonly claim?: number;
  /** `released` by the tab itself, or `expired`. */
  readonly reason?: 'released' | 'expired' | (string & {});
}

/** A server-side tool began. */
export interface ToolStartedEvent extends Logged {
  readonly type: 'tool_started';
  readonly callId: string;
}

/** A call had begun when its runner was lost: a person has to `settle` it. */
export interface ToolDoubtedEvent extends Logged {
  readonly type: 'tool_doubted';
  readonly callId: string;
  readonly deadline?: string;
}

/** It is run again. */
export interface ToolRetriedEvent extends Logged {
  readonly type: 'tool_retried';
  readonly callId: string;
  readonly by?: string;
}

/** A tool call ended. */
export interface ToolResultEvent extends Logged {
  readonly type: 'tool_result';
  readonly callId: string;
  readonly status: ToolStatus;
  readonly result?: unknown;
  readonly error?: string;
  /** Where the error's text lies; `error` is empty then. */
  readonly blob?: BlobReference;
  readonly by?: string;
}

/** What a server-side tool says of its progress. It has no place in the log, and some of it may be lost. */
export interface ToolProgressSignal {
  readonly type: 'tool_progress';
  readonly session?: string;
  readonly callId: string;
  /** In the tool's own unit. */
  readonly done: number;
  /** When known. */
  readonly total?: number;
  readonly message?: string;
}

/** The logged events about tool calls. */
export type CallEvent =
  | ToolCallEvent
  | ApprovalEvent
  | ApprovalVoteEvent
  | ApprovalEditedEvent
  | ApprovalDelegatedEvent
  | ApprovalReminderEvent
  | ApprovalEscalatedEvent
  | ApprovalResolvedEvent
  | GrantEvent
  | GrantRevokedEvent
  | ToolClaimedEvent
  | ToolReleasedEvent
  | ToolStartedEvent
  | ToolDoubtedEvent
  | ToolRetriedEvent
  | ToolResultEvent;

/** Fields without which such an event cannot be used, and their types. */
export const REQUIRED_OF_CALLS: Readonly<Record<CallEvent['type'], Readonly<Record<string, 'string' | 'number' | 'boolean'>>>> = {
  tool_call: { turn: 'string', callId: 'string', name: 'string' },
  approval: { turn: 'string', callId: 'string', name: 'string' },
  approval_vote: { callId: 'string' },
  approval_edited: { callId: 'string' },
  approval_delegated: { callId: 'string', to: 'string' },
  approval_reminder: { callId: 'string' },
  approval_escalated: { callId: 'string' },
  approval_resolved: { callId: 'string', decision: 'string' },
  grant: { grant: 'string', tool: 'string' },
  grant_revoked: { grant: 'string' },
  tool_claimed: { callId: 'string', claimant: 'string', claim: 'number' },
  tool_released: { callId: 'string' },
  tool_started: { callId: 'string' },
  tool_doubted: { callId: 'string' },
  tool_retried: { callId: 'string' },
  tool_result: { callId: 'string', status: 'string' },
};
