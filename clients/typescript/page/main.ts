import type { Turn } from '../src/index.js';
import { Cluster } from './cluster.js';
import type { NodeProcess } from './control.js';
import { Control } from './control.js';
import { byId, h, setAttribute, setText, soon } from './dom.js';
import { hashOf, placeOf, randomName } from './hash.js';
import { NodeStrip } from './nodes.js';
import { Pane } from './pane.js';
import { PEOPLE } from './people.js';

/** How often the nodes are looked at, in milliseconds. */
const LOOK_MS = 1_500;

const place = placeOf(location.hash, randomName);
history.replaceState(null, '', hashOf(place));
// Another session in the hash is another page: everything starts afresh.
addEventListener('hashchange', () => location.reload());

start().catch((error: unknown) => {
  const fatal = byId('fatal');
  fatal.textContent = `The mesh cannot be reached: ${error instanceof Error ? error.message : String(error)}. Reload to try again.`;
  fatal.hidden = false;
});

async function start(): Promise<void> {
  const cluster = new Cluster(location.origin);
  const { nodes } = await cluster.look();
  await cluster.ensureSession(place.session);
  const control = place.control !== undefined && place.token !== undefined ? new Control(place.control, place.token) : undefined;
  const announcer = byId('announcer');
  const show = soon(() => render());
  const panes: Pane[] = [];
  const isRecovering = (turn: Turn) =>
    panes.some(({ session }) => {
      const seen = session.conversation.turns.find((each) => each.id === turn.id);
      return seen?.recovering === true && seen.runEpoch === turn.runEpoch;
    });
  PEOPLE.forEach((person, index) => {
    const urls = nodes.map((_, offset) => nodes[(index + offset) % nodes.length]?.url || location.origin);
    // One tab speaks for all to a screen reader: they say the same.
    const announce = (text: string) => void (index === 0 && setText(announcer, text));
    panes.push(new Pane({ person, sessionId: place.session, urls, isRecovering, changed: show, announce }));
  });
  let processes: readonly NodeProcess[] = [];
  const strip = new NodeStrip(
    byId('nodes'),
    control &&
      (async (what, name) => {
        await control[what](name).catch((error: unknown) => setText(byId('cluster-note'), String(error)));
        await look();
      }),
  );

  let wasRecovering = false;
  const render = () => {
    const view = cluster.view;
    if (view === undefined) return;
    const turn = panes.map((pane) => pane.session.conversation.activeTurn).find((each) => each !== undefined);
    strip.update(
      view.nodes.map(({ name, url }) => ({
        name,
        url,
        alive: processes.find((process) => process.name === name)?.alive ?? (panes.some((pane) => pane.connection.node === name) || undefined),
        runs: turn?.runner === name && !isRecovering(turn),
        tabs: panes.filter((pane) => pane.connection.node === name).map((pane) => pane.name),
      })),
    );
    meter(panes);
    const recovering = turn !== undefined && isRecovering(turn);
    if (recovering !== wasRecovering) panes.forEach((pane) => pane.show());
    wasRecovering = recovering;
    for (const [index, pane] of panes.entries()) {
      setAttribute(byId(`choose-${index}`), 'data-node', pane.connection.node);
      setText(byId(`choose-${index}`).lastElementChild as HTMLElement, pane.connection.node ?? 'offline');
    }
  };

  const look = async () => {
    const before = processes;
    const [seen, view] = await Promise.allSettled([control?.nodes(), cluster.look()]);
    if (seen.status === 'fulfilled' && seen.value !== undefined) processes = seen.value;
    setText(byId('cluster-note'), noteOf(control !== undefined, seen, view.status === 'fulfilled' ? view.value : undefined));
    // A node that was seen to be alive twice has had the time to listen.
    const ready = (url: string) => [before, processes].every((list) => list.some((each) => each.url === url && each.alive));
    panes.forEach((pane, index) => {
      const home = nodes[index % nodes.length]?.url;
      if (home !== undefined && ready(home)) pane.goHome();
    });
    render();
  };

  header();
  tabs(panes);
  byId('panes').append(...panes.map((pane) => pane.element));
  byId('app').hidden = false;
  addEventListener('online', () => panes.forEach((pane) => pane.connection.state === 'waiting' && pane.connection.online()));
  // What a tab of this page has taken is offered to others at once, not only when its lease runs out.
  addEventListener('pagehide', (event) => event.persisted || panes.forEach((pane) => pane.session.close()));
  const again = () => void look().finally(() => setTimeout(again, LOOK_MS));
  again();
}

function noteOf(
  controlled: boolean,
  seen: PromiseSettledResult<readonly NodeProcess[] | undefined>,
  view: { readonly quorum: boolean; readonly safe: boolean } | undefined,
): string {
  const health =
    view === undefined
      ? 'No node answers'
      : !view.quorum
        ? 'No majority: this side may not write'
        : view.safe
          ? 'Majority present, every copy in place'
          : 'Majority present, copies are being restored';
  if (!controlled) return `${health}. Run ./mesh demo on your machine to kill and start nodes from here.`;
  return seen.status === 'rejected' ? `${health}. The control of the demo does not answer.` : `${health}.`;
}

function meter(panes: readonly Pane[]): void {
  const lost = panes.reduce((sum, pane) => sum + pane.witness.lost, 0);
  const duplicated = panes.reduce((sum, pane) => sum + pane.witness.duplicated, 0);
  const pause = Math.max(...panes.map((pane) => pane.witness.longestPauseMs));
  for (const [id, count] of [['lost', lost], ['duplicated', duplicated]] as const) {
    setText(byId(id), String(count));
    setAttribute(byId(id).parentElement as HTMLElement, 'data-good', String(count === 0));
  }
  setText(byId('pause'), pause === 0 ? '–' : pause < 1_000 ? `${Math.round(pause)} ms` : `${(pause / 1_000).toFixed(1)} s`);
}

function header(): void {
  setText(byId('session-id'), place.session);
  byId('new-session').setAttribute('href', hashOf({ ...place, session: `demo-${randomName()}` }));
  const copy = byId('copy-link');
  copy.addEventListener('click', () => {
    // The link to share leads to the session only: the control's token stays here.
    const link = `${location.origin}${location.pathname}${hashOf({ session: place.session, control: undefined, token: undefined })}`;
    navigator.clipboard.writeText(link).then(
      () => setText(copy, 'Copied'),
      () => prompt('Copy this link', link),
    );
    setTimeout(() => setText(copy, 'Copy link'), 2_000);
  });
}

/** On a narrow screen one pane shows at a time. */
function tabs(panes: readonly Pane[]): void {
  const buttons = panes.map((pane, index) => {
    pane.element.id = `pane-${index}`;
    const button = h(
      'button',
      { type: 'button', role: 'tab', id: `choose-${index}`, 'aria-controls': pane.element.id, onclick: () => choose(index) },
      h('span', {}, pane.name),
      h('span', { class: 'tab-node' }),
    );
    button.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      const next = (index + step + panes.length) % panes.length;
      choose(next);
      buttons[next]?.focus();
    });
    return button;
  });
  const choose = (chosen: number) => {
    buttons.forEach((button, index) => {
      button.setAttribute('aria-selected', String(index === chosen));
      button.tabIndex = index === chosen ? 0 : -1;
    });
    panes.forEach((pane, index) => setAttribute(pane.element, 'data-chosen', index === chosen ? 'true' : undefined));
    panes[chosen]?.show();
  };
  byId('tablist').append(...buttons);
  choose(0);
}
