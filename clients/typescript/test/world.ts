import assert from 'node:assert/strict';
import type { Connection, ConnectOptions, LoggedEvent, Session, UnknownEvent } from '../src/index.js';
import { connect } from '../src/index.js';
import { VirtualClock } from './fake/clock.js';
import { FakeMesh } from './fake/mesh.js';
import { socketsTo } from './fake/socket.js';

/** A fake mesh of three nodes, time that the test moves, and a client for it. */
export function world(options: Partial<ConnectOptions> & { names?: readonly string[] } = {}) {
  const clock = new VirtualClock();
  const mesh = new FakeMesh(clock, options.names);
  const sockets = socketsTo(mesh);
  const urls = [...mesh.nodes.keys()].map((name) => `http://${name}:80`);
  const client = (more: Partial<ConnectOptions> = {}): Connection =>
    connect({ urls, WebSocket: sockets, clock, random: seeded(7), ...options, ...more });
  return { clock, mesh, sockets, urls, client, session: mesh.session('s1') };
}

/** Numbers that look random and are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Records what a session tells, and checks on the way that its log comes gap-free and without repetition. */
export function record(session: Session) {
  const events: (LoggedEvent | UnknownEvent)[] = [];
  const notes: string[] = [];
  let last: number | undefined;
  session.on('reset', (reset) => {
    notes.push(`reset ${reset.reason}`);
    last = undefined;
  });
  session.on('event', (event) => {
    if (last !== undefined) assert.equal(event.from ?? event.seq, last + 1, 'the app sees every seq once, in order');
    last = event.seq;
    events.push(event);
  });
  session.on('gap', (gap) => notes.push(`gap ${gap.expected}->${gap.first}`));
  session.on('state', ({ state }) => notes.push(state));
  session.on('caught_up', (caught) => notes.push(`caught up ${caught.events}`));
  session.on('error', (error) => notes.push(`error ${error.code}`));
  return { events, notes, last: () => last };
}

/** All the text of the agent, in order. */
export function spoken(session: Session): string {
  return session.conversation.messages
    .filter((message) => message.role === 'assistant')
    .map((message) => message.text)
    .join('');
}

/** Whether the newest turn ended. */
export function done(session: Session): boolean {
  return session.conversation.turns.length > 0 && session.conversation.turns.at(-1)?.status === 'completed';
}

/** What `slow n` says. */
export function counted(n: number): string {
  return Array.from({ length: n }, (_, index) => `${index} `).join('');
}
