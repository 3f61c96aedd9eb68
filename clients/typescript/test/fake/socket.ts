import type { WebSocketConstructor, WebSocketLike } from '../../src/link.js';
import type { FakeConnection, FakeMesh } from './mesh.js';

/** A WebSocket constructor whose sockets reach the nodes of a fake mesh: `ws://n1` is the node n1. */
export function socketsTo(mesh: FakeMesh): WebSocketConstructor & { readonly made: MemorySocket[] } {
  const made: MemorySocket[] = [];
  class Socket extends MemorySocket {
    constructor(url: string, protocols: string | string[] = []) {
      super(mesh, url, [protocols].flat());
      made.push(this);
    }
  }
  return Object.assign(Socket, { made });
}

/** A WebSocket in memory; frames arrive in order, one latency after they were sent. */
export class MemorySocket implements WebSocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly url: string;
  /** The subprotocols offered. */
  readonly protocols: readonly string[];
  readonly #mesh: FakeMesh;
  #connection: FakeConnection | undefined;
  #closed = false;

  constructor(mesh: FakeMesh, url: string, protocols: readonly string[]) {
    this.#mesh = mesh;
    this.url = url;
    this.protocols = protocols;
    const node = mesh.nodes.get(new URL(url).hostname);
    this.#later(() => {
      if (this.#closed) return;
      if (node === undefined || !node.alive) return this.#arriveClose(1006, '');
      this.onopen?.({} as never);
      const peer = {
        send: (text: string) => this.#later(() => !this.#closed && this.onmessage?.({ data: text } as never)),
        close: (code: number, reason: string) => this.#later(() => this.#arriveClose(code, reason)),
      };
      this.#connection = node.accept(peer, protocols);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(data: string): void {
    if (this.#connection === undefined) throw new Error('the socket is not open');
    if (!this.#closed) this.#later(() => this.#connection?.receive(data));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // What was sent before arrives before.
    this.#later(() => this.#connection?.gone());
  }

  #arriveClose(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onclose?.({ code, reason } as never);
  }

  #later(action: () => void): void {
    this.#mesh.clock.after(this.#mesh.latencyMs.get(new URL(this.url).hostname) ?? 1, action);
  }
}
