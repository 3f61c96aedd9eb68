import { h } from '../page/dom.js';
import type { DeliveryHealth, DeliveryNode, WebhookHealth } from '../src/operator.js';
import { readDelivery } from '../src/operator.js';
import { ago, number, words } from './format.js';
import type { Context, Page } from './page.js';
import { badge, empty, nodeName, section, silence, table, tile, tiles } from './pieces.js';
import { hrefOf } from './route.js';

/** Whether tabs and webhooks get what there is. */
export class DeliveryPage implements Page {
  readonly title = 'Delivery';
  readonly everyMs = 2_000;
  #health: DeliveryHealth | undefined;

  async load({ operators, operator, operates }: Context): Promise<void> {
    if (!operates) return;
    this.#health = await operators.ask(readDelivery, operator);
  }

  draw({ operates, now }: Context): Element {
    if (!operates) return h('p', { class: 'notice' }, 'How tabs and webhooks are served is for operators: sign in as one.');
    const health = this.#health;
    if (health === undefined) return empty('Asking the nodes …');
    const { nodes } = health;
    const sum = (value: (node: DeliveryNode) => number) => nodes.reduce((all, node) => all + value(node), 0);
    const slow = nodes.flatMap((node) => node.slowest.map((tab) => ({ ...tab, node: node.name }))).sort((a, b) => b.events - a.events);
    const anew = sum((node) => Object.entries(node.snapshots).reduce((all, [reason, times]) => (reason === 'new' ? all : all + times), 0));
    const resumed = sum((node) => node.resumed);
    const heldUp = sum((node) => node.heldUp);
    return h(
      'div',
      { class: 'stack' },
      ...silence(health.silent),
      tiles(
        'Tabs',
        tile('Tabs', number(sum((node) => node.tabs))),
        tile('Behind', number(sum((node) => node.behind)), undefined, 'not handed everything yet'),
        tile('Held up', number(heldUp), heldUp > 0 ? 'warn' : 'good', 'take nothing now'),
        tile('Resumed', resumed + anew === 0 ? '–' : `${Math.round((100 * resumed) / (resumed + anew))} %`, anew > 0 ? 'warn' : undefined, anew === 0 ? 'of those who came back' : `${number(anew)} began anew`),
        tile('Back-fills', number(sum((node) => node.backfills)), undefined, 'the bus had not brought'),
        tile('Webhooks', number(Object.values(health.webhooks.states).reduce((all, each) => all + each, 0)), (health.webhooks.states['failing'] ?? 0) > 0 ? 'bad' : undefined, Object.entries(health.webhooks.states).map(([state, each]) => `${each} ${state}`).join(', ')),
      ),
      section(
        'By node',
        'counted since each of them started',
        table(
          'Delivery by node',
          [
            { name: 'Node', cell: (node) => nodeName(node.name) },
            { name: 'Tabs', number: true, cell: (node) => number(node.tabs) },
            { name: 'Sessions', number: true, title: 'That its tabs follow', cell: (node) => number(node.sessions) },
            { name: 'Behind', number: true, cell: (node) => number(node.behind) },
            { name: 'Held up', number: true, cell: (node) => number(node.heldUp) },
            { name: 'Resumed', number: true, title: 'Attachments that went on where they were', cell: (node) => number(node.resumed) },
            { name: 'Snapshots', number: true, title: 'Attachments that began at a snapshot: new ones, and those that could not go on', cell: (node) => counts(node.snapshots) },
            { name: 'Log reads', number: true, title: 'For tabs behind the window of recent events that the node keeps', cell: (node) => number(node.reads) },
            { name: 'Back-fills', number: true, title: 'Reads of the log for what the event bus had not brought', cell: (node) => number(node.backfills) },
          ],
          nodes,
          (node) => node.name,
        ),
      ),
      section(
        'Slowest tabs',
        'furthest behind, at this moment',
        slow.length === 0
          ? empty('Every tab has what there is.')
          : table(
              'Slowest tabs',
              [
                { name: 'Session', cell: (tab) => h('a', { class: 'id', href: hrefOf('sessions', `${tab.tenant}/${tab.session}`) }, tab.session) },
                { name: 'Tenant', cell: (tab) => tab.tenant },
                { name: 'Node', cell: (tab) => nodeName(tab.node) },
                { name: 'Behind by', number: true, cell: (tab) => `${number(tab.events)} events` },
                { name: '', cell: (tab) => (tab.heldUp ? badge('held up', 'warn', 'Its connection takes nothing') : badge('catching up', 'calm')) },
              ],
              slow,
              (tab) => `${tab.node} ${tab.tenant}/${tab.session} ${tab.events}`,
            ),
      ),
      h(
        'div',
        { class: 'pair' },
        section('Refused', 'by the primaries of sessions, by code', matrix('Refusals', nodes, (node) => node.refused, 'Nothing was refused.')),
        section('Limits hit', 'of tenants, users and addresses', matrix('Limits hit', nodes, (node) => node.limited, 'No limit was hit.')),
      ),
      section(
        'Webhooks',
        'of all tenants, those that do badly first',
        health.webhooks.webhooks.length === 0 ? empty('There are none.') : table('Webhooks', hooks(now), health.webhooks.webhooks, (hook) => `${hook.tenant}/${hook.id}`),
      ),
    );
  }

  act(): void {}
}

function counts(all: Readonly<Record<string, number>>): string {
  const some = Object.entries(all).sort(([, a], [, b]) => b - a);
  return some.length === 0 ? '0' : some.map(([name, times]) => `${number(times)} ${name}`).join(', ');
}

/** Codes down, nodes across. */
function matrix(label: string, nodes: readonly DeliveryNode[], of: (node: DeliveryNode) => Readonly<Record<string, number>>, none: string): HTMLElement {
  const total = (code: string) => nodes.reduce((all, node) => all + (of(node)[code] ?? 0), 0);
  const codes = [...new Set(nodes.flatMap((node) => Object.keys(of(node))))].filter((code) => total(code) > 0);
  if (codes.length === 0) return empty(none);
  codes.sort((a, b) => total(b) - total(a));
  return table(
    label,
    [
      { name: 'Code', cell: (code) => h('code', {}, code) },
      ...nodes.map((node) => ({ name: node.name, number: true, cell: (code: string) => number(of(node)[code] ?? 0) })),
      { name: 'All', number: true, cell: (code) => h('strong', {}, number(total(code))) },
    ],
    codes,
    (code) => code,
  );
}

function hooks(now: number) {
  return [
    { name: 'Webhook', cell: (hook: WebhookHealth) => hook.id },
    { name: 'Tenant', cell: (hook: WebhookHealth) => hook.tenant },
    { name: 'State', cell: (hook: WebhookHealth) => badge(hook.state, hook.state === 'ok' ? 'good' : hook.state === 'failing' ? 'bad' : 'warn') },
    { name: 'Since', cell: (hook: WebhookHealth) => since(hook, now) },
    { name: 'Last error', cell: (hook: WebhookHealth) => (hook.lastError === undefined ? h('span', { class: 'soft' }, '–') : h('code', {}, hook.lastError)) },
    { name: 'Paused because', cell: (hook: WebhookHealth) => (hook.pausedBecause === undefined ? h('span', { class: 'soft' }, '–') : words(hook.pausedBecause)) },
  ];
}

function since(hook: WebhookHealth, now: number): string {
  const at = hook.pausedAt ?? hook.failingSince;
  return at === undefined ? '–' : ago(at, now);
}
