import { h } from '../page/dom.js';
import type { HttpOptions } from '../src/http.js';
import { get, request, segment } from '../src/request.js';
import { httpUrl } from '../src/urls.js';
import { clock, number } from './format.js';
import { act, section, table } from './pieces.js';

/** What the losing side of a split had accepted of a session, without the events: docs/operations.md. */
export interface Lost {
  readonly entry: string;
  readonly tenant: string;
  readonly session: string;
  readonly from: number;
  readonly to: number;
  readonly mergedAt: string;
}

const PATH = '/admin/lost-and-found';
/** Entries that are shown; the API has the others too. */
const SHOWN = 50;

export async function readLost(url: string, options: HttpOptions): Promise<readonly Lost[]> {
  return (await get<{ readonly entries: readonly Lost[] }>(url, PATH, options)).entries;
}

export function lostPath(entry: string): string {
  return `${PATH}/${segment(entry)}`;
}

export async function discard(url: string, entry: string, options: HttpOptions): Promise<void> {
  await request(httpUrl(url, lostPath(entry)), options, { method: 'DELETE' });
}

/** Nothing where nothing was lost. */
export function lostAndFound(all: readonly Lost[], now: number): HTMLElement | string {
  if (all.length === 0) return '';
  return section(
    'Lost and found',
    `${number(all.length)} sessions of which the losing side of a split had accepted something that the merged log does not have`,
    table(
      'Lost and found',
      [
        { name: 'Session', cell: (lost) => h('span', { class: 'id' }, lost.session) },
        { name: 'Tenant', cell: (lost) => lost.tenant },
        { name: 'Events', number: true, cell: (lost) => `${number(lost.from)}–${number(lost.to)}` },
        { name: 'Merged', number: true, cell: (lost) => clock(lost.mergedAt, now) },
        { name: '', cell: (lost) => act('Throw away …', 'discard', { entry: lost.entry }, 'plain small', 'Read it first: the curl line says how') },
      ],
      all.slice(0, SHOWN),
      (lost) => lost.entry,
    ),
  );
}
