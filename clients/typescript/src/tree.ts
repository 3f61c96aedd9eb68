import type { Branch, Message, Steer, TimelineEntry, ToolCall } from './conversation.js';

/** Before the first turn. */
const ROOT = '';

/** A turn and what was said in it. */
export interface TreeNode {
  readonly turn: string;
  readonly parent: string;
  readonly items: readonly TimelineEntry[];
  readonly retracted: boolean;
  /** False for a branch of which a snapshot told nothing but its name. */
  readonly known: boolean;
}

/**
 * The turns of a conversation: each follows another one, and turns that were done again stand beside each other. One path through
 * it, up to the leaf, is the conversation as it goes on. The same rules as the server's.
 */
export interface Tree {
  readonly nodes: ReadonlyMap<string, TreeNode>;
  readonly leaf: string;
  /** By turn, the one of those that follow it which was chosen last. */
  readonly chosen: ReadonlyMap<string, string>;
  /** What is not on the path. */
  readonly hidden: { readonly messages: readonly Message[]; readonly toolCalls: readonly ToolCall[]; readonly steers: readonly Steer[] };
  /** The path leads through something that is not known here: only a snapshot can show it. */
  readonly incomplete: boolean;
}

export const EMPTY_TREE: Tree = {
  nodes: new Map(),
  leaf: ROOT,
  chosen: new Map(),
  hidden: { messages: [], toolCalls: [], steers: [] },
  incomplete: false,
};

/** The tree with this turn; one that is new follows what was said last. */
export function grown(tree: Tree, turn: string): Tree {
  if (tree.nodes.has(turn)) return tree;
  const node = { turn, parent: tree.leaf, items: [], retracted: false, known: true };
  return chosen({ ...tree, nodes: new Map(tree.nodes).set(turn, node) }, turn);
}

/** The tree after a turn was asked for; `replaces` names the one that it stands beside. */
export function received(before: Tree, turn: string, replaces: string | undefined): Tree {
  const tree = grown(before, turn);
  if (replaces === undefined) return chosen(tree, turn);
  const beside = tree.nodes.get(replaces);
  if (beside === undefined) return { ...chosen(tree, turn), incomplete: true };
  // Its words came first, and seemed to follow what was said last.
  const choices = new Map(tree.chosen);
  choices.delete(tree.nodes.get(turn)?.parent ?? ROOT);
  return chosen(changed({ ...tree, chosen: choices }, turn, (node) => ({ ...node, parent: beside.parent })), turn);
}

/** Goes over to the branch of a turn, as far as it was gone. */
export function selected(before: Tree, turn: string): Tree {
  if (!before.nodes.has(turn)) return { ...before, incomplete: true };
  const tree = chosen(before, turn);
  let leaf = turn;
  for (let next = tree.chosen.get(leaf); next !== undefined; next = tree.chosen.get(leaf)) leaf = next;
  const after = { ...tree, leaf };
  return { ...after, incomplete: after.incomplete || pathOf(after).some((node) => !node.known) };
}

/** Turns that wait follow each other in another order. */
export function reordered(tree: Tree, turns: readonly string[]): Tree {
  const known = turns.filter((turn) => tree.nodes.has(turn));
  const first = known.map((turn) => tree.nodes.get(turn)?.parent ?? ROOT).find((parent) => !known.includes(parent));
  const nodes = new Map(tree.nodes);
  const choices = new Map(tree.chosen);
  let before = first ?? ROOT;
  for (const turn of known) {
    nodes.set(turn, { ...(nodes.get(turn) as TreeNode), parent: before });
    choices.set(before, turn);
    before = turn;
  }
  if (!known.includes(tree.leaf)) return { ...tree, nodes, chosen: choices };
  choices.delete(before);
  return { ...tree, nodes, chosen: choices, leaf: before };
}

/** A turn is no part of the conversation any more, and never will be again. */
export function retracted(tree: Tree, turn: string): Tree {
  return changed(grown(tree, turn), turn, (node) => ({ ...node, retracted: true, items: [] }));
}

/** Adds something to what was said in a turn. */
export function withItems(tree: Tree, turn: string, items: readonly TimelineEntry[]): Tree {
  return changed(grown(tree, turn), turn, (node) => ({ ...node, items: [...node.items, ...items] }));
}

/** Takes something out of every turn. */
export function withoutItem(tree: Tree, gone: (entry: TimelineEntry) => boolean): Tree {
  const nodes = new Map(tree.nodes);
  for (const [turn, node] of nodes) if (node.items.some(gone)) nodes.set(turn, { ...node, items: node.items.filter((item) => !gone(item)) });
  return { ...tree, nodes };
}

/** Names turns that stand beside one of the path, of which nothing else is known. */
export function withSiblings(tree: Tree, turn: string, beside: readonly string[]): Tree {
  const parent = tree.nodes.get(turn)?.parent;
  if (parent === undefined) return tree;
  const nodes = new Map(tree.nodes);
  for (const other of beside) if (!nodes.has(other)) nodes.set(other, { turn: other, parent, items: [], retracted: false, known: false });
  return { ...tree, nodes };
}

/** The turns of the conversation as it goes on, from the first. */
export function pathOf(tree: Tree): readonly TreeNode[] {
  return chainOf(tree).filter((node) => !node.retracted);
}

/** The path, with the retracted turns on the way. */
export function chainOf(tree: Tree): readonly TreeNode[] {
  const chain: TreeNode[] = [];
  for (let node = tree.nodes.get(tree.leaf); node !== undefined; node = tree.nodes.get(node.parent)) chain.push(node);
  return chain.reverse();
}

/** The turns of the path that have others beside them. */
export function branchesOf(tree: Tree): readonly Branch[] {
  const byParent = new Map<string, string[]>();
  for (const { turn, parent, retracted: gone } of tree.nodes.values()) {
    if (!gone) byParent.set(parent, [...(byParent.get(parent) ?? []), turn]);
  }
  return pathOf(tree)
    .map(({ turn, parent }) => ({ turn, beside: inOrder(byParent.get(parent) ?? []) }))
    .filter(({ beside }) => beside.length > 1);
}

/** Turns are numbered; a snapshot names those of the path before the others. */
function inOrder(turns: readonly string[]): readonly string[] {
  return [...turns].sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)) || 0);
}

function chosen(tree: Tree, turn: string): Tree {
  const choices = new Map(tree.chosen);
  for (let node = tree.nodes.get(turn); node !== undefined; node = tree.nodes.get(node.parent)) choices.set(node.parent, node.turn);
  return { ...tree, leaf: turn, chosen: choices };
}

function changed(tree: Tree, turn: string, change: (node: TreeNode) => TreeNode): Tree {
  return { ...tree, nodes: new Map(tree.nodes).set(turn, change(tree.nodes.get(turn) as TreeNode)) };
}
