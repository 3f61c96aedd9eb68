import type { HttpOptions } from '../src/http.js';
import { SessionmeshError } from '../src/index.js';

/** Wait for one node's answer, in milliseconds; a node itself waits 1.5 s for the others. */
const ANSWER_MS = 4_000;

/** What a port says that has nothing at an address. */
export const ELSEWHERE = 'unknown_type';

/**
 * The nodes of the mesh as far as they are known: the one that served this page is asked first, then the others.
 *
 * Operators may come in at a port of their own (`--admin-port`), where callers do not: who knows nothing of a question is passed over.
 */
export class Nodes {
  readonly origin: string;
  #urls: readonly string[] = [];
  #current: string;

  constructor(origin: string) {
    this.origin = origin;
    this.#current = origin;
  }

  /** Who answered last. */
  get current(): string {
    return this.#current;
  }

  /** All addresses, the one that answered last first. */
  get urls(): readonly string[] {
    return [...new Set([this.#current, this.origin, ...this.#urls])];
  }

  know(urls: readonly string[]): void {
    this.#urls = urls.filter((url) => url !== '');
  }

  /** The answer of the first node that gives one. What a node refuses for good, others refuse too. */
  async ask<T>(question: (url: string, options: HttpOptions) => Promise<T>, options: HttpOptions): Promise<T> {
    let failure: unknown;
    for (const url of this.urls) {
      try {
        const answer = await question(url, { ...options, signal: AbortSignal.timeout(ANSWER_MS) });
        this.#current = url;
        return answer;
      } catch (error) {
        if (error instanceof SessionmeshError && !error.retryable && error.code !== ELSEWHERE) throw error;
        failure = error;
      }
    }
    throw failure;
  }
}
