import type { Mesh, Timeline, TimelineEvent } from '../src/operator.js';

/** A stretch of time in which a node was a member. */
export interface Stay {
  readonly from: number;
  /** Undefined: it still is. */
  readonly to: number | undefined;
  /** When it began is not known: nobody that is here saw it. */
  readonly open: boolean;
  /** It was asked to leave, so its end is no loss. */
  readonly asked: boolean;
}

export interface Mark {
  readonly at: number;
  readonly kind: TimelineEvent['kind'];
  readonly text: string;
}

/** A node's row in the picture of the membership. */
export interface Lane {
  readonly node: string;
  readonly stays: readonly Stay[];
  readonly marks: readonly Mark[];
}

const MARKS: readonly string[] = ['draining', 'stayed', 'leaving', 'quorum_lost', 'quorum_back', 'merging', 'merged', 'put_aside', 'partitions_lost', 'partitions_back'];

/**
 * What the events say of each node, from `since` on.
 *
 * A node that nobody saw joining was there before whoever is here began to look.
 */
export function lanesOf(timeline: Timeline, mesh: Mesh, since: number): readonly Lane[] {
  const events = [...timeline.events].reverse();
  const present = new Map(mesh.nodes.map((node) => [node.name, Date.parse(node.startedAt)]));
  const names = new Set([...present.keys(), ...mesh.missing.map((each) => each.name), ...events.map((event) => event.node).filter((name) => name !== '')]);
  return [...names].sort(byName).map((node) => {
    const own = events.filter((event) => event.node === node);
    return { node, stays: staysOf(own, present.get(node), since), marks: own.filter(({ kind }) => MARKS.includes(kind)).map(mark).filter(({ at }) => at >= since) };
  });
}

function staysOf(own: readonly TimelineEvent[], startedAt: number | undefined, since: number): readonly Stay[] {
  const stays: Stay[] = [];
  let from: number | undefined;
  let asked = false;
  for (const { kind, at } of own) {
    const when = Date.parse(at);
    if (kind === 'joined' || kind === 'started') {
      // What it tells of its own start comes after the others saw it join.
      from ??= when;
    } else if (kind === 'draining') {
      asked = true;
    } else if (kind === 'stayed') {
      asked = false;
    } else if (kind === 'left') {
      stays.push({ from: Math.max(from ?? since, since), to: when, open: from === undefined, asked });
      from = undefined;
      asked = false;
    }
  }
  if (startedAt !== undefined) stays.push({ from: Math.max(from ?? startedAt, since), to: undefined, open: false, asked });
  return stays.filter((stay) => stay.to === undefined || stay.to >= since);
}

function mark({ at, kind, text }: TimelineEvent): Mark {
  return { at: Date.parse(at), kind, text };
}

/** `n2` before `n10`. */
export function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Since when to draw: what happened last fills the picture, a quarter of an hour at least. */
export function sinceOf(timeline: Timeline, now: number): number {
  const first = timeline.events.map(({ at }) => Date.parse(at)).reduce((least, at) => Math.min(least, at), now);
  const span = Math.min(Math.max(now - first, 60_000) * 1.05, 24 * 3_600_000);
  return now - span;
}
