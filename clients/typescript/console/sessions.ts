import { h } from '../page/dom.js';
import type { SessionQuery } from '../src/operator.js';
import { findSessions } from '../src/operator.js';
import type { Filter, Found, FoundPage } from './find.js';
import { FILTERS, listAsTenant, ofRows, queryOf } from './find.js';
import { ago, clock, count, number, words } from './format.js';
import type { Context, Page } from './page.js';
import type { Column } from './pieces.js';
import { act, empty, nodeName, silence, stateBadge, table } from './pieces.js';
import { hrefOf } from './route.js';
import { OWN } from './session.js';

/** What is typed is looked for when nothing more is typed for so long. */
const TYPED_MS = 250;
const PAGE = 50;

/** Finds sessions. */
export class SessionsPage implements Page {
  readonly title = 'Sessions';
  readonly everyMs = 3_000;
  #found: FoundPage | undefined;
  #asked = '';
  #typed: ReturnType<typeof setTimeout> | undefined;

  async load({ nodes, operators, route, operates, operator, caller }: Context): Promise<void> {
    const query: SessionQuery = { ...queryOf(route.query), limit: PAGE };
    const asked = JSON.stringify(query);
    const found = operates
      ? ofRows(await operators.ask((url, options) => findSessions(url, query, options), operator))
      : await nodes.ask((url, options) => listAsTenant(url, query, options), caller);
    this.#asked = asked;
    this.#found = found;
  }

  draw(context: Context): Element {
    const { route, operates, now } = context;
    const found = this.#found;
    const waits = this.#asked !== JSON.stringify({ ...queryOf(route.query), limit: PAGE });
    const first = route.query['after'] === undefined;
    return h(
      'div',
      { class: 'stack', 'aria-busy': waits ? 'true' : undefined },
      h('form', { class: 'filters', role: 'search', 'data-form': 'find' }, ...FILTERS.filter((filter) => operates || filter.operator !== true).map((filter) => field(filter, route.query))),
      ...(operates ? [] : [h('p', { class: 'notice' }, 'These are the sessions that your credential may read. An operator sees those of all tenants, and where they live.')]),
      ...(found === undefined
        ? [empty('Asking the nodes …')]
        : [
            ...silence(found.silent),
            found.sessions.length === 0 ? empty('No session is like that.') : table('Sessions', columns(operates, now), found.sessions, (row) => `${row.tenant ?? ''}/${row.id}`),
            h(
              'nav',
              { class: 'pager', 'aria-label': 'Pages of the list' },
              h('span', { class: 'soft' }, waits ? 'Looking …' : found.sessions.length === 0 ? '' : count(found.sessions.length, 'session'), !waits && found.next === undefined && first && found.sessions.length > 0 ? ', all there are' : ''),
              ...(first ? [] : [act('First page', 'page')]),
              ...(found.next === undefined ? [] : [act('Next page', 'page', { after: found.next })]),
            ),
          ]),
    );
  }

  act(name: string, data: DOMStringMap, { route, go }: Context): void {
    if (name === 'page') go(hrefOf('sessions', undefined, { ...route.query, after: data['after'] }));
  }

  input(name: string, value: string, { route, go }: Context): void {
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => go(hrefOf('sessions', undefined, { ...route.query, [name]: value, after: undefined })), TYPED_MS);
  }

  leave(): void {
    clearTimeout(this.#typed);
  }
}

function field(filter: Filter, query: Readonly<Record<string, string>>): HTMLElement {
  const id = `find-${filter.name}`;
  const value = query[filter.name] ?? '';
  const label = h('label', { for: id }, filter.label);
  switch (filter.kind) {
    case 'text':
      return h('div', { class: 'field' }, label, h('input', { id, name: filter.name, type: 'search', value, placeholder: filter.hint, autocomplete: 'off', spellcheck: 'false', maxlength: '128' }));
    case 'choice':
      return h(
        'div',
        { class: 'field' },
        label,
        h(
          'select',
          { id, name: filter.name },
          h('option', { value: '', selected: value === '' ? '' : undefined }, 'any'),
          ...(filter.choices ?? []).map((choice) => h('option', { value: choice, selected: value === choice ? '' : undefined }, words(choice))),
        ),
      );
    case 'switch':
      return h('div', { class: 'field switch' }, h('input', { id, name: filter.name, type: 'checkbox', checked: value === 'true' ? '' : undefined }), label);
  }
}

function columns(operates: boolean, now: number): readonly Column<Found>[] {
  const known = (value: string | number | undefined, shown: (value: string) => Node | string) => (value === undefined ? h('span', { class: 'soft' }, '–') : shown(String(value)));
  const all: readonly (Column<Found> & { readonly operator?: boolean })[] = [
    { name: 'Session', cell: (row) => h('a', { class: 'id', href: hrefOf('sessions', `${row.tenant ?? OWN}/${row.id}`) }, row.id) },
    { name: 'Tenant', operator: true, cell: (row) => row.tenant ?? '' },
    { name: 'State', cell: (row) => stateBadge(row.state) },
    { name: 'Owner', operator: true, title: 'The node that is its primary', cell: (row) => (row.owner === undefined ? '' : nodeName(row.owner)) },
    { name: 'Turn', title: 'The turn that runs or is next, its epoch, and who runs it', cell: (row) => known(row.turn, (turn) => h('span', {}, `${turn} · ${row.runEpoch ?? 0} `, row.runner === undefined ? '' : nodeName(row.runner))) },
    { name: 'Head', number: true, title: 'The last place in its log', cell: (row) => number(row.head ?? 0) },
    { name: 'Tabs', number: true, operator: true, cell: (row) => number(row.tabs ?? 0) },
    { name: 'Approvals', number: true, title: 'Calls that wait for a decision', cell: (row) => h('span', { class: 'lag', 'data-tone': (row.approvals ?? 0) > 0 ? 'warn' : undefined }, number(row.approvals ?? 0)) },
    { name: 'Queued', number: true, operator: true, cell: (row) => number(row.queued ?? 0) },
    { name: 'Model', cell: (row) => h('code', {}, row.model ?? '') },
    { name: 'Last event', number: true, operator: true, cell: (row) => (row.lastAt === undefined ? '' : h('time', { datetime: row.lastAt, title: clock(row.lastAt, now) }, ago(row.lastAt, now))) },
  ];
  return all.filter((column) => operates || column.operator !== true);
}
