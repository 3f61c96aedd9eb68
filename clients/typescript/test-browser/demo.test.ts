import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, noBrowser } from './browser.js';
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
  } finally {
    await browser.close();
    await demo.stop();
  }
});

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
