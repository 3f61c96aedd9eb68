import type { HttpOptions, SessionDocument, SessionPage } from '../src/http.js';
import { listSessions, readSession } from '../src/http.js';
import { SessionmeshError } from '../src/index.js';
import type { SessionQuery, SessionRow, SessionRows } from '../src/operator.js';

/** Something to look for. Another one is another line here, if the API knows it. */
export interface Filter {
  readonly name: keyof SessionQuery & string;
  readonly label: string;
  readonly kind: 'text' | 'choice' | 'switch';
  readonly choices?: readonly string[];
  /** Needs the operator's token: what a tenant may list is listed by id only. */
  readonly operator?: boolean;
  readonly hint?: string;
}

export const FILTERS: readonly Filter[] = [
  { name: 'prefix', label: 'Session', kind: 'text', hint: 'beginning of its id' },
  { name: 'tenant', label: 'Tenant', kind: 'text', operator: true, hint: 'all' },
  {
    name: 'state',
    label: 'State',
    kind: 'choice',
    choices: ['idle', 'received', 'in_progress', 'awaiting_approval', 'awaiting_tool', 'awaiting_input'],
    operator: true,
  },
  { name: 'waiting', label: 'Waits for approval', kind: 'switch', operator: true },
];

/** What a page's address asks for. */
export function queryOf(fields: Readonly<Record<string, string>>): SessionQuery {
  const text = (name: string) => (fields[name] === '' ? undefined : fields[name]?.trim());
  return { prefix: text('prefix'), tenant: text('tenant'), state: text('state'), waiting: fields['waiting'] === 'true', after: text('after') };
}

/** A row of the list; of what a tenant's credential does not tell, nothing is known. */
export type Found = Partial<SessionRow> & Pick<SessionRow, 'id'>;

export interface FoundPage {
  readonly sessions: readonly Found[];
  readonly next: string | undefined;
  readonly silent: readonly string[];
}

/** What the operator's list says. */
export function ofRows(rows: SessionRows): FoundPage {
  return { sessions: rows.sessions, next: rows.next, silent: rows.silent };
}

/** Sessions that a tenant's credential may read: asked for one by one, so only a few at a time. */
const PAGE = 25;

/**
 * The sessions that a caller of the API may see, by the beginning of their ids.
 *
 * The list begins behind an id, so one that is the very beginning is asked for by itself.
 */
export async function listAsTenant(url: string, query: SessionQuery, options: HttpOptions): Promise<FoundPage> {
  const prefix = query.prefix ?? '';
  const page = await listSessions(url, { ...options, limit: PAGE, after: query.after ?? (prefix === '' ? undefined : prefix) });
  const ids = startingWith(prefix, page);
  if (prefix !== '' && query.after === undefined) ids.unshift(prefix);
  const documents = await Promise.all(ids.map((id) => readSession(url, id, options).catch(unlessGone)));
  return { sessions: documents.flatMap((document) => (document === undefined ? [] : [ofDocument(document)])), next: nextOf(prefix, page), silent: [] };
}

/** A session may be deleted meanwhile, and whatever is typed is the id of one at most now and then. */
function unlessGone(error: unknown): undefined {
  if (error instanceof SessionmeshError && ['session_not_found', 'session_deleted', 'forbidden'].includes(error.code)) return undefined;
  throw error;
}

export function startingWith(prefix: string, page: SessionPage): string[] {
  return page.sessions.map(({ id }) => id).filter((id) => id.startsWith(prefix));
}

/** Ids come in order: where the first one with another beginning comes, there are no more. */
export function nextOf(prefix: string, page: SessionPage): string | undefined {
  const last = page.sessions.at(-1)?.id;
  return last?.startsWith(prefix) === true ? page.next : undefined;
}

function ofDocument(document: SessionDocument): Found {
  const turn = document.turn;
  const ended = turn === undefined || ['completed', 'failed', 'cancelled', 'expired'].includes(turn.status);
  return {
    id: document.id,
    state: ended ? 'idle' : turn.status,
    head: document.head,
    approvals: document.approvals.length,
    model: document.model,
    ...(ended ? {} : { turn: turn.id, runEpoch: turn.runEpoch, ...(turn.runner === undefined ? {} : { runner: turn.runner }) }),
  };
}
