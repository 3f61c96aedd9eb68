/** What goes over HTTP as a document: sessions to be made, sessions as they are, and what waits for a person. */

import type { InputPolicy } from './commands.js';
import type { Message, Vote } from './conversation.js';
import type { ApprovalTerms, BlobReference, LoggedEvent, OnExpiry, Target, TurnStatus, UnknownEvent } from './frames.js';
import type { Attendance } from './presence.js';

/** A session to be made; everything left out is the server's choice. */
export interface SessionSpec {
  readonly id?: string;
  /** Provider and model, such as `scripted:test`. */
  readonly model?: string;
  readonly instructions?: string;
  readonly memory?: string;
  readonly tools?: readonly ToolSpec[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly inputPolicy?: InputPolicy;
  readonly budget?: Budget;
  /** It is never archived, never leaves the memory, and dies with the cluster. */
  readonly ephemeral?: boolean;
  /** How many days after its last event an archive keeps it while it sleeps, if not fewer anyway. */
  readonly retentionDays?: number;
}

/** A tool that the agent may call. */
export interface ToolSpec {
  /** Or `*` with a source `mcp:SERVER`: all of its tools. */
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly executor?: 'client' | 'server';
  /** Where a server-side tool comes from: `mcp:SERVER` or `http:NAME`. */
  readonly source?: string;
  /** It may be run again when its runner was lost. */
  readonly idempotent?: boolean;
  readonly approval?: 'never' | 'always' | ApprovalPolicy;
  /** Whose tab may execute a front-end tool. */
  readonly target?: Target;
}

/** When a tool needs an approval, and whose. */
export interface ApprovalPolicy {
  /** `always`, or a rule of JSON Logic on `{ arguments }`. */
  readonly when?: 'always' | Readonly<Record<string, unknown>>;
  readonly needed?: number;
  /** `user:NAME` or `role:NAME`. */
  readonly approvers?: readonly string[];
  readonly separateDuty?: boolean;
  readonly expiresInMs?: number;
  readonly onExpiry?: OnExpiry;
  readonly remindAfterMs?: number;
  readonly escalateAfterMs?: number;
  readonly escalateTo?: readonly string[];
  readonly reason?: string;
}

/** What may be used up; 0 or left out: as much as it takes. */
export interface BudgetBounds {
  readonly tokens?: number;
  /** In the unit of `price`. */
  readonly cost?: number;
  readonly ms?: number;
  readonly toolCalls?: number;
}

/** What each turn and the session as a whole may use up. */
export interface Budget {
  readonly turn?: BudgetBounds;
  readonly session?: BudgetBounds;
  /** What a million tokens cost, in whatever unit `cost` is. */
  readonly price?: { readonly input?: number; readonly output?: number };
}

/** A session as it stands. */
export interface SessionDocument {
  readonly id: string;
  /** Last place in its log. */
  readonly head: number;
  readonly pos: string;
  readonly model: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputPolicy: InputPolicy;
  readonly ephemeral?: true;
  readonly retentionDays?: number;
  readonly turns: readonly TurnDocument[];
  /** The newest turn. */
  readonly turn?: TurnDocument;
  readonly approvals: readonly Omit<WaitingApproval, 'session'>[];
  readonly toolCalls: readonly Readonly<Record<string, unknown>>[];
  readonly grants: readonly { readonly grant: string; readonly tool: string; readonly by: string; readonly at: string }[];
  readonly branches: readonly { readonly turn: string; readonly beside: readonly string[] }[];
  readonly budget: Budget;
  /** What the session has used up. */
  readonly spent: { readonly steps: number; readonly inputTokens: number; readonly outputTokens: number; readonly toolCalls: number };
  /** The newest entry of its audit chain: how many there are, and the hash that vouches for all of them. */
  readonly audit: { readonly entries: number; readonly hash: string };
}

/** A page of the list of sessions, by id. */
export interface SessionPage {
  readonly sessions: readonly { readonly id: string }[];
  /** The `after` of the next page; absent on the last one. */
  readonly next?: string;
}

/** What sessions are looked for by; all that is given must fit. */
export interface SessionSearch {
  /** Who said something in it. */
  readonly participant?: string | undefined;
  /** Of its current turn, such as `awaiting_approval`, or `idle`. */
  readonly state?: string | undefined;
  /** Of its metadata. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether it is in no memory. */
  readonly asleep?: boolean | undefined;
  /** Changed then or later; milliseconds since 1970 or a text in RFC 3339. */
  readonly since?: Date | number | string | undefined;
  /** Changed then or before. */
  readonly until?: Date | number | string | undefined;
}

/** A page of sessions that were looked for. */
export interface FoundSessions {
  readonly sessions: readonly {
    readonly id: string;
    readonly state: string;
    readonly users: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly head: number;
    readonly asleep: boolean;
    /** What its log takes in the archive, of those that sleep. */
    readonly bytes?: number;
  }[];
  /** The `cursor` of the next page; absent on the last one. */
  readonly next?: string;
}

/** A page of a session's log. */
export interface EventPage {
  /** In order and gap-free; the first one follows the `after` that was asked for. */
  readonly events: readonly (LoggedEvent | UnknownEvent)[];
  /** The last durable seq. */
  readonly head: number;
}

/** The conversation as it goes on. */
export interface MessagesDocument {
  /** The place in the log up to which it was folded. */
  readonly seq: number;
  readonly messages: readonly MessageDocument[];
}

/** A message in a document. */
export interface MessageDocument extends Pick<Message, 'messageId' | 'role' | 'text' | 'status'> {
  readonly turn: string;
  /** RFC 3339. */
  readonly at: string;
  /** Who said it. */
  readonly actor?: string;
  /** Of a person's message: whether its turn has begun and ended. */
  readonly state?: NonNullable<Message['state']>;
  /** When its turn began, RFC 3339. */
  readonly processedAt?: string;
  /** Where the text lies; `text` is empty then. */
  readonly blob?: BlobReference;
  /** All of it in order, when there is more than plain text. */
  readonly parts?: readonly { readonly part: number; readonly kind: string; readonly text: string }[];
}

/** Who is in a session. */
export interface PresenceDocument extends Omit<Attendance, 'more'> {
  readonly session: string;
  /** How many are here that are not listed. */
  readonly more?: number;
  /** Some node did not answer in time. */
  readonly partial?: boolean;
}

/** Opens one WebSocket or event stream as `?ticket=`, on any node. */
export interface Ticket {
  readonly ticket: string;
  /** How long it is good for, in milliseconds, unless it is used before. */
  readonly expiresInMs: number;
}

/** The cluster as one node sees it. */
export interface ClusterView {
  readonly node: string;
  /** Whether this side of the cluster may write. */
  readonly quorum: boolean;
  /** Whether every piece of data has all its copies. */
  readonly safe: boolean;
  readonly nodes: readonly { readonly name: string; readonly url: string; readonly self: boolean }[];
}

/** A turn in a document. */
export interface TurnDocument {
  readonly id: string;
  readonly status: TurnStatus;
  readonly runEpoch: number;
  readonly runner?: string;
  readonly input: string;
  readonly by: string;
  /** RFC 3339. */
  readonly queuedAt: string;
  readonly processedAt?: string;
}

/** An approval that waits, as the inbox and documents tell it. */
export interface WaitingApproval extends ApprovalTerms {
  readonly session: string;
  readonly turn: string;
  readonly callId: string;
  readonly name: string;
  readonly arguments?: unknown;
  readonly votes: readonly Vote[];
  readonly delegates?: readonly string[];
  readonly escalated?: boolean;
  readonly escalatedTo?: readonly string[];
  readonly remindAt?: string;
  readonly escalateAt?: string;
  readonly deadline: string;
  /** When it was asked for, RFC 3339; in an inbox. */
  readonly at?: string;
  /** Its arguments, or those of others, were too long for the document. */
  readonly truncated?: boolean;
}

/** What waits for somebody's decision. */
export interface Inbox {
  readonly approvals: readonly WaitingApproval[];
  /** How many wait beyond these. */
  readonly more?: number;
}

/** The chain of decisions of a session; `./mesh audit verify` checks it offline. */
export interface AuditDocument {
  readonly tenant: string;
  readonly session: string;
  readonly head: SessionDocument['audit'];
  readonly entries: readonly AuditEntry[];
}

/** A decision, or something else that somebody answers for. */
export interface AuditEntry {
  /** From 1. */
  readonly no: number;
  /** Its place in the session's log. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly action: string;
  /** The call or grant. */
  readonly subject: string;
  readonly byKind: 'person' | 'agent' | 'system' | (string & {});
  readonly by: string;
  /** SHA-256 of what it is about, or empty. */
  readonly payloadHash: string;
  /** The text itself, unless it is a blob of that hash. */
  readonly payload?: string;
  readonly detail: string;
  /** The hash of the entry before. */
  readonly previous: string;
  readonly hash: string;
}
