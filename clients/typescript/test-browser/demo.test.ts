import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, noBrowser } from './browser.js';
import { consoleStory, demoOf, ready, signInStory } from './consolestory.js';
import { story } from './story.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));

/** The first start may build everything. */
const START_MS = 600_000;

/** The demo as a person starts it; with MESH_DEMO_PAGE set, one that runs already. */
test('a_visitor_goes_through_the_real_demo', { skip: noBrowser, timeout: START_MS + 600_000 }, async () => {
  const running = process.env['MESH_DEMO_PAGE'];
  const demo = running === undefined ? await startDemo() : { page: running, stop: () => Promise.resolve() };
  const browser = await launch();
  try {
    await story({ browser, page: demo.page, name: 'demo' });
    const { origin, control } = demoOf(demo.page);
    // The story before this one may have killed any of them.
    for (const name of ['n1', 'n2', 'n3']) await control(name, 'start').catch(() => undefined);
    await ready(origin);
    await consoleStory(browser, { origin, control });
  } finally {
    await browser.close();
    await demo.stop();
  }
});

/** A node of its own, with an admin token: who signs in, and who does not. */
test('a_console_is_opened_by_a_token_that_stands_nowhere', { skip: noBrowser, timeout: START_MS }, async () => {
  const token = `open-${Date.now()}`;
  const port = await freePort();
  const line = ['serve', '--name=alone', `--http-port=${port}`, '--cluster-port=0', '--bus-port=0', '--parent-watch'];
  const child = spawn('./mesh', line, { cwd: ROOT, stdio: ['pipe', 'ignore', 'inherit'], env: { ...process.env, SESSIONMESH_ADMIN_TOKEN: token } });
  const browser = await launch();
  try {
    await ready(`http://127.0.0.1:${port}`);
    await signInStory(browser, `http://127.0.0.1:${port}`, token);
  } finally {
    await browser.close();
    await stop(child);
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Runs `./mesh demo` and waits for the address that it prints: the page with the control in its hash. */
async function startDemo(): Promise<{ page: string; stop: () => Promise<void> }> {
  const child = spawn('./mesh', ['demo'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const page = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no address within ${START_MS} ms:\n${output}`)), START_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /https?:\/\/\S+#\S*control=\S+/.exec(output)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`./mesh demo ended with ${code}:\n${output}`));
    });
  });
  try {
    return { page: await page, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** Ctrl-C, as a person ends it; everything it started must end with it. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(timer);
  assert.notEqual(child.signalCode, 'SIGKILL', 'the demo ends when it is asked to');
}
