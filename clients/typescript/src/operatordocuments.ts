/** What the nodes tell their operator, as documents. */

import type { TurnStatus } from './frames.js';

/** Names of the nodes that did not answer in time; what they know is missing. */
type Silent = readonly string[];

/** Every node, and those that should be there and are not. */
export interface Mesh {
  /** The one that was asked. */
  readonly node: string;
  readonly nodes: readonly MeshNode[];
  /** `silent`: a member that does not answer; `gone`: it counts for the majority, and is no member. */
  readonly missing: readonly { readonly name: string; readonly why: 'silent' | 'gone' | (string & {}) }[];
  readonly silent: Silent;
}

/** Where a node stands between serving and having left. */
export type NodePhase = 'serving' | 'draining' | 'leaving' | 'left' | (string & {});

/** A node, and what it carries. */
export interface MeshNode {
  readonly name: string;
  /** This start of it. */
  readonly incarnation: string;
  /** Where clients reach it; empty when unknown. */
  readonly url: string;
  readonly zone: string;
  readonly region: string;
  /** Where the other nodes reach it. */
  readonly address: string;
  readonly version: string;
  /** RFC 3339, like all times here. */
  readonly startedAt: string;
  readonly phase: NodePhase;
  readonly connections: number;
  /** What is attached to sessions. */
  readonly tabs: number;
  /** Tabs that have not been handed all that there is. */
  readonly behind: number;
  /** Sessions that its tabs follow; one that is followed on several event loops counts on each. */
  readonly followed: number;
  /** Sessions that it is the primary of, as of two seconds ago. */
  readonly owned: number;
  /** Turns that it runs. */
  readonly turns: number;
  /** How late a timer came on the worst of its event loops in the last ten to twenty seconds. */
  readonly loopLagMs: number;
  readonly heapUsed: number;
  readonly heapMost: number;
  /** It may write. */
  readonly quorum: boolean;
  readonly quorumLosses: number;
  /** The copies of its partitions are in place. */
  readonly safe: boolean;
  readonly lostPartitions: number;
  /** The agreed membership as it knows it; `term` counts how often an operator forced it. */
  readonly view: { readonly term: number; readonly version: number; readonly nodes: readonly string[] };
}

/** What befell the membership, newest first. */
export interface Timeline {
  readonly events: readonly TimelineEvent[];
  readonly silent: Silent;
}

export interface TimelineEvent {
  /** By the clock of whoever saw it first. */
  readonly at: string;
  readonly kind:
    | 'started'
    | 'joined'
    | 'left'
    | 'view'
    | 'quorum_lost'
    | 'quorum_back'
    | 'draining'
    | 'stayed'
    | 'leaving'
    | 'merging'
    | 'merged'
    | 'put_aside'
    | 'partitions_lost'
    | 'partitions_back'
    | 'warning'
    | (string & {});
  /** Whom it befell; empty for all. */
  readonly node: string;
  readonly text: string;
  readonly seenBy: readonly string[];
}

/** Which sessions to find; what is left out does not matter. */
export interface SessionQuery {
  readonly tenant?: string | undefined;
  /** What their ids begin with. */
  readonly prefix?: string | undefined;
  readonly state?: string | undefined;
  /** Only those in which something waits for approval. */
  readonly waiting?: boolean | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** 1 to 200, by default 50. */
  readonly limit?: number | undefined;
}

/** A page of sessions, by tenant and id. */
export interface SessionRows {
  readonly sessions: readonly SessionRow[];
  readonly next?: string;
  readonly silent: Silent;
}

/** A session as an operator sees it: where it stands, and nothing of what was said. */
export interface SessionRow {
  readonly tenant: string;
  readonly id: string;
  /** Of the turn that runs or is next. */
  readonly state: 'idle' | TurnStatus | (string & {});
  readonly turn?: string;
  readonly runEpoch?: number;
  /** The node that runs the turn. */
  readonly runner?: string;
  /** The node that is its primary. */
  readonly owner: string;
  readonly head: number;
  /** Calls that wait for somebody's decision. */
  readonly approvals: number;
  /** Turns that nobody runs yet. */
  readonly queued: number;
  readonly model: string;
  readonly createdAt: string;
  readonly lastAt: string;
  /** Nodes whose tabs follow it. */
  readonly followers: readonly string[];
  /** On all nodes that answered. */
  readonly tabs: number;
}

type Counts = Readonly<Record<string, number>>;

/** How tabs and webhooks are served. */
export interface DeliveryHealth {
  readonly nodes: readonly DeliveryNode[];
  /** How many webhooks of all tenants are in which state, and those that do badly first. */
  readonly webhooks: { readonly states: Counts; readonly webhooks: readonly WebhookHealth[] };
  readonly silent: Silent;
}

/** How a node's tabs are served. Counters grow since it started. */
export interface DeliveryNode {
  readonly name: string;
  readonly tabs: number;
  readonly sessions: number;
  /** Tabs that have not been handed all that there is. */
  readonly behind: number;
  /** Those of them whose connection takes nothing at the moment. */
  readonly heldUp: number;
  readonly slowest: readonly { readonly tenant: string; readonly session: string; readonly events: number; readonly heldUp: boolean }[];
  /** Attachments that went on where they were. */
  readonly resumed: number;
  /** Attachments that began at a snapshot, by the reason. */
  readonly snapshots: Counts;
  /** Reads of the log for tabs that were behind the node's window of recent events. */
  readonly reads: number;
  /** Reads of the log for what the event bus had not brought. */
  readonly backfills: number;
  /** What it refused as the primary of sessions, by code. */
  readonly refused: Counts;
  /** How often which limit was hit. */
  readonly limited: Counts;
}

export interface WebhookHealth {
  readonly tenant: string;
  readonly id: string;
  readonly state: 'ok' | 'failing' | 'paused' | (string & {});
  readonly failingSince?: string;
  readonly pausedAt?: string;
  readonly pausedBecause?: string;
  readonly lastError?: string;
}

type Texts = Readonly<Record<string, string>>;

/** What each node was told, and what it made of that. */
export interface Configurations {
  readonly nodes: readonly NodeConfiguration[];
  readonly silent: Silent;
}

export interface NodeConfiguration {
  readonly name: string;
  readonly versions: Texts;
  /** Without secrets: only whether there are any. */
  readonly settings: Texts;
  readonly limits: Texts;
  /** Of the check when it started. */
  readonly findings: readonly { readonly level: 'error' | 'warning' | (string & {}); readonly code: string; readonly text: string }[];
}

/** The reports of drills that a node was told to show, newest first. */
export interface DrillList {
  /** Whether it was given a directory. */
  readonly shown: boolean;
  readonly reports: readonly DrillEntry[];
}

export interface DrillEntry {
  readonly name: string;
  readonly at: string;
  /** Whether there is an HTML file too. */
  readonly page: boolean;
  readonly drill?: string;
  readonly verdict?: string;
  /** Every promise was kept. */
  readonly correct?: boolean;
  /** And every target met. */
  readonly passed?: boolean;
  readonly nodes?: number;
  readonly sessions?: number;
  readonly tabs?: number;
  /** Why the rest is missing. */
  readonly problem?: string;
}

/** A report of a drill, as `./mesh drill` writes it. */
export interface DrillReport {
  readonly name: string;
  readonly at: string;
  readonly page: boolean;
  readonly report: Readonly<Record<string, unknown>>;
}

export interface DrainAnswer {
  readonly node: string;
  readonly phase: NodePhase;
}
