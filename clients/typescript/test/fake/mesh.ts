import type { Clock } from '../../src/clock.js';
import type { Event } from './session.js';
import { FakeSession } from './session.js';

/** The server's side of a connection, whatever carries it. */
export interface Peer {
  /** Who says to be at the other end. */
  readonly user?: string | undefined;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** The refusal of an attach to a session that is not there. */
const noSession = { code: 'session_not_found', message: 'no such session', retryable: false };

const BEARER = 'sessionmesh.bearer.';

const unauthorized = { type: 'error', code: 'unauthorized', message: 'no or bad credentials', retryable: false };

interface Cursor {
  session: FakeSession;
  sent: number;
  client: string;
  stop: () => void;
}

/** Faults that tests switch on. */
export interface Faults {
  /** Changes, drops or repeats the frames of a node on their way out. */
  outgoing: ((frame: Record<string, unknown>, node: string) => readonly Record<string, unknown>[]) | undefined;
  /** The node takes commands but does not answer them. */
  muteAnswers: boolean;
  /** The node says nothing at all. */
  silent: Set<string>;
  /** Code to refuse attaches with, by node. */
  refuseAttach: Map<string, { code: string; retryable: boolean }>;
}

/** A mesh of fake nodes over one durable log per session, speaking the protocol of docs/protocol.md. */
export class FakeMesh {
  readonly clock: Clock;
  readonly nodes = new Map<string, FakeNode>();
  readonly sessions = new Map<string, FakeSession>();
  readonly deleted = new Set<string>();
  readonly faults: Faults = { outgoing: undefined, muteAnswers: false, silent: new Set(), refuseAttach: new Map() };
  /** How long a frame travels to or from a node, in milliseconds, where it is not 1. */
  readonly latencyMs = new Map<string, number>();
  /** The tokens that are good, and until when; undefined lets everybody in. */
  tokens: Map<string, number> | undefined;
  heartbeatMs = 1_000;
  takeoverMs = 300;
  /** The time between two messages of a snapshot, in milliseconds. */
  slowSnapshotMs = 0;
  /** Frames of a backlog are merged at most this many tokens at a time. */
  mergeTokens = 64;

  constructor(clock: Clock, names: readonly string[] = ['n1', 'n2', 'n3']) {
    this.clock = clock;
    for (const name of names) this.nodes.set(name, new FakeNode(name, this));
  }

  /** Makes a token good for so long; from now on nobody is let in without one. */
  grant(token: string, lifeMs = Number.POSITIVE_INFINITY): string {
    this.tokens ??= new Map();
    this.tokens.set(token, this.clock.now() + lifeMs);
    return token;
  }

  /** Takes a token back: connections that live on it end. */
  revoke(token: string): void {
    this.tokens?.delete(token);
    for (const node of this.nodes.values()) for (const connection of [...node.connections]) if (connection.token === token) connection.refuse();
  }

  session(id: string): FakeSession {
    const known = this.sessions.get(id);
    if (known !== undefined) return known;
    // The node that was named last runs the turns, so that tests kill another than the one they are connected to first.
    const pick = () => [...this.nodes.values()].filter((node) => node.alive && !node.draining).at(-1)?.name;
    const session = new FakeSession(id, this.clock, pick);
    this.sessions.set(id, session);
    return session;
  }

  node(name: string): FakeNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  /** kill -9: connections break without a close frame, turns are taken over. */
  kill(name: string): void {
    const node = this.node(name);
    node.alive = false;
    node.dropAll(1006, '');
    for (const session of this.sessions.values()) session.runnerLost(name, this.takeoverMs);
  }

  /** Deletes a session: nobody follows it any more. */
  delete(id: string): void {
    this.deleted.add(id);
    for (const node of this.nodes.values()) for (const connection of node.connections) connection.detached(id);
  }

  start(name: string): void {
    this.node(name).alive = true;
  }

  stop(): void {
    for (const session of this.sessions.values()) session.stop();
    for (const node of this.nodes.values()) node.dropAll(1001, 'stopped');
  }
}

/** One node: accepts connections while it is alive. */
export class FakeNode {
  readonly name: string;
  readonly #mesh: FakeMesh;
  readonly connections = new Set<FakeConnection>();
  alive = true;
  draining = false;
  accepted = 0;

  constructor(name: string, mesh: FakeMesh) {
    this.name = name;
    this.#mesh = mesh;
  }

  accept(peer: Peer, protocols: readonly string[] = []): FakeConnection {
    const connection = new FakeConnection(this, this.#mesh, peer);
    this.connections.add(connection);
    this.accepted += 1;
    const token = protocols.find((each) => each.startsWith(BEARER))?.slice(BEARER.length);
    const expiry = connection.authenticate(token);
    if (expiry === undefined) {
      connection.refuse();
      return connection;
    }
    connection.send({ type: 'welcome', protocol: 1, node: this.name, connection: `${this.name}-${this.accepted}`, heartbeatMs: this.#mesh.heartbeatMs, limits: {}, ...expiry });
    if (this.draining) connection.send({ type: 'goaway', reason: 'draining', withinMs: 1 });
    return connection;
  }

  goaway(withinMs = 1_000): void {
    this.draining = true;
    for (const connection of this.connections) connection.send({ type: 'goaway', reason: 'draining', withinMs });
  }

  dropAll(code: number, reason: string): void {
    for (const connection of [...this.connections]) connection.close(code, reason);
  }
}

/** One connection of a client to a node. */
export class FakeConnection {
  readonly #node: FakeNode;
  readonly #mesh: FakeMesh;
  readonly #peer: Peer;
  readonly #tab: string;
  readonly #cursors = new Map<string, Cursor>();
  readonly received: Record<string, unknown>[] = [];
  /** The one this connection lives on. */
  token: string | undefined;
  #callOffExpiry: () => void = () => undefined;
  #open = true;

  constructor(node: FakeNode, mesh: FakeMesh, peer: Peer) {
    this.#node = node;
    this.#mesh = mesh;
    this.#peer = peer;
    this.#tab = `${node.name}-${node.accepted + 1}`;
  }

  send(frame: Record<string, unknown>): void {
    const { outgoing, silent } = this.#mesh.faults;
    if (!this.#open || silent.has(this.#node.name)) return;
    for (const each of outgoing === undefined ? [frame] : outgoing(frame, this.#node.name)) this.#peer.send(JSON.stringify(each));
  }

  close(code: number, reason: string): void {
    if (!this.#open) return;
    this.gone();
    this.#peer.close(code, reason);
  }

  /** The other side is gone. */
  gone(): void {
    this.#open = false;
    this.#callOffExpiry();
    this.#node.connections.delete(this);
    for (const cursor of this.#cursors.values()) cursor.stop();
    this.#cursors.clear();
  }

  /** Lives on this token from now on, and tells for how long; undefined when it is no good. */
  authenticate(token: string | undefined): { readonly expiresInMs?: number } | undefined {
    const { tokens, clock } = this.#mesh;
    if (tokens === undefined) return {};
    const lifeMs = (tokens.get(token ?? '') ?? 0) - clock.now();
    if (lifeMs <= 0) return undefined;
    this.token = token;
    this.#callOffExpiry();
    if (lifeMs === Number.POSITIVE_INFINITY) return {};
    this.#callOffExpiry = clock.after(lifeMs, () => this.refuse());
    return { expiresInMs: lifeMs };
  }

  /** Its token is no good, or not any more. */
  refuse(): void {
    this.send(unauthorized);
    this.close(4401, 'unauthorized');
  }

  /** Ends an attachment unasked. */
  detached(id: string): void {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) return;
    cursor.stop();
    this.#cursors.delete(id);
    this.send({ type: 'detached', session: id });
  }

  receive(text: string): void {
    if (!this.#open) return;
    const frame = JSON.parse(text) as Record<string, unknown>;
    this.received.push(frame);
    if (frame['type'] === 'ping') return this.send({ type: 'pong', id: frame['id'] });
    if (frame['type'] === 'auth') {
      const expiry = this.authenticate(String(frame['token']));
      return this.send(expiry === undefined ? unauthorized : { type: 'authenticated', ...expiry });
    }
    if (frame['type'] === 'attach') return this.#attach(frame);
    const id = String(frame['session'] ?? [...this.#cursors.keys()][0]);
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) return this.send({ type: 'error', id: frame['id'], session: id, code: 'not_attached' });
    if (frame['type'] === 'detach') {
      return this.detached(id);
    }
    if (frame['type'] === 'presence' || frame['type'] === 'read') {
      cursor.session.presence.say(this.#tab, frame);
      return frame['id'] === undefined ? undefined : this.send({ type: 'ack', id: frame['id'], session: id, seq: 0 });
    }
    const answer = cursor.session.command({ ...frame, session: undefined, claimant: frame['claimant'] ?? cursor.client }, this.#peer.user ?? `tab-${cursor.client}`);
    if (!this.#mesh.faults.muteAnswers) this.send(answer);
  }

  #attach(frame: Record<string, unknown>): void {
    const id = String(frame['session']);
    const refused = this.#mesh.faults.refuseAttach.get(this.#node.name);
    if (refused !== undefined) return this.send({ type: 'error', id: frame['id'], session: id, message: 'refused', ...refused });
    if (this.#mesh.deleted.has(id)) {
      return this.send({ type: 'error', id: frame['id'], session: id, code: 'session_deleted', message: 'it was deleted', retryable: false });
    }
    const session = this.#mesh.sessions.get(id);
    if (session === undefined) return this.send({ type: 'error', id: frame['id'], ...noSession });
    if (this.#cursors.has(id)) return this.send({ type: 'error', id: frame['id'], code: 'already_attached' });
    const after = frame['after'] as number | undefined;
    const pos = frame['pos'] as string | undefined;
    if (after !== undefined && after > session.head) {
      return this.send({ type: 'error', session: id, id: frame['id'], code: 'position_ahead', message: 'beyond the head', retryable: false });
    }
    const client = (frame['client'] as string | undefined) ?? session.newClient();
    const diverged = pos !== undefined && pos.split('/')[0] !== session.history;
    const resumed = (after !== undefined || pos !== undefined) && !diverged;
    const from = after ?? Number(pos?.split('/')[1] ?? 0);
    const cursor: Cursor = { session, sent: resumed ? from : session.head, client, stop: () => undefined };
    this.#cursors.set(id, cursor);
    const base = { type: 'attached', session: id, head: session.head, pos: `${session.history}/${session.head}`, client };
    if (resumed) {
      this.send({ ...base, resumed: true });
    } else {
      const { control, messages } = session.snapshot();
      const why = diverged ? { reason: 'diverged', rewindTo: 2 } : { reason: 'new' };
      this.send({ ...base, resumed: false, ...why, snapshot: control });
      const { slowSnapshotMs } = this.#mesh;
      if (slowSnapshotMs === 0) for (const message of messages) this.send(message);
      else messages.forEach((message, index) => this.#mesh.clock.after(slowSnapshotMs * (index + 1), () => this.send(message)));
    }
    const flush = () => this.#flush(cursor);
    const signal = (each: Record<string, unknown>) => this.send(each);
    session.listeners.add(flush);
    session.signals.add(signal);
    session.presence.join(this.#tab, this.#peer.user ?? client, frame['device'], signal);
    cursor.stop = () => {
      session.presence.leave(this.#tab);
      session.listeners.delete(flush);
      session.signals.delete(signal);
    };
    flush();
  }

  /** Sends what follows the cursor, token runs of one message merged into one frame. */
  #flush(cursor: Cursor): void {
    const { log } = cursor.session;
    while (cursor.sent < log.length) {
      const first = log[cursor.sent] as Event;
      let last = cursor.sent;
      if (first.type === 'token') {
        const sameRun = (event: Event | undefined) => event?.type === 'token' && event['messageId'] === first['messageId'];
        while (last - cursor.sent + 1 < this.#mesh.mergeTokens && sameRun(log[last + 1])) last += 1;
      }
      const run = log.slice(cursor.sent, last + 1);
      cursor.sent = last + 1;
      this.send(
        run.length === 1
          ? first
          : { ...first, from: first.seq, seq: last + 1, text: run.map((event) => event['text']).join('') },
      );
    }
  }
}
