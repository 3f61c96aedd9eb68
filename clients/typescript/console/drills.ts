import { h } from '../page/dom.js';
import type { DrillEntry, DrillList, DrillReport } from '../src/operator.js';
import { listDrills, readDrill, readDrillPage } from '../src/operator.js';
import { ago, clock, count, number, words } from './format.js';
import type { Context, Page } from './page.js';
import type { Tone } from './pieces.js';
import { act, badge, empty, section, table, tile, tiles } from './pieces.js';
import { arrayOf, textOf } from './report.js';
import { hrefOf } from './route.js';
import { save } from './session.js';
import { bar } from './svg.js';

const VERDICTS: Readonly<Record<string, Tone>> = { pass: 'good', passed: 'good', met: 'good', fail: 'bad', failed: 'bad', missed: 'bad', unknown: 'warn', no_data: 'calm', no_target: 'calm' };

function verdict(word: string): HTMLElement {
  return badge(words(word), VERDICTS[word.toLowerCase()] ?? 'calm');
}

/** Reports of earlier versions say only whether it passed. */
function judged(word: unknown, passed: unknown): string {
  return textOf(word) || (typeof passed === 'boolean' ? (passed ? 'pass' : 'fail') : 'unknown');
}

/** What drills measured. */
export class DrillsPage implements Page {
  readonly title = 'Drills';
  readonly everyMs = 15_000;
  #list: DrillList | undefined;

  async load({ operators, operator, operates }: Context): Promise<void> {
    // Each node shows its own directory, so the very node of this page is asked.
    if (operates) this.#list = await operators.ask(listDrills, operator);
  }

  draw({ operates, now }: Context): Element {
    if (!operates) return h('p', { class: 'notice' }, 'Reports of drills are for operators: sign in as one.');
    if (this.#list === undefined) return empty('Asking the node …');
    if (!this.#list.shown) return h('div', { class: 'notice' }, 'This node shows no reports. Start it with ', h('code', {}, '--drill-reports DIR'), ', where ', h('code', {}, './mesh drill NAME --dir DIR'), ' leaves them.');
    if (this.#list.reports.length === 0) return empty('There is no report yet.');
    return h('div', { class: 'stack' }, table(
      'Reports',
      [
        { name: 'Report', cell: (entry) => h('a', { class: 'id', href: hrefOf('drills', entry.name) }, entry.name) },
        { name: 'Verdict', cell: (entry) => (entry.problem === undefined ? verdict(judged(entry.verdict, entry.passed)) : badge('unreadable', 'warn', entry.problem)) },
        { name: 'Promises', cell: (entry) => promise(entry) },
        { name: 'Nodes', number: true, cell: (entry) => number(entry.nodes ?? 0) },
        { name: 'Sessions', number: true, cell: (entry) => number(entry.sessions ?? 0) },
        { name: 'Tabs', number: true, cell: (entry) => number((entry.sessions ?? 0) * (entry.tabs ?? 0)) },
        { name: 'When', number: true, cell: (entry) => h('time', { datetime: entry.at, title: clock(entry.at, now) }, ago(entry.at, now)) },
      ],
      this.#list.reports,
      (entry) => entry.name,
    ));
  }

  act(): void {}
}

function promise({ correct }: DrillEntry): HTMLElement {
  return correct === undefined ? h('span', { class: 'soft' }, '–') : correct ? badge('kept', 'good') : badge('broken', 'bad');
}

/** One report. */
export class DrillPage implements Page {
  readonly title = 'Drill';
  readonly everyMs = 60_000;
  readonly #name: string;
  #found: DrillReport | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async load({ operators, operator, operates }: Context): Promise<void> {
    if (operates) this.#found ??= await operators.ask((url, options) => readDrill(url, this.#name, options), operator);
  }

  draw({ operates, now }: Context): Element {
    if (!operates) return h('p', { class: 'notice' }, 'Reports of drills are for operators: sign in as one.');
    if (this.#found === undefined) return empty('Reading the report …');
    const { report, at, page } = this.#found;
    const number0 = (field: string) => (typeof report[field] === 'number' ? number(report[field]) : '–');
    return h(
      'div',
      { class: 'stack' },
      h('div', { class: 'title-line' }, h('a', { class: 'back', href: hrefOf('drills') }, 'All'), h('h2', { class: 'id' }, textOf(report['drill']) || this.#name), verdict(judged(report['verdict'], report['passed'])), h('span', { class: 'soft' }, clock(at, now)), h('span', { class: 'spacer' }), page ? act('Save the page', 'page', {}, 'plain small', 'One HTML file with a picture of what happened when') : ''),
      tiles(
        'What it ran on',
        tile('Nodes', number0('nodes')),
        tile('Backups', number0('backups')),
        tile('Sessions', number0('sessions')),
        tile('Tabs each', number0('tabs')),
        tile('Promises', report['correct'] === true ? 'kept' : 'broken', report['correct'] === true ? 'good' : 'bad'),
      ),
      measures(report),
      lines(report),
      promises(report),
      figures(report),
      notes(report),
    );
  }

  async act(name: string, _data: DOMStringMap, { operators, operator }: Context): Promise<void> {
    if (name === 'page') save(`${this.#name}.html`, await operators.ask((url, options) => readDrillPage(url, this.#name, options), operator), 'text/html');
  }
}

type Report = Readonly<Record<string, unknown>>;

function measures(report: Report): HTMLElement | string {
  const all = arrayOf(report['measures']);
  if (all.length === 0) return '';
  const ms = (value: unknown) => (typeof value === 'number' ? `${number(value)} ms` : '–');
  const worst = Math.max(1, ...all.flatMap((each) => [each['maxMs'], each['targetP99Ms']]).filter((value) => typeof value === 'number'));
  return section(
    'Times',
    'what was measured and what was wanted',
    table(
      'Times',
      [
        { name: 'Line', cell: (each) => h('span', { class: 'wide-text' }, textOf(each['name'])) },
        { name: 'Times', number: true, cell: (each) => number(Number(each['count'] ?? 0)) },
        { name: 'p50', number: true, cell: (each) => ms(each['p50Ms']) },
        { name: 'Wanted', number: true, cell: (each) => h('span', { class: 'soft' }, ms(each['targetP50Ms'])) },
        { name: 'p99', number: true, cell: (each) => h('span', { class: 'with-bar' }, bar(Number(each['p99Ms'] ?? 0) / worst, textOf(each['verdict']) === 'missed' ? 'bad' : undefined), ms(each['p99Ms'])) },
        { name: 'Wanted p99', number: true, cell: (each) => h('span', { class: 'soft' }, ms(each['targetP99Ms'])) },
        { name: 'Max', number: true, cell: (each) => ms(each['maxMs']) },
        { name: 'Verdict', cell: (each) => verdict(textOf(each['verdict'])) },
      ],
      all,
      (each) => textOf(each['name']),
    ),
  );
}

function lines(report: Report): HTMLElement | string {
  const all = arrayOf(report['lines']);
  if (all.length === 0) return '';
  return section(
    'Lines',
    'what each means and what to do: docs/runbook.md',
    table(
      'Lines',
      [
        { name: 'Line', cell: (each) => h('span', { class: 'wide-text' }, textOf(each['name'])) },
        { name: 'Value', cell: (each) => textOf(each['value']) },
        { name: 'Wanted', cell: (each) => h('span', { class: 'soft' }, textOf(each['target'])) },
        { name: 'Verdict', cell: (each) => verdict(textOf(each['verdict'])) },
      ],
      all,
      (each) => textOf(each['name']),
    ),
  );
}

function promises(report: Report): HTMLElement | string {
  const all = Object.entries((report['promises'] ?? {}) as Readonly<Record<string, unknown>>);
  if (all.length === 0) return '';
  const broken = all.filter(([, problems]) => Array.isArray(problems) && problems.length > 0);
  return section(
    'Promises',
    broken.length === 0 ? `all ${all.length} were kept` : `${broken.length} of ${all.length} were broken`,
    h(
      'ul',
      { class: 'promises' },
      ...all.map(([text, problems]) => {
        const some = Array.isArray(problems) ? problems : [];
        return h('li', { 'data-tone': some.length === 0 ? 'good' : 'bad' }, h('span', {}, text), ...some.slice(0, 5).map((problem) => h('code', {}, String(problem))), some.length > 5 ? h('span', { class: 'soft' }, `and ${some.length - 5} more`) : '');
      }),
    ),
  );
}

function figures(report: Report): HTMLElement | string {
  const all = Object.entries((report['figures'] ?? {}) as Readonly<Record<string, unknown>>);
  if (all.length === 0) return '';
  return section('Figures', '', h('dl', { class: 'figures' }, ...all.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, typeof value === 'number' ? number(value) : textOf(value))))));
}

function notes(report: Report): HTMLElement | string {
  const all = [...texts(report['notes']), ...texts(report['unknownOutcomes']).map((text) => `unknown outcome: ${text}`)];
  return all.length === 0 ? '' : section('Notes', count(all.length, 'note'), h('ul', { class: 'notes' }, ...all.slice(0, 200).map((text) => h('li', {}, text))));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
