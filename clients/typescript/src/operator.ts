/**
 * What an operator asks of the whole cluster by way of any node, `@sessionmesh/client/operator`: what the console shows.
 *
 * `token` is the nodes' admin token; nodes that have none answer their own machine only. Errors and `url` are as of `@sessionmesh/client/http`.
 */

import type {
  Configurations,
  DeliveryHealth,
  DrainAnswer,
  DrillList,
  DrillReport,
  Mesh,
  SessionQuery,
  SessionRows,
  Timeline,
} from './operatordocuments.js';
import type { HttpOptions } from './request.js';
import { get, request, segment, send } from './request.js';
import { httpUrl } from './urls.js';

export type * from './operatordocuments.js';
export type { HttpOptions } from './request.js';

/** Every node, how it is and what it carries, and those that should be there and are not. */
export async function readMesh(url: string, options: HttpOptions = {}): Promise<Mesh> {
  return get(url, '/admin/mesh', options);
}

/** What befell the membership, as the nodes that are here saw it since they started. */
export async function readTimeline(url: string, options: HttpOptions = {}): Promise<Timeline> {
  return get(url, '/admin/timeline', options);
}

/** Sessions of all tenants: where they stand, and nothing of what was said in them. */
export async function findSessions(url: string, query: SessionQuery = {}, options: HttpOptions = {}): Promise<SessionRows> {
  const { tenant, prefix, state, waiting, after, limit } = query;
  return get(url, '/admin/sessions', options, { tenant, prefix, state, waiting: waiting === true ? 'true' : undefined, after, limit });
}

/** How tabs and webhooks are served. */
export async function readDelivery(url: string, options: HttpOptions = {}): Promise<DeliveryHealth> {
  return get(url, '/admin/delivery', options);
}

/** What each node was told, and what it made of that. */
export async function readConfig(url: string, options: HttpOptions = {}): Promise<Configurations> {
  return get(url, '/admin/config', options);
}

/**
 * Has a node leave, whichever is asked.
 *
 * @throws SessionmeshError such as `too_late` when it is leaving already, or `unavailable` when it does not answer
 */
export async function drainNode(url: string, node: string, options: HttpOptions = {}): Promise<DrainAnswer> {
  return (await (await send('POST', url, drain(node), {}, options)).json()) as DrainAnswer;
}

/** Has it stay after all, as long as its phase is `draining`. */
export async function undrainNode(url: string, node: string, options: HttpOptions = {}): Promise<DrainAnswer> {
  return (await (await request(httpUrl(url, drain(node)), options, { method: 'DELETE' })).json()) as DrainAnswer;
}

/** The reports of drills that this very node was told to show. */
export async function listDrills(url: string, options: HttpOptions = {}): Promise<DrillList> {
  return get(url, '/admin/drills', options);
}

export async function readDrill(url: string, report: string, options: HttpOptions = {}): Promise<DrillReport> {
  return get(url, `/admin/drills/${segment(report)}`, options);
}

/** The report as one HTML file, to be saved. */
export async function readDrillPage(url: string, report: string, options: HttpOptions = {}): Promise<string> {
  return (await request(httpUrl(url, `/admin/drills/${segment(report)}/page`), options)).text();
}

function drain(node: string): string {
  return `/admin/nodes/${segment(node)}/drain`;
}
