import { NO_PROGRESS, termsOf } from './callfold.js';
import { arranged, withCall, withMessage, withTurn } from './contents.js';
import type { Approval, Conversation, Message, TimelineEntry, ToolCall, ToolCallState, Vote } from './conversation.js';
import { EMPTY_CONVERSATION } from './conversation.js';
import { appended, lyingApart } from './fold.js';
import type { ApprovalTerms, BlobReference, MessageFrame, SnapshotFrame, Target, TurnStatus } from './frames.js';
import type { Tree } from './tree.js';
import { pathOf, withSiblings } from './tree.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * A snapshot on its way in: the conversation so far, and how many message frames are still to come.
 *
 * It is built aside and replaces the old conversation only when it is whole, so that a connection lost half-way changes nothing.
 */
export interface Restoring {
  readonly seq: number;
  readonly remaining: number;
  readonly control: SnapshotFrame;
  /** By turn, the one that stands in its place: the words of a turn that was done again are shown there. */
  readonly instead: ReadonlyMap<string, string>;
  readonly conversation: Conversation;
}

/** The start of a snapshot, before its first message frame. */
export function startRestoring(control: SnapshotFrame): Restoring {
  const instead = new Map(branchesOf(control).flatMap(({ turn, beside }) => beside.filter((each) => each !== turn).map((each) => [each, turn])));
  return { seq: control.seq, remaining: control.messages, control, instead, conversation: EMPTY_CONVERSATION };
}

/** The snapshot after one more message frame. */
export function restore(before: Restoring, frame: MessageFrame): Restoring {
  const known = before.conversation.messages.find((each) => each.messageId === frame.messageId);
  const message: Message = known ?? {
    messageId: frame.messageId,
    role: frame.role,
    turn: frame.turn,
    text: '',
    parts: [],
    status: 'complete',
    actor: frame.actor,
    at: frame.at,
    inputId: text(frame as unknown as Row, 'id'),
    state: frame.state,
    processedAt: frame.processedAt,
  };
  const grown = appended(message, frame.text, frame.kind, frame.part);
  const whole = { ...grown, ...lyingApart(frame.blob), status: frame.status ?? grown.status };
  const turn = frame.turn === undefined ? undefined : (before.instead.get(frame.turn) ?? frame.turn);
  return { ...before, remaining: before.remaining - 1, conversation: withMessage(before.conversation, whole, turn) };
}

/** The conversation of a whole snapshot: turns and tool calls are added to its messages. */
export function restored(whole: Restoring): Conversation {
  const { control } = whole;
  let conversation = whole.conversation;
  for (const row of control.turns ?? []) {
    const id = text(row, 'id') ?? text(row, 'turn');
    if (id === undefined) continue;
    conversation = withTurn(conversation, id, (turn) => ({
      ...turn,
      status: row['status'] === 'recovering' ? 'in_progress' : ((text(row, 'status') as TurnStatus | undefined) ?? turn.status),
      recovering: row['status'] === 'recovering' || row['recovering'] === true,
      runEpoch: number(row, 'runEpoch') ?? turn.runEpoch,
      runner: text(row, 'runner'),
      input: text(row, 'input'),
      code: text(row, 'code'),
      reason: text(row, 'reason'),
      askedBy: text(row, 'by'),
    }));
  }
  let tree = conversation.tree;
  for (const { turn, beside } of branchesOf(control)) tree = withSiblings(tree, turn, beside);
  conversation = { ...conversation, tree, grants: (control.grants ?? []).flatMap(grantOf) };
  for (const row of control.toolCalls ?? []) conversation = withRow(conversation, row, undefined);
  for (const row of control.approvals ?? []) conversation = withRow(conversation, row, 'awaiting_approval');
  // Calls of turns that are on another branch have no place; they stay aside.
  return arranged(conversation, inReadingOrder(conversation, tree));
}

function withRow(before: Conversation, row: Row, state: ToolCallState | undefined): Conversation {
  const callId = text(row, 'callId') ?? text(row, 'id');
  if (callId === undefined) return before;
  return withCall(before, callId, (call) => ({
    ...call,
    turn: text(row, 'turn') ?? call.turn,
    name: text(row, 'name') ?? call.name,
    arguments: row['arguments'] ?? call.arguments,
    executor: (text(row, 'executor') as ToolCall['executor']) ?? call.executor,
    state: state ?? stateOf(row) ?? call.state,
    needsApproval: state !== undefined ? true : row['approval'] === undefined ? call.needsApproval : row['approval'] === 'required',
    approval: state === undefined ? call.approval : approvalOf(row),
    deadline: text(row, 'deadline') ?? call.deadline,
    decision: (text(row, 'decision') as ToolCall['decision']) ?? call.decision,
    decidedBy: text(row, 'decidedBy') ?? text(row, 'by') ?? call.decidedBy,
    decidedAt: text(row, 'at') ?? call.decidedAt,
    reason: state === undefined ? (text(row, 'reason') ?? call.reason) : call.reason,
    target: (row['target'] as Target | undefined) ?? call.target,
    claim: claimOf(row) ?? call.claim,
    claims: number(row, 'claim') ?? call.claims,
    settledBy: text(row, 'by') ?? call.settledBy,
    result: row['result'] ?? call.result,
    error: text(row, 'error') ?? call.error,
    ...lyingApart((row['blob'] as BlobReference | undefined) ?? call.blob),
  }));
}

function claimOf(row: Row): ToolCall['claim'] {
  const claimant = text(row, 'claimant');
  return claimant === undefined ? undefined : { by: text(row, 'claimedBy'), claimant, deadline: undefined };
}

/** The progress of a pending approval, from a row of a document. */
export function approvalOf(row: Row): Approval {
  return {
    ...NO_PROGRESS,
    ...termsOf(row as ApprovalTerms),
    votes: (row['votes'] as readonly Vote[] | undefined) ?? [],
    delegates: names(row, 'delegates'),
    escalated: row['escalated'] === true,
    escalatedTo: names(row, 'escalatedTo'),
    escalateAt: text(row, 'escalateAt'),
  };
}

function grantOf(row: Row): Conversation['grants'] {
  const [grant, tool] = [text(row, 'grant'), text(row, 'tool')];
  return grant === undefined || tool === undefined ? [] : [{ grant, tool, by: text(row, 'by'), at: text(row, 'at') }];
}

function branchesOf(control: SnapshotFrame): readonly { readonly turn: string; readonly beside: readonly string[] }[] {
  return (control.branches ?? []).map((row) => ({ turn: text(row, 'turn') ?? '', beside: names(row, 'beside') }));
}

/** An open call in doubt waits for a person until its deadline; an ended one has none. */
function stateOf(row: Row): ToolCallState | undefined {
  const [word, decision] = [text(row, 'status'), text(row, 'decision')];
  switch (word) {
    case 'in_doubt':
      return row['deadline'] === undefined ? word : 'awaiting_settlement';
    case 'awaiting_approval':
    case 'started':
    case 'requested':
    case 'ok':
    case 'error':
    case 'rejected':
    case 'cancelled':
      return word;
    case 'settled':
      return decision === 'rejected' ? 'rejected' : decision === undefined || decision === 'approved' ? 'ok' : 'cancelled';
    case undefined:
      return undefined;
    default:
      return 'requested';
  }
}

/**
 * A snapshot does not say where between the messages a tool call happened. An agent mostly speaks, calls, and speaks about the
 * result: so one call is placed after each message of its turn, and what is left after the last one.
 */
function inReadingOrder(conversation: Conversation, tree: Tree): Tree {
  const users = new Set(conversation.messages.filter((message) => message.role === 'user').map((message) => message.messageId));
  const all = [...conversation.toolCalls, ...conversation.tree.hidden.toolCalls];
  const nodes = new Map(tree.nodes);
  for (const node of pathOf(tree)) {
    const calls = all.filter((call) => call.turn === node.turn).map(entryOf);
    const messages = node.items.filter((item) => item.kind === 'message');
    const items = messages.flatMap((item, index) => {
      const last = index === messages.length - 1;
      return users.has(item.id) && !last ? [item] : [item, ...calls.splice(0, last ? calls.length : 1)];
    });
    nodes.set(node.turn, { ...node, items: [...items, ...calls] });
  }
  return { ...tree, nodes };
}

function entryOf(call: ToolCall): TimelineEntry {
  return { kind: 'tool_call', id: call.callId };
}

function text(row: Row, field: string): string | undefined {
  const value = row[field];
  return typeof value === 'string' ? value : undefined;
}

function number(row: Row, field: string): number | undefined {
  const value = row[field];
  return typeof value === 'number' ? value : undefined;
}

function names(row: Row, field: string): readonly string[] {
  const value = row[field];
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
