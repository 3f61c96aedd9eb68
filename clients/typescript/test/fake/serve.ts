import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../src/clock.js';
import { FakeMesh } from './mesh.js';

const PAGE = fileURLToPath(new URL('../../../page', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** A fake mesh behind real ports on the loopback interface, with the control of the demo. */
export interface ServedMesh {
  readonly mesh: FakeMesh;
  /** The page at a node, with the control's address in its hash. */
  readonly page: string;
  stop(): Promise<void>;
}

/** Serves the built page and the fake protocol on three ports, and the control on a fourth. */
export async function serve(names: readonly string[] = ['n1', 'n2', 'n3']): Promise<ServedMesh> {
  const mesh = new FakeMesh(systemClock, names);
  mesh.takeoverMs = 600;
  const token = 'demo-token';
  const ports = new Map<string, number>();
  const servers: Server[] = [];
  for (const name of names) {
    const server = createServer((request, response) => void answer(mesh, name, ports, request, response));
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on('upgrade', (request, socket, head) => {
      if (!mesh.node(name).alive) return void socket.destroy();
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = mesh.node(name).accept({
          user: new URL(request.url ?? '/', 'http://x').searchParams.get('user') ?? undefined,
          send: (text) => webSocket.send(text),
          close: (code, reason) => (code === 1006 ? webSocket.terminate() : webSocket.close(code, reason)),
        });
        webSocket.on('message', (data) => connection.receive(String(data)));
        webSocket.on('close', () => connection.gone());
        webSocket.on('error', () => undefined);
      });
    });
    ports.set(name, await listen(server));
    servers.push(server);
  }
  const control = createServer((request, response) => controlAnswer(mesh, ports, token, request, response));
  servers.push(control);
  const controlPort = await listen(control);
  const hash = new URLSearchParams({ control: `http://127.0.0.1:${controlPort}`, token });
  return {
    mesh,
    page: `http://127.0.0.1:${ports.get(names[0] as string)}/#${hash}`,
    async stop() {
      mesh.stop();
      await Promise.all(servers.map((server) => new Promise((done) => (server.close(done), server.closeAllConnections()))));
    },
  };
}

async function answer(mesh: FakeMesh, name: string, ports: Map<string, number>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!mesh.node(name).alive) return void request.socket.destroy();
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'content-type');
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  if (path === '/v1/cluster') {
    const living = [...mesh.nodes.values()].filter((node) => node.alive);
    const nodes = living.map((node) => ({ name: node.name, url: urlOf(ports, node.name), self: node.name === name }));
    return json(response, 200, { node: name, quorum: living.length * 2 > mesh.nodes.size, safe: true, nodes });
  }
  if (path === '/v1/sessions' && request.method === 'POST') {
    const { id } = JSON.parse(await text(request)) as { id: string };
    const created = !mesh.sessions.has(id);
    const session = mesh.session(id);
    session.tokenMs = 28;
    session.calls.leaseMs = 3_000;
    return json(response, created ? 201 : 200, { id });
  }
  const file = normalize(join(PAGE, path === '/' ? 'index.html' : path));
  const content = file.startsWith(PAGE) ? await readFile(file).catch(() => undefined) : undefined;
  if (content === undefined) return json(response, 404, { error: { code: 'not_found', message: path, retryable: false } });
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(content);
}

function controlAnswer(mesh: FakeMesh, ports: Map<string, number>, token: string, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'x-demo-token');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  if (request.headers['x-demo-token'] !== token) return json(response, 403, {});
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  const act = /^\/nodes\/(\w+)\/(kill|start)$/.exec(path);
  if (act !== null && request.method === 'POST') {
    mesh[act[2] as 'kill' | 'start'](act[1] as string);
    return json(response, 200, {});
  }
  if (path !== '/nodes') return json(response, 404, {});
  json(response, 200, [...mesh.nodes.values()].map((node, index) => ({ name: node.name, url: urlOf(ports, node.name), pid: 100 + index, alive: node.alive })));
}

function urlOf(ports: Map<string, number>, name: string): string {
  return `http://127.0.0.1:${ports.get(name)}`;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const served = await serve();
  console.log(served.page);
  process.once('SIGINT', () => void served.stop());
}
