import { h } from '../page/dom.js';
import { readAudit } from '../src/http.js';
import type { SessionRow } from '../src/operator.js';
import { findSessions } from '../src/operator.js';
import type { Band, LogEvent } from './bands.js';
import { bandAt, bandsOf, forksOf, takeovers } from './bands.js';
import type { Row } from './feed.js';
import { jsonLines, rowOf, rowsOf } from './feed.js';
import { ago, clock, count, number } from './format.js';
import { hueOf } from './hue.js';
import { Log } from './log.js';
import type { Context, Page } from './page.js';
import { act, badge, empty, nodeName, section, stateBadge, tile, tiles } from './pieces.js';
import { hrefOf } from './route.js';
import { s } from './svg.js';

const VIEWS = ['feed', 'compact', 'json'] as const;
type View = (typeof VIEWS)[number];
const NAMES: Readonly<Record<View, string>> = { feed: 'Feed', compact: 'Compact', json: 'JSON' };

/** Stands for the tenant of whoever looks; no tenant is called so. */
export const OWN = '~';

/** Rows that are drawn at once; more take a browser too long. */
const DRAWN = 800;

/** One session: its log with the runs that wrote it, and who is there. */
export class SessionPage implements Page {
  readonly title = 'Session';
  readonly everyMs = 2_000;
  readonly #id: string;
  #tenant: string;
  #log: Log | undefined;
  /** The tenant of whoever looks, once that is known. */
  #own: string | undefined;
  #refused = false;
  #row: SessionRow | undefined;

  /** @param item `tenant/id` */
  constructor(item: string) {
    const slash = item.indexOf('/');
    this.#tenant = slash < 0 ? OWN : item.slice(0, slash);
    this.#id = item.slice(slash + 1);
  }

  async load({ nodes, operators, caller, operator, operates, changed }: Context): Promise<void> {
    if (operates && this.#tenant !== OWN) {
      const query = { tenant: this.#tenant, prefix: this.#id, limit: 1 };
      const found = await operators.ask((url, options) => findSessions(url, query, options), operator);
      this.#row = found.sessions.find(({ id }) => id === this.#id);
    }
    try {
      // Of two tenants' sessions of the same name, the API shows the caller's own, and not the one that was meant.
      this.#own ??= (await nodes.ask((url, options) => readAudit(url, this.#id, options), caller)).tenant;
      if (this.#tenant === OWN) this.#tenant = this.#own;
      if (this.#tenant === this.#own) {
        this.#log ??= new Log(this.#id, nodes, caller, changed);
        await this.#log.load();
      }
      this.#refused = false;
    } catch (error) {
      this.#refused = true;
      throw error;
    }
  }

  draw(context: Context): Element {
    const log = this.#log;
    const document = log?.document;
    if (log === undefined || document === undefined) {
      const foreign = this.#own !== undefined && this.#own !== this.#tenant;
      const why = foreign ? `The log is of tenant ${this.#tenant}, and your credential of ${this.#own}.` : this.#refused ? 'The log can not be read with this credential, or not now.' : 'Reading the log …';
      return h('div', { class: 'stack' }, this.#head(undefined, context), empty(why));
    }
    const bands = bandsOf(log.events);
    return h(
      'div',
      { class: 'stack' },
      this.#head(log, context),
      h('div', { class: 'session-body' }, h('div', { class: 'log-side' }, strip(bands, log), this.#events(log, bands, context)), this.#side(log, bands, context)),
    );
  }

  #head(log: Log | undefined, { now }: Context): HTMLElement {
    const row = this.#row;
    const document = log?.document;
    const turn = document?.turn;
    const state = row?.state ?? turn?.status;
    const following = log?.following;
    return h(
      'div',
      { class: 'stack tight' },
      h(
        'div',
        { class: 'title-line' },
        h('a', { class: 'back', href: hrefOf('sessions') }, 'All'),
        h('h2', { class: 'id' }, this.#id),
        stateBadge(state),
        following === undefined ? '' : following.live ? badge(`live from ${following.node ?? '?'}`, 'good') : badge('not live', 'warn'),
        h('span', { class: 'soft' }, row === undefined ? '' : `tenant ${row.tenant} · ${row.model} · made ${clock(row.createdAt, now)}`),
      ),
      tiles(
        'Where it stands',
        tile('Head', number(Math.max(document?.head ?? row?.head ?? 0, log?.events.at(-1)?.seq ?? 0))),
        tile('Owner', row?.owner ?? '–', undefined, row === undefined ? '' : 'its primary'),
        tile('Turn', turn === undefined ? '–' : `${turn.id} · ${turn.runEpoch}`, undefined, turn?.runner === undefined ? '' : `run by ${turn.runner}`),
        tile('Approvals', number(document?.approvals.length ?? row?.approvals ?? 0), (document?.approvals.length ?? 0) > 0 ? 'warn' : undefined, 'wait'),
        tile('Tabs', row === undefined ? '–' : number(row.tabs), undefined, row === undefined ? '' : row.followers.length === 0 ? 'on no node' : `on ${row.followers.join(', ')}`),
        tile('Tokens', document === undefined ? '–' : number(document.spent.inputTokens + document.spent.outputTokens), undefined, document === undefined ? '' : count(document.spent.steps, 'step')),
      ),
    );
  }

  #events(log: Log, bands: readonly Band[], { route, now }: Context): HTMLElement {
    const view = viewOf(route.query['view']);
    const link = (name: View) => h('a', { href: hrefOf('sessions', `${this.#tenant}/${this.#id}`, { ...route.query, view: name === 'feed' ? undefined : name }), 'aria-current': view === name ? 'true' : undefined }, NAMES[name]);
    const rows = view === 'feed' ? rowsOf(log.events) : log.events.map(rowOf);
    const drawn = rows.slice(-DRAWN);
    const hidden = drawn[0] === undefined ? log.after : drawn[0].from - 1;
    return h(
      'section',
      { class: 'part log', 'data-view': view },
      h('header', {}, h('h2', {}, 'Log'), h('nav', { class: 'segments', 'aria-label': 'View of the log' }, ...VIEWS.map(link)), h('span', { class: 'spacer' }), act('Save as JSON Lines', 'save', {}, 'quiet small'), act('Save decisions', 'audit', {}, 'quiet small')),
      h(
        'div',
        { class: 'rows', tabindex: '0', role: 'log', 'aria-label': 'Events', 'aria-live': 'off', 'data-follow': 'true' },
        hidden > 0
          ? h('p', { class: 'soft earlier', 'data-key': 'earlier' }, `${count(hidden, 'earlier event')} `, log.after > 0 ? act('Read more', 'earlier') : '')
          : h('p', { class: 'soft earlier', 'data-key': 'earlier' }, 'The session begins here.'),
        ...lines(drawn, log.events, bands, view, now),
      ),
    );
  }

  #side(log: Log, bands: readonly Band[], { now }: Context): HTMLElement {
    const { here, left, more } = log.attendance;
    const head = Math.max(1, log.document?.head ?? 1);
    const taken = takeovers(bands);
    const forks = forksOf(log.events);
    return h(
      'aside',
      { class: 'side' },
      section(
        'Runs',
        taken.length === 0 ? 'by turn and epoch' : count(taken.length, 'takeover'),
        bands.length === 0
          ? empty('No turn ran in what is shown.')
          : h('ol', { class: 'runs' }, ...[...bands].reverse().slice(0, 40).map((band) => run(band))),
        forks.length === 0 ? '' : h('p', { class: 'soft' }, `Another history from ${forks.map((fork) => number(fork.seq)).join(', ')} on: the log's owner was lost, or a split had parted it.`),
      ),
      section(
        'Here',
        count(here.length + more, 'participant'),
        here.length === 0
          ? empty('Nobody is here.')
          : h(
              'ul',
              { class: 'people' },
              ...here.map((one) =>
                h(
                  'li',
                  { 'data-key': one.tab },
                  h('strong', {}, one.user === '' ? 'anonymous' : one.user),
                  h('span', { class: 'soft' }, one.kind === 'agent' ? `runs ${one.turn ?? ''}` : [one.device, one.status, one.focus].filter((each) => each !== undefined && each !== '').join(' · ')),
                  one.typing === true ? badge('types', 'accent') : '',
                  one.read === undefined ? h('span', { class: 'soft n' }, one.kind === 'agent' ? '' : 'read –') : h('span', { class: 'soft n', title: `has read up to ${one.read} of ${head}` }, `read ${number(one.read)}`),
                ),
              ),
            ),
        ...(left.length === 0 ? [] : [h('p', { class: 'soft' }, `Left: ${left.slice(0, 5).map((one) => `${one.user}${one.lastSeenAt === undefined ? '' : ` ${ago(one.lastSeenAt, now)}`}`).join(', ')}`)]),
      ),
      section('Waits for approval', '', approvals(log, now)),
    );
  }

  async act(name: string, _data: DOMStringMap, { nodes, caller, say }: Context): Promise<void> {
    const log = this.#log;
    if (log === undefined) return;
    if (name === 'earlier') await log.earlier();
    else if (name === 'save') {
      say('Reading the whole log …');
      const events = await log.whole();
      save(`${this.#id}.jsonl`, jsonLines(events), 'application/x-ndjson');
      say(`${count(events.length, 'frame')} saved`);
    } else if (name === 'audit') {
      const trail = await nodes.ask((url, options) => readAudit(url, this.#id, options), caller);
      save(`${this.#id}.audit.json`, JSON.stringify(trail, null, 2), 'application/json');
      say(`${count(trail.entries.length, 'decision')} saved; ./mesh audit verify checks the file`);
    }
  }

  leave(): void {
    this.#log?.close();
  }
}

function viewOf(text: string | undefined): View {
  return VIEWS.find((view) => view === text) ?? 'feed';
}

/** The whole log in a line, with the runs that wrote it: where the colour changes, a node was lost. */
function strip(bands: readonly Band[], log: Log): Element {
  const head = Math.max(1, log.document?.head ?? 1, log.events.at(-1)?.seq ?? 1);
  const x = (seq: number) => ((seq - 1) / head) * 1_000;
  const picture = s('svg', { class: 'strip', viewBox: '0 0 1000 22', preserveAspectRatio: 'none', role: 'img', 'aria-label': `The log up to ${head}: ${bands.map((band) => `${band.turn} epoch ${band.epoch} on ${band.runner}`).join(', ') || 'no runs'}` });
  picture.append(s('rect', { class: 'whole', width: 1_000, height: 22 }));
  if (log.after > 0) picture.append(s('rect', { class: 'unread', width: x(log.after + 1), height: 22 }, s('title', {}, 'not read')));
  for (const band of bands) {
    picture.append(
      s(
        'rect',
        { class: 'band', 'data-hue': hueOf(band.runner), x: x(band.from), width: Math.max(1.5, x(band.to + 1) - x(band.from)), height: 22 },
        s('title', {}, `${band.turn}, epoch ${band.epoch}, on ${band.runner}: ${band.from} to ${band.to}`),
      ),
    );
    if (band.tookFrom !== undefined) picture.append(s('rect', { class: 'seam', x: x(band.from) - 1.5, width: 3, height: 22 }));
  }
  return picture;
}

function lines(rows: readonly Row[], events: readonly LogEvent[], bands: readonly Band[], view: View, now: number): Node[] {
  const first = new Map(events.map((event) => [event.seq, event]));
  const nodes: Node[] = [];
  let before: Band | undefined;
  for (const row of rows) {
    const band = bandAt(bands, row.from);
    if (band !== undefined && band !== before && band.from === row.from) {
      nodes.push(
        h(
          'p',
          { class: 'band-line', 'data-key': `band-${band.from}`, 'data-hue': hueOf(band.runner), 'data-took': band.tookFrom === undefined ? undefined : 'true' },
          h('strong', {}, `${band.turn} · epoch ${band.epoch}`),
          ' ',
          nodeName(band.runner),
          band.tookFrom === undefined ? '' : ` took over from ${band.tookFrom}`,
        ),
      );
    }
    before = band ?? before;
    const hue = band === undefined ? undefined : hueOf(band.runner);
    nodes.push(view === 'json' ? raw(first.get(row.seq), row, hue) : shown(row, hue, view, now));
  }
  return nodes;
}

function shown(row: Row, hue: string | undefined, view: View, now: number): HTMLElement {
  return h(
    'div',
    { class: 'row', 'data-key': `row-${row.from}`, 'data-hue': hue, 'data-tone': row.tone, id: `seq-${row.from}` },
    h('span', { class: 'seq', title: row.events > 1 ? `${row.from} to ${row.seq}` : undefined }, number(row.from)),
    view === 'compact' ? h('code', { class: 'type' }, row.type) : '',
    h('span', { class: 'by' }, row.who),
    h('span', { class: 'what' }, row.text),
    row.at === undefined ? '' : h('time', { datetime: row.at, title: ago(row.at, now) }, clock(row.at, now)),
  );
}

function raw(event: LogEvent | undefined, row: Row, hue: string | undefined): HTMLElement {
  return h('div', { class: 'row', 'data-key': `row-${row.from}`, 'data-hue': hue, id: `seq-${row.from}` }, h('span', { class: 'seq' }, number(row.from)), h('pre', {}, JSON.stringify(event)));
}

function run(band: Band): HTMLElement {
  return h(
    'li',
    { 'data-key': `${band.from}`, 'data-hue': hueOf(band.runner) },
    h('span', { class: 'swatch', 'aria-hidden': 'true' }),
    h('span', { class: 'run-name' }, h('strong', {}, `${band.turn} · ${band.epoch}`), ' ', nodeName(band.runner)),
    h('span', { class: 'soft n' }, `${number(band.from)}–${number(band.to)}`),
    band.tookFrom === undefined && band.ended === undefined
      ? ''
      : h('span', { class: 'run-end' }, band.tookFrom === undefined ? '' : badge(`took over from ${band.tookFrom}`, 'warn'), band.ended === undefined ? '' : stateBadge(band.ended)),
  );
}

function approvals(log: Log, now: number): HTMLElement {
  const waiting = log.document?.approvals ?? [];
  if (waiting.length === 0) return empty('Nothing.');
  return h(
    'ul',
    { class: 'approvals' },
    ...waiting.map((one) =>
      h(
        'li',
        { 'data-key': one.callId },
        h('strong', {}, one.name),
        h('code', {}, one.callId),
        h('span', { class: 'soft' }, `${one.votes.length} of ${one.needed ?? 1}, by ${(one.approvers ?? ['whoever may']).join(', ')}, until ${clock(one.deadline, now)}`),
        one.arguments === undefined ? '' : h('pre', {}, JSON.stringify(one.arguments)),
      ),
    ),
  );
}

/** Has the browser save a text; nothing leaves it. */
export function save(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
