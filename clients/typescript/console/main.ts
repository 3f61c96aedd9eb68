import { byId, h, setAttribute, setText, soon } from '../page/dom.js';
import { clusterView } from '../src/http.js';
import { SessionmeshError } from '../src/index.js';
import { readMesh } from '../src/operator.js';
import { Access } from './access.js';
import { ConfigPage } from './config.js';
import { DeliveryPage } from './delivery.js';
import { confirm } from './dialogs.js';
import { DrillPage, DrillsPage } from './drills.js';
import { clock } from './format.js';
import { MeshPage } from './mesh.js';
import { morph } from './morph.js';
import { ELSEWHERE, Nodes } from './nodes.js';
import type { Context, Page } from './page.js';
import type { PageName, Route } from './route.js';
import { hrefOf, PAGES, routeOf } from './route.js';
import { SessionPage } from './session.js';
import { SessionsPage } from './sessions.js';
import { Theme } from './theme.js';

const NAMES: Readonly<Record<PageName, string>> = { mesh: 'Mesh', sessions: 'Sessions', delivery: 'Delivery', drills: 'Drills', config: 'Configuration' };
/** How often the line at the top looks at the mesh, whichever page is shown. */
const HEALTH_MS = 3_000;
const TOAST_MS = 4_000;

const nodes = new Nodes(location.origin);
const operators = new Nodes(location.origin);
const access = new Access(sessionStorage);
const theme = new Theme(byId('dark') as HTMLLinkElement, localStorage);
let route = routeOf(location.hash);
let page = pageOf(route);
let operates: boolean | undefined;
let turn = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let toast: ReturnType<typeof setTimeout> | undefined;
/** Where a person scrolled to in the log, so that it follows only who is at its end. */
let atEnd = true;

function pageOf({ page: name, item }: Route): Page {
  switch (name) {
    case 'mesh':
      return new MeshPage();
    case 'sessions':
      return item === undefined ? new SessionsPage() : new SessionPage(item);
    case 'delivery':
      return new DeliveryPage();
    case 'drills':
      return item === undefined ? new DrillsPage() : new DrillPage(item);
    case 'config':
      return new ConfigPage();
  }
}

function context(): Context {
  const { operator, caller } = access.tokens;
  return {
    nodes,
    operators,
    route,
    now: Date.now(),
    operates: operates === true,
    withToken: operator !== '',
    operator: operator === '' ? {} : { token: operator },
    caller: caller === '' ? {} : { token: caller },
    changed: draw,
    say,
    go,
    confirm,
  };
}

const draw = soon(() => {
  const shown = byId('page');
  const log = shown.querySelector('[data-follow]');
  if (log !== null) atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const built = h('div', { id: 'page' });
  built.append(page.draw(context()));
  morph(shown, built);
  const now = shown.querySelector('[data-follow]');
  if (now !== null && (log === null || atEnd)) now.scrollTop = now.scrollHeight;
  frame();
});

/** What stands around the page. */
function frame(): void {
  const item = route.item === undefined ? '' : `${route.item} · `;
  document.title = `${item}${NAMES[route.page]} · Sessionmesh`;
  setText(byId('title'), NAMES[route.page]);
  const links = PAGES.map((name, index) => h('a', { href: hrefOf(name), 'data-key': name, 'aria-current': name === route.page ? 'page' : undefined, title: `${index + 1}` }, NAMES[name]));
  const built = h('nav', { id: 'pages', 'aria-label': 'Pages' }, ...links);
  morph(byId('pages'), built);
  const { operator, caller } = access.tokens;
  const who = operates === true ? 'Operator' : caller !== '' ? 'Caller' : operator !== '' ? 'Refused' : 'Sign in';
  setText(byId('access'), who);
  setAttribute(byId('access'), 'data-tone', who === 'Refused' ? 'bad' : undefined);
  setText(byId('theme'), theme.label);
}

function say(text: string): void {
  setText(byId('toast'), text);
  byId('toast').hidden = false;
  setText(byId('announcer'), text);
  clearTimeout(toast);
  toast = setTimeout(() => (byId('toast').hidden = true), TOAST_MS);
}

/** Another query on the same page is the same place. */
function go(href: string): void {
  const next = routeOf(href);
  if (next.page === route.page && next.item === route.item) {
    history.replaceState(null, '', href);
    arrive();
  } else {
    location.hash = href;
  }
}

function arrive(): void {
  const next = routeOf(location.hash);
  const moved = next.page !== route.page || next.item !== route.item;
  route = next;
  if (moved) {
    page.leave?.();
    page = pageOf(next);
    atEnd = true;
    byId('trouble').hidden = true;
    byId('main').focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  draw();
  look();
}

/** Whether the operator's part answers is found out anew with every token, and when everything failed. */
async function knock(): Promise<void> {
  const { operator } = context();
  try {
    const mesh = await operators.ask(readMesh, operator);
    for (const known of [nodes, operators]) known.know(mesh.nodes.map(({ url }) => url));
    operates = true;
  } catch (error) {
    // Or operators come in elsewhere.
    if (!(error instanceof SessionmeshError && ['forbidden', ELSEWHERE].includes(error.code))) throw error;
    operates = false;
  }
}

/** Asks now, and again and again from then on. */
function look(): void {
  const mine = ++turn;
  clearTimeout(timer);
  const again = (after: number) => {
    if (mine === turn) timer = setTimeout(look, after);
  };
  const asked = page;
  void (async () => {
    if (document.hidden) return again(1_000);
    try {
      if (operates === undefined) await knock();
      await asked.load(context());
      if (mine !== turn) return;
      byId('trouble').hidden = true;
      setText(byId('asked'), `as of ${clock(new Date().toISOString(), Date.now())}, from ${new URL((operates === true ? operators : nodes).current).host}`);
    } catch (error) {
      if (mine !== turn) return;
      trouble(error);
    }
    draw();
    again(asked.everyMs);
  })();
}

function trouble(error: unknown): void {
  if (error instanceof SessionmeshError && error.code === 'forbidden' && operates === true) operates = undefined;
  const wanting = error instanceof SessionmeshError && ['unauthorized', 'forbidden', ELSEWHERE].includes(error.code);
  const text = error instanceof SessionmeshError ? `${error.code}: ${error.message}` : 'No node answers';
  setText(byId('trouble'), wanting ? `${text}. Sign in with a token or key that permits it, or open the console where operators come in (--admin-port).` : `${text}. What stands here is as of the last answer; it is asked again.`);
  byId('trouble').hidden = false;
}

/** How the mesh is, in a word, on every page. */
async function health(): Promise<void> {
  const element = byId('health');
  try {
    const view = await nodes.ask(clusterView, context().caller);
    nodes.know([...new Set([...nodes.urls, ...view.nodes.map(({ url }) => url)])]);
    setText(element, `${view.nodes.length === 1 ? '1 node' : `${view.nodes.length} nodes`} · ${view.quorum ? (view.safe ? 'copies in place' : 'copies being made') : 'no majority'}`);
    setAttribute(element, 'data-tone', view.quorum ? (view.safe ? 'good' : 'warn') : 'bad');
  } catch (error) {
    const refused = error instanceof SessionmeshError && ['unauthorized', ELSEWHERE].includes(error.code);
    setText(element, refused ? '' : 'no node answers');
    setAttribute(element, 'data-tone', refused ? undefined : 'bad');
  }
  setTimeout(() => void health(), HEALTH_MS);
}

function presses(): void {
  byId('page').addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-act]');
    if (button === null) return;
    void (async () => {
      try {
        await page.act(button.dataset['act'] ?? '', button.dataset, context());
      } catch (error) {
        say(error instanceof SessionmeshError ? `${error.code}: ${error.message}` : String(error));
      }
      draw();
    })();
  });
  const changed = (event: Event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      const value = field instanceof HTMLInputElement && field.type === 'checkbox' ? (field.checked ? 'true' : '') : field.value;
      page.input?.(field.name, value, context());
    }
  };
  byId('page').addEventListener('input', changed);
  byId('page').addEventListener('submit', (event) => event.preventDefault());
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault();
    byId('main').focus();
  });
  byId('theme').addEventListener('click', () => {
    theme.next();
    frame();
  });
  addEventListener('keydown', keys);
  addEventListener('hashchange', arrive);
  document.addEventListener('visibilitychange', () => document.hidden || look());
}

function keys(event: KeyboardEvent): void {
  const typing = (event.target as Element).matches('input, select, textarea') || document.querySelector('dialog[open]') !== null;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const chosen = PAGES[Number(event.key) - 1];
  if (chosen !== undefined) location.hash = hrefOf(chosen);
  else if (event.key === '/') document.querySelector<HTMLElement>('input[type=search]')?.focus();
  else if (event.key === 't') theme.next();
  else if (event.key === 'r') look();
  else return;
  event.preventDefault();
  frame();
}

function signIn(): void {
  const dialog = byId('signin') as HTMLDialogElement;
  const field = (id: string) => byId(id) as HTMLInputElement;
  const done = () => {
    operates = undefined;
    field('operator-token').value = '';
    field('caller-token').value = '';
    page.leave?.();
    page = pageOf(route);
    draw();
    look();
  };
  byId('access').addEventListener('click', () => {
    field('keep').checked = access.kept;
    dialog.showModal();
  });
  byId('signin-cancel').addEventListener('click', () => dialog.close('no'));
  byId('sign-out').addEventListener('click', () => {
    access.signOut();
    dialog.close('out');
    done();
  });
  byId('signin-form').addEventListener('submit', () => {
    const { tokens } = access;
    // A field that is left empty keeps what it had.
    access.signIn({ operator: field('operator-token').value || tokens.operator, caller: field('caller-token').value || tokens.caller }, field('keep').checked);
    done();
  });
}

presses();
signIn();
frame();
draw();
look();
void health();
