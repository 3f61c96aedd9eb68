import { h } from '../page/dom.js';
import type { Mesh, MeshNode, Timeline, TimelineEvent } from '../src/operator.js';
import { drainNode, readMesh, readTimeline, undrainNode } from '../src/operator.js';
import { clusterView } from '../src/http.js';
import type { ClusterView, HttpOptions } from '../src/http.js';
import { send } from '../src/request.js';
import { curl } from './curl.js';
import { ago, bytes, clock, count, duration, number, words } from './format.js';
import { hueOf } from './hue.js';
import { byName, lanesOf, sinceOf } from './lanes.js';
import { lanes } from './lanespicture.js';
import type { Lost } from './lost.js';
import { discard, lostAndFound, lostPath, readLost } from './lost.js';
import type { Context, Page } from './page.js';
import type { Column, Group, Tone } from './pieces.js';
import { act, badge, empty, fine, grouped, nodeName, section, silence, tile, tiles } from './pieces.js';
import { bar } from './svg.js';

/** An event loop that is later than this makes people wait. */
const LAG_WARN_MS = 100;
const EVENTS_SHOWN = 60;
/** A node reads all that is kept to list it, so it is not asked all the time. */
const LOST_MS = 60_000;

/** Which nodes there are, how they are, and what befell them. */
export class MeshPage implements Page {
  readonly title = 'Mesh';
  readonly everyMs = 2_000;
  #mesh: Mesh | undefined;
  #timeline: Timeline | undefined;
  #view: ClusterView | undefined;
  #lost: readonly Lost[] = [];
  #lostAt = 0;

  async load({ nodes, operators, operator, caller, operates }: Context): Promise<void> {
    if (!operates) {
      this.#view = await nodes.ask(clusterView, caller);
      return;
    }
    [this.#mesh, this.#timeline] = await Promise.all([operators.ask(readMesh, operator), operators.ask(readTimeline, operator)]);
    for (const known of [nodes, operators]) known.know(this.#mesh.nodes.map(({ url }) => url));
    if (Date.now() - this.#lostAt < LOST_MS) return;
    this.#lostAt = Date.now();
    this.#lost = await operators.ask(readLost, operator);
  }

  draw(context: Context): Element {
    const mesh = this.#mesh;
    if (!context.operates) return this.#outside();
    if (mesh === undefined || this.#timeline === undefined) return h('div', {}, empty('Asking the nodes …'));
    return h(
      'div',
      { class: 'stack' },
      figures(mesh),
      ...mesh.missing.map((each) => missing(each.name, each.why)),
      ...lostPartitions(mesh, context),
      section('Nodes', zones(mesh).length > 1 ? `in ${zones(mesh).length} zones` : 'no zones are told apart', grouped('Nodes', columns(mesh, context), zones(mesh), (node) => node.name)),
      lostAndFound(this.#lost, context.now),
      this.#history(mesh, this.#timeline, context.now),
    );
  }

  #outside(): Element {
    const view = this.#view;
    if (view === undefined) return h('div', {}, empty('Asking the nodes …'));
    return h(
      'div',
      { class: 'stack' },
      tiles(
        'The mesh',
        tile('Nodes', number(view.nodes.length)),
        tile('Majority', view.quorum ? 'seen' : 'not seen', view.quorum ? 'good' : 'bad'),
        tile('Copies', view.safe ? 'in place' : 'being made', view.safe ? 'good' : 'warn'),
      ),
      h('p', { class: 'notice' }, 'This is what every caller may see. Sign in as operator to see what the nodes carry and what befell them; where operators have a port of their own (--admin-port), there.'),
      section('Nodes', `as ${view.node} sees them`, h('ul', { class: 'plain-list' }, ...view.nodes.map(({ name, url }) => h('li', {}, nodeName(name), ' ', h('span', { class: 'soft' }, url))))),
    );
  }

  #history(mesh: Mesh, timeline: Timeline, now: number): HTMLElement {
    const since = sinceOf(timeline, now);
    const events = timeline.events.slice(0, EVENTS_SHOWN);
    return section(
      'What befell the membership',
      'as the nodes that are here saw it since they started, by their clocks',
      ...silence(timeline.silent),
      lanes(lanesOf(timeline, mesh, since), since, now, hueOf, innerWidth < 768),
      events.length === 0 ? empty('Nothing yet.') : h('ol', { class: 'events', tabindex: '0', 'aria-label': 'Events, newest first' }, ...events.map((event) => line(event, now))),
      timeline.events.length > EVENTS_SHOWN ? h('p', { class: 'soft' }, `and ${timeline.events.length - EVENTS_SHOWN} earlier ones`) : '',
    );
  }

  async act(name: string, data: DOMStringMap, context: Context): Promise<void> {
    const { operators, operator } = context;
    const deed = deedOf(name, data['node'] ?? data['entry'] ?? '');
    if (deed === undefined) return;
    const line = curl(deed.method, operators.current, deed.path, context.withToken, deed.body);
    if (!(await context.confirm({ title: `${deed.verb} ${deed.what}?`, text: deed.text, curl: line, button: deed.verb, danger: deed.danger }))) return;
    await operators.ask(deed.run, operator);
    context.say(`${deed.what}: ${deed.done}`);
    this.#lostAt = 0;
    await this.load(context);
  }
}

/** Something an operator can have done. */
interface Deed {
  readonly verb: string;
  readonly what: string;
  readonly text: string;
  readonly done: string;
  readonly danger: boolean;
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body: unknown;
  readonly run: (url: string, options: HttpOptions) => Promise<unknown>;
}

function deedOf(name: string, what: string): Deed | undefined {
  const drain = `/admin/nodes/${encodeURIComponent(what)}/drain`;
  switch (name) {
    case 'drain':
      return {
        verb: 'Drain',
        what,
        text: 'It takes no new clients, sends those it has to other nodes, waits until every copy is in place, leaves the cluster and ends. Until it leaves it can be called back.',
        done: 'drains',
        danger: false,
        method: 'POST',
        path: drain,
        body: {},
        run: (url, options) => drainNode(url, what, options),
      };
    case 'undrain':
      return {
        verb: 'Keep',
        what,
        text: 'It takes clients again. Those that have gone stay where they are.',
        done: 'stays',
        danger: false,
        method: 'DELETE',
        path: drain,
        body: undefined,
        run: (url, options) => undrainNode(url, what, options),
      };
    case 'forget':
      return {
        verb: 'Forget',
        what,
        text: 'It counts no longer for the majority. Only for a node that is really stopped and will not come back: of two sides that both go on, one loses what it accepted.',
        done: 'is forgotten',
        danger: true,
        method: 'POST',
        path: '/admin/forget',
        body: { node: what },
        run: (url, options) => send('POST', url, '/admin/forget', { node: what }, options),
      };
    case 'discard':
      return {
        verb: 'Throw away',
        what,
        text: 'What is kept of it is gone for ever. GET at the same address shows it first, with its events.',
        done: 'is thrown away',
        danger: true,
        method: 'DELETE',
        path: lostPath(what),
        body: undefined,
        run: (url, options) => discard(url, what, options),
      };
    default:
      return undefined;
  }
}

/** Which ones they are stands in the nodes' logs, and giving one up is not for a button. */
function lostPartitions(mesh: Mesh, { operators, withToken }: Context): HTMLElement[] {
  const most = Math.max(0, ...mesh.nodes.map((node) => node.lostPartitions));
  if (most === 0) return [];
  return [
    h(
      'div',
      { class: 'notice', 'data-tone': 'bad', 'data-key': 'lost-partitions' },
      `${count(most, 'partition')} lost every copy: their sessions are unavailable until a node that holds one comes back. One that never will is given up by `,
      h('code', {}, curl('POST', operators.current, '/admin/partitions/N/release', withToken)),
    ),
  ];
}

function figures(mesh: Mesh): HTMLElement {
  const { nodes } = mesh;
  const sum = (value: (node: MeshNode) => number) => nodes.reduce((all, node) => all + value(node), 0);
  const whole = nodes.length + mesh.missing.length;
  const writing = nodes.filter(({ quorum }) => quorum).length;
  const unsafe = nodes.filter(({ safe }) => !safe).length;
  const lost = Math.max(0, ...nodes.map((node) => node.lostPartitions));
  const lag = Math.max(0, ...nodes.map(({ loopLagMs }) => loopLagMs));
  const behind = sum((node) => node.behind);
  const view = nodes[0]?.view;
  return tiles(
    'The mesh',
    tile('Nodes', `${nodes.length}`, mesh.missing.length > 0 ? 'bad' : 'good', mesh.missing.length > 0 ? `of ${whole}` : 'all here'),
    tile('Majority', writing === nodes.length ? 'seen' : writing === 0 ? 'lost' : `by ${writing}`, writing === nodes.length ? 'good' : 'bad', view === undefined ? '' : `view ${view.term === 0 ? '' : `${view.term}.`}${view.version}`),
    tile(
      'Copies',
      lost > 0 ? 'lost' : unsafe === 0 ? 'in place' : 'being made',
      lost > 0 ? 'bad' : unsafe === 0 ? 'good' : 'warn',
      lost > 0 ? count(lost, 'partition') : unsafe === 0 ? '' : `on ${unsafe} of ${nodes.length}`,
    ),
    tile('Sessions', number(sum((node) => node.owned))),
    tile('Tabs', number(sum((node) => node.tabs)), undefined, behind === 0 ? '' : `${number(behind)} behind`),
    tile('Turns', number(sum((node) => node.turns)), undefined, 'running'),
    tile('Event loops', duration(lag), lag > LAG_WARN_MS ? 'warn' : undefined, 'late at worst'),
  );
}

function missing(name: string, why: string): HTMLElement {
  const silent = why === 'silent';
  return h(
    'p',
    { class: 'notice', 'data-tone': silent ? 'warn' : 'bad', 'data-key': `missing-${name}` },
    nodeName(name, true),
    h('span', {}, silent ? ' is a member and does not answer.' : ' counts for the majority and is no member: it was killed, stopped without leaving, or is cut off.'),
    ...(silent ? [] : [act('Forget …', 'forget', { node: name }, 'plain small', 'Only when it will never come back')]),
  );
}

function zones(mesh: Mesh): readonly Group<MeshNode>[] {
  const all = new Map<string, MeshNode[]>();
  for (const node of mesh.nodes) all.set(node.zone, [...(all.get(node.zone) ?? []), node]);
  return [...all]
    .sort(([a], [b]) => byName(a, b))
    .map(([zone, nodes]) => ({ name: zone === '' ? (all.size > 1 ? 'No zone' : '') : `Zone ${zone}`, rows: [...nodes].sort((a, b) => byName(a.name, b.name)) }));
}

function columns(mesh: Mesh, { now, operators: { current } }: Context): readonly Column<MeshNode>[] {
  const owned = Math.max(1, mesh.nodes.reduce((sum, node) => sum + node.owned, 0));
  const versions = new Set(mesh.nodes.map(({ version }) => version));
  const asked = mesh.node;
  return [
    { name: 'Node', cell: (node) => h('span', { class: 'who' }, nodeName(node.name), node.name === asked ? h('span', { class: 'soft', title: `answers this page at ${current}` }, ' here') : '') },
    { name: 'Phase', cell: (node) => (node.phase === 'serving' ? fine('serving') : badge(node.phase, PHASES[node.phase] ?? 'calm')) },
    { name: 'Majority', cell: (node) => (node.quorum ? fine('seen') : badge('not seen', 'bad', 'It refuses writes')), title: 'Whether it sees the majority, and so takes writes' },
    { name: 'Copies', cell: (node) => (node.lostPartitions > 0 ? badge(`${node.lostPartitions} lost`, 'bad') : node.safe ? fine('in place') : badge('being made', 'warn')) },
    { name: 'Up', number: true, cell: (node) => h('span', { title: clock(node.startedAt, now) }, duration(now - Date.parse(node.startedAt))) },
    { name: 'Sessions', number: true, title: 'That it is the primary of, and its share', cell: (node) => h('span', { class: 'with-bar' }, bar(node.owned / owned), number(node.owned)) },
    { name: 'Tabs', number: true, cell: (node) => (node.behind === 0 ? number(node.tabs) : h('span', { title: `${node.behind} behind` }, number(node.tabs), h('span', { class: 'soft' }, ` −${number(node.behind)}`))) },
    { name: 'Turns', number: true, cell: (node) => number(node.turns) },
    { name: 'Loop lag', number: true, title: 'How late a timer came on the worst event loop in the last 10 to 20 s', cell: (node) => h('span', { class: 'lag', 'data-tone': node.loopLagMs > LAG_WARN_MS ? 'warn' : undefined }, `${node.loopLagMs.toFixed(1)} ms`) },
    { name: 'Heap', number: true, cell: (node) => h('span', { class: 'with-bar', title: `of ${bytes(node.heapMost)}` }, bar(node.heapUsed / node.heapMost, node.heapUsed / node.heapMost > 0.9 ? 'warn' : undefined), bytes(node.heapUsed)) },
    { name: 'Version', cell: (node) => h('span', { class: 'lag', 'data-tone': versions.size > 1 ? 'warn' : undefined, title: versions.size > 1 ? 'The nodes differ' : undefined }, node.version) },
    { name: 'Address', cell: (node) => h('code', { title: node.url }, node.address) },
    {
      name: '',
      cell: (node) =>
        node.phase === 'draining' ? act('Keep …', 'undrain', { node: node.name }) : act('Drain …', 'drain', { node: node.name }, 'plain small', node.phase === 'serving' ? 'Let it leave in order' : 'It leaves already'),
    },
  ];
}

const PHASES: Readonly<Record<string, Tone>> = { draining: 'warn', leaving: 'warn', left: 'bad' };

const KINDS: Readonly<Record<string, Tone>> = {
  joined: 'good',
  started: 'good',
  quorum_back: 'good',
  partitions_back: 'good',
  stayed: 'good',
  left: 'bad',
  quorum_lost: 'bad',
  partitions_lost: 'bad',
  merging: 'bad',
  merged: 'bad',
  put_aside: 'bad',
  draining: 'warn',
  leaving: 'warn',
  warning: 'warn',
};

function line(event: TimelineEvent, now: number): HTMLElement {
  return h(
    'li',
    { 'data-key': `${event.at} ${event.kind} ${event.node} ${event.seenBy[0] ?? ''}` },
    h('time', { datetime: event.at, title: ago(event.at, now) }, clock(event.at, now)),
    badge(words(event.kind), KINDS[event.kind] ?? 'calm'),
    h('span', { class: 'event-text' }, ...(event.node === '' ? [] : [nodeName(event.node), ' ']), event.text),
    h('span', { class: 'soft seen' }, `seen by ${event.seenBy.join(', ')}`),
  );
}
