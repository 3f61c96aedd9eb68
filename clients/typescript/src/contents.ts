import type { Conversation, Message, Steer, TimelineEntry, ToolCall, Turn } from './conversation.js';
import { isActive } from './conversation.js';
import type { Tree } from './tree.js';
import { branchesOf, chainOf, grown, pathOf, withItems } from './tree.js';

/** What was said before its turn was known. */
const SOMEWHERE = '?';

interface Contents {
  readonly messages: readonly Message[];
  readonly toolCalls: readonly ToolCall[];
  readonly steers: readonly Steer[];
}

/** Shows what is on the path of another tree, in its order, and keeps the rest aside. */
export function arranged(before: Conversation, tree: Tree): Conversation {
  const { hidden } = before.tree;
  const timeline = pathOf(tree).flatMap((node) => node.items);
  const messages = split([...before.messages, ...hidden.messages], ids(timeline, 'message'), (each) => each.messageId);
  const toolCalls = split([...before.toolCalls, ...hidden.toolCalls], ids(timeline, 'tool_call'), (each) => each.callId);
  const steers = split([...before.steers, ...hidden.steers], ids(timeline, 'steer'), (each) => each.id);
  return derived({
    ...before,
    timeline,
    messages: messages.shown,
    toolCalls: toolCalls.shown,
    steers: steers.shown,
    branches: branchesOf(tree),
    tree: { ...tree, hidden: { messages: messages.aside, toolCalls: toolCalls.aside, steers: steers.aside } },
  });
}

/** Adds a message, or replaces the one with its id. */
export function withMessage(before: Conversation, message: Message, turn = message.turn): Conversation {
  const known = mapped(before, 'messages', (each) => each.messageId === message.messageId, () => message);
  return known ?? added(before, turn, { kind: 'message', id: message.messageId }, { messages: [message], toolCalls: [], steers: [] });
}

export function withSteer(before: Conversation, steer: Steer): Conversation {
  return added(before, steer.turn, { kind: 'steer', id: steer.id }, { messages: [], toolCalls: [], steers: [steer] });
}

/** Adds or changes a tool call. */
export function withCall(before: Conversation, callId: string, change: (call: ToolCall) => ToolCall): Conversation {
  const known = mapped(before, 'toolCalls', (each) => each.callId === callId, change);
  if (known !== undefined) return derived(known);
  const call = change(newCall(callId));
  return derived(added(before, call.turn, { kind: 'tool_call', id: callId }, { messages: [], toolCalls: [call], steers: [] }));
}

/** Adds or changes a turn. */
export function withTurn(before: Conversation, id: string, change: (turn: Turn) => Turn): Conversation {
  const index = lastIndex(before.turns, (each) => each.id === id);
  const turns = index >= 0 ? replaced(before.turns, index, change(before.turns[index] as Turn)) : [...before.turns, change(newTurn(id))];
  return derived({ ...before, turns });
}

/** Changes the newest entry that matches, wherever it is kept; undefined when there is none. */
export function mapped<K extends keyof Contents>(
  before: Conversation,
  kind: K,
  matches: (entry: Contents[K][number]) => boolean,
  change: (entry: Contents[K][number]) => Contents[K][number],
): Conversation | undefined {
  const shown = before[kind] as readonly Contents[K][number][];
  const index = lastIndex(shown, matches);
  if (index >= 0) return { ...before, [kind]: replaced(shown, index, change(shown[index] as Contents[K][number])) };
  const { hidden } = before.tree;
  const aside = hidden[kind] as readonly Contents[K][number][];
  const place = lastIndex(aside, matches);
  if (place < 0) return undefined;
  const changed = { ...hidden, [kind]: replaced(aside, place, change(aside[place] as Contents[K][number])) };
  return { ...before, tree: { ...before.tree, hidden: changed } };
}

/** Nothing more will be added to the messages of a turn that were begun so far. */
export function completed(before: Conversation, turn: string): Conversation {
  return everyMessage(before, (each) => (each.turn === turn && each.status === 'streaming' ? { ...each, status: 'complete' } : each));
}

/** Changes messages wherever they are kept; those that stay the same object stay. */
export function everyMessage(before: Conversation, change: (message: Message) => Message): Conversation {
  const messages = before.messages.map(change);
  const aside = before.tree.hidden.messages.map(change);
  const same = messages.every((each, at) => each === before.messages[at]) && aside.every((each, at) => each === before.tree.hidden.messages[at]);
  return same ? before : { ...before, messages, tree: { ...before.tree, hidden: { ...before.tree.hidden, messages: aside } } };
}

/** Drops the oldest entries beyond `limit`, with everything that belongs to them; of other branches, the oldest turns. */
export function bounded(before: Conversation, limit: number): Conversation {
  const excess = before.timeline.length - limit;
  const { hidden } = before.tree;
  const tooMuchAside = hidden.messages.length + hidden.toolCalls.length + hidden.steers.length > limit;
  if (excess <= 0 && !tooMuchAside) return before;
  const gone = new Set(before.timeline.slice(0, Math.max(0, excess)).map(keyOf));
  const chain = new Set(chainOf(before.tree).map((node) => node.turn));
  const nodes = new Map(before.tree.nodes);
  for (const [turn, node] of nodes) {
    if (tooMuchAside && !chain.has(turn)) nodes.delete(turn);
    else nodes.set(turn, { ...node, items: node.items.filter((item) => !gone.has(keyOf(item))) });
  }
  // The path may begin later now, but it must not have holes.
  for (const { turn } of chainOf(before.tree)) {
    if (turn === before.tree.leaf || (nodes.get(turn)?.items.length ?? 0) > 0) break;
    nodes.delete(turn);
  }
  const rest = pruned(before, { ...before.tree, nodes });
  const needed = new Set([...rest.messages, ...rest.toolCalls, ...rest.tree.hidden.messages].map((each) => each.turn));
  return derived({ ...rest, turns: rest.turns.filter((turn) => needed.has(turn.id) || isActive(turn.status)), dropped: before.dropped + Math.max(0, excess) });
}

/** Without what no turn refers to any more. */
export function referred(before: Conversation): Conversation {
  const kept = new Set([...before.tree.nodes.values()].flatMap((node) => node.items.map(keyOf)));
  const keep = (contents: Contents): Contents => ({
    messages: contents.messages.filter((each) => kept.has(keyOf({ kind: 'message', id: each.messageId }))),
    toolCalls: contents.toolCalls.filter((each) => kept.has(keyOf({ kind: 'tool_call', id: each.callId }))),
    steers: contents.steers.filter((each) => kept.has(keyOf({ kind: 'steer', id: each.id }))),
  });
  return { ...before, ...keep(before), tree: { ...before.tree, hidden: keep(before.tree.hidden) } };
}

/** As `arranged`, and what the other tree does not refer to is gone for good. */
export function pruned(before: Conversation, tree: Tree): Conversation {
  return arranged(referred({ ...before, tree: { ...before.tree, nodes: tree.nodes } }), tree);
}

/** What follows from turns and calls. */
export function derived(before: Conversation): Conversation {
  const waits = (call: ToolCall) => call.state === 'awaiting_approval';
  return {
    ...before,
    approvals: [...before.toolCalls.filter(waits), ...before.tree.hidden.toolCalls.filter(waits)],
    activeTurn: before.turns.find((turn) => isActive(turn.status) && turn.status !== 'received') ??
      before.turns.find((turn) => isActive(turn.status)),
    queue: before.turns.filter((turn) => turn.status === 'received'),
  };
}

function added(before: Conversation, turn: string | undefined, entry: TimelineEntry, content: Contents): Conversation {
  const id = turn ?? (before.tree.leaf || SOMEWHERE);
  const tree = withItems(grown(before.tree, id), id, [entry]);
  if (tree.leaf === id && before.tree.nodes.has(id)) {
    const { messages, toolCalls, steers } = content;
    return {
      ...before,
      messages: messages.length === 0 ? before.messages : [...before.messages, ...messages],
      toolCalls: toolCalls.length === 0 ? before.toolCalls : [...before.toolCalls, ...toolCalls],
      steers: steers.length === 0 ? before.steers : [...before.steers, ...steers],
      timeline: [...before.timeline, entry],
      tree,
    };
  }
  const { hidden } = before.tree;
  const aside = {
    messages: [...hidden.messages, ...content.messages],
    toolCalls: [...hidden.toolCalls, ...content.toolCalls],
    steers: [...hidden.steers, ...content.steers],
  };
  return arranged({ ...before, tree: { ...before.tree, hidden: aside } }, tree);
}

function newTurn(id: string): Turn {
  return {
    id,
    status: 'received',
    recovering: false,
    runEpoch: 0,
    runner: undefined,
    takeovers: 0,
    input: undefined,
    code: undefined,
    reason: undefined,
    by: undefined,
    askedBy: undefined,
    replaces: undefined,
    steps: 0,
    usage: undefined,
  };
}

function newCall(callId: string): ToolCall {
  return {
    callId,
    turn: undefined,
    name: '',
    arguments: undefined,
    executor: undefined,
    state: 'requested',
    needsApproval: undefined,
    approval: undefined,
    deadline: undefined,
    decision: undefined,
    decidedBy: undefined,
    decidedAt: undefined,
    reason: undefined,
    grant: undefined,
    target: undefined,
    claim: undefined,
    claims: 0,
    settledBy: undefined,
    result: undefined,
    error: undefined,
  };
}

function keyOf(entry: TimelineEntry): string {
  return `${entry.kind} ${entry.id}`;
}

function ids(timeline: readonly TimelineEntry[], kind: TimelineEntry['kind']): readonly string[] {
  return timeline.filter((entry) => entry.kind === kind).map((entry) => entry.id);
}

/** Those with one of these ids, in the order of the ids, and the others. */
function split<T>(all: readonly T[], order: readonly string[], idOf: (each: T) => string): { shown: readonly T[]; aside: readonly T[] } {
  const byId = new Map(all.map((each) => [idOf(each), each]));
  const shown = order.flatMap((id) => byId.get(id) ?? []);
  const visible = new Set(order);
  return { shown, aside: all.filter((each) => !visible.has(idOf(each))) };
}

function replaced<T>(list: readonly T[], index: number, value: T): readonly T[] {
  const copy = list.slice();
  copy[index] = value;
  return copy;
}

function lastIndex<T>(list: readonly T[], matches: (value: T) => boolean): number {
  for (let index = list.length - 1; index >= 0; index--) {
    if (matches(list[index] as T)) return index;
  }
  return -1;
}
