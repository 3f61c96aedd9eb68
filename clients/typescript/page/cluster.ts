import type { ClusterView } from '../src/index.js';
import { clusterView, createSession, SessionmeshError } from '../src/index.js';
import { TOOLS } from './scope.js';

/** Wait for one node's answer, in milliseconds. */
const ANSWER_MS = 2_500;

/** The nodes of the mesh as far as any of them answers. Asks the node that served this page first, then the others. */
export class Cluster {
  readonly #origin: string;
  #view: ClusterView | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get view(): ClusterView | undefined {
    return this.#view;
  }

  /** Asks again. Nodes that were known stay known, so that a killed one can be shown as down. */
  async look(): Promise<ClusterView> {
    const view = await this.#first((url) => clusterView(url, { signal: AbortSignal.timeout(ANSWER_MS) }));
    const known = new Map((this.#view?.nodes ?? []).map((node) => [node.name, node]));
    for (const node of view.nodes) known.set(node.name, node);
    const nodes = [...known.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    this.#view = { ...view, nodes };
    return this.#view;
  }

  /** Makes the session unless it is there; one that is there keeps its own settings. */
  async ensureSession(id: string): Promise<void> {
    await this.#first((url) => createSession(url, { id, model: 'scripted:demo', tools: TOOLS }, { signal: AbortSignal.timeout(ANSWER_MS) })).catch(
      (error: unknown) => {
        if (!(error instanceof SessionmeshError && error.code === 'session_conflict')) throw error;
      },
    );
  }

  async #first<T>(ask: (url: string) => Promise<T>): Promise<T> {
    const others = (this.#view?.nodes ?? []).map((node) => node.url).filter((url) => url !== '');
    let failure: unknown;
    for (const url of new Set([this.#origin, ...others])) {
      try {
        return await ask(url);
      } catch (error) {
        if (error instanceof SessionmeshError && !error.retryable) throw error;
        failure = error;
      }
    }
    throw failure;
  }
}
