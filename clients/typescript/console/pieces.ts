import { h } from '../page/dom.js';
import { words } from './format.js';
import { hueOf } from './hue.js';

/** Parts that several pages are made of. */

export type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'accent';

export function badge(text: string, tone: Tone, title?: string): HTMLElement {
  return h('span', { class: 'badge', 'data-tone': tone, title }, text);
}

/** All is well: nothing to catch the eye. */
export function fine(text: string): HTMLElement {
  return h('span', { class: 'fine' }, text);
}

const STATES: Readonly<Record<string, Tone>> = {
  idle: 'calm',
  received: 'accent',
  in_progress: 'accent',
  awaiting_approval: 'warn',
  awaiting_tool: 'warn',
  awaiting_input: 'warn',
  completed: 'good',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'calm',
};

export function stateBadge(state: string | undefined): HTMLElement {
  return state === undefined ? h('span', { class: 'soft' }, '–') : badge(words(state), STATES[state] ?? 'calm');
}

/** A figure with its name. */
export function tile(name: string, value: string, tone: Tone | undefined = undefined, note = ''): HTMLElement {
  return h(
    'div',
    { class: 'tile', 'data-tone': tone },
    h('dt', {}, name),
    h('dd', {}, h('span', { class: 'figure' }, value), ...(note === '' ? [] : [h('span', { class: 'note' }, note)])),
  );
}

export function tiles(label: string, ...all: HTMLElement[]): HTMLElement {
  return h('dl', { class: 'tiles', 'aria-label': label }, ...all);
}

/** A node's name with its colour. */
export function nodeName(name: string, down = false): HTMLElement {
  return h('span', { class: 'node-name', 'data-hue': hueOf(name), 'data-down': down ? 'true' : undefined }, h('i', { 'aria-hidden': 'true' }), name);
}

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => Node | string;
  /** It is a number, and stands to the right. */
  readonly number?: boolean;
  readonly title?: string;
}

/** Rows that belong together, under a name. */
export interface Group<Row> {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** A table that becomes a list of cards on a narrow screen. */
export function table<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[], keyOf: (row: Row) => string): HTMLElement {
  return grouped(label, columns, [{ name: '', rows }], keyOf);
}

/** The same in groups, whose columns stand below each other. A group without a name is none. */
export function grouped<Row>(label: string, columns: readonly Column<Row>[], groups: readonly Group<Row>[], keyOf: (row: Row) => string): HTMLElement {
  const kind = (column: Column<Row>) => (column.number === true ? 'n' : undefined);
  const cells = (row: Row) => columns.map((column) => h('td', { class: kind(column), 'data-name': column.name }, column.cell(row)));
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col', class: kind(column), title: column.title }, column.name === '' ? h('span', { class: 'visually-hidden' }, 'More') : column.name)))),
      ...groups.map(({ name, rows }) =>
        h(
          'tbody',
          { 'data-key': `group ${name}` },
          ...(name === '' ? [] : [h('tr', { class: 'group', 'data-key': 'group' }, h('th', { scope: 'rowgroup', colspan: String(columns.length) }, name))]),
          ...rows.map((row) => h('tr', { 'data-key': keyOf(row) }, ...cells(row))),
        ),
      ),
    ),
  );
}

/** A part of a page with its name. */
export function section(title: string, note: Node | string, ...children: (Node | string)[]): HTMLElement {
  return h('section', { class: 'part' }, h('header', {}, h('h2', {}, title), h('p', { class: 'soft' }, note)), ...children);
}

export function empty(text: string): HTMLElement {
  return h('p', { class: 'empty' }, text);
}

/** Says which nodes did not answer, so that nobody takes a part for the whole. */
export function silence(silent: readonly string[]): HTMLElement[] {
  return silent.length === 0 ? [] : [h('p', { class: 'notice', 'data-tone': 'warn' }, `${silent.join(', ')} did not answer: what ${silent.length === 1 ? 'it knows' : 'they know'} is missing here.`)];
}

/** A button that does something; `act` and what it is done to. */
export function act(label: string, name: string, data: Readonly<Record<string, string>> = {}, look = 'plain small', title?: string): HTMLElement {
  const fields = Object.fromEntries(Object.entries(data).map(([key, value]) => [`data-${key}`, value]));
  return h('button', { type: 'button', class: look, 'data-act': name, title, ...fields }, label);
}
