import type { HttpOptions } from '../src/http.js';
import type { Nodes } from './nodes.js';
import type { Route } from './route.js';

/** What a page is given to be shown. */
export interface Context {
  /** Where callers come in. */
  readonly nodes: Nodes;
  /** Where operators come in. */
  readonly operators: Nodes;
  readonly route: Route;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the operator's part answers. */
  readonly operates: boolean;
  /** Whether an admin token is used, for the curl lines. */
  readonly withToken: boolean;
  readonly caller: HttpOptions;
  readonly operator: HttpOptions;
  /** Has it drawn again soon. */
  readonly changed: () => void;
  readonly say: (text: string) => void;
  readonly go: (href: string) => void;
  readonly confirm: (question: Question) => Promise<boolean>;
}

/** What is asked before something is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** The same by hand. */
  readonly curl: string;
  readonly button: string;
  readonly danger?: boolean;
}

/** A page. Draws from what it knows; asks the nodes when it is told to. */
export interface Page {
  readonly title: string;
  /** How often it asks, in milliseconds. */
  readonly everyMs: number;
  /** Asks; throws what the nodes refuse with. */
  load(context: Context): Promise<void>;
  /** Without listeners: see morph. */
  draw(context: Context): Element;
  /** Does what a button says. */
  act(name: string, data: DOMStringMap, context: Context): void | Promise<void>;
  /** A field of it changed. */
  input?(name: string, value: string, context: Context): void;
  /** It is left. */
  leave?(): void;
}
