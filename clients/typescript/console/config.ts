import { h } from '../page/dom.js';
import type { Configurations, NodeConfiguration } from '../src/operator.js';
import { readConfig } from '../src/operator.js';
import type { Setting } from './differ.js';
import { having, settingsOf } from './differ.js';
import { count } from './format.js';
import type { Context, Page } from './page.js';
import { badge, empty, nodeName, section, silence, table } from './pieces.js';
import { hrefOf } from './route.js';

/** What the nodes were told, what they made of that, and where they differ. */
export class ConfigPage implements Page {
  readonly title = 'Configuration';
  readonly everyMs = 15_000;
  #all: Configurations | undefined;

  async load({ operators, operator, operates }: Context): Promise<void> {
    if (!operates) return;
    this.#all = await operators.ask(readConfig, operator);
  }

  draw({ operates, route }: Context): Element {
    if (!operates) return h('p', { class: 'notice' }, 'What the nodes were told is for operators: sign in as one.');
    if (this.#all === undefined) return empty('Asking the nodes …');
    const { nodes, silent } = this.#all;
    const wanted = route.query['has'] ?? '';
    const part = (title: string, note: string, of: (node: NodeConfiguration) => Readonly<Record<string, string>>) => {
      const settings = having(settingsOf(nodes.map((node) => ({ name: node.name, texts: of(node) }))), wanted);
      const differing = settings.filter(({ differs }) => differs).length;
      return settings.length === 0 ? '' : section(title, differing === 0 ? note : `${count(differing, 'setting')} the nodes differ in`, values(title, nodes, settings));
    };
    return h(
      'div',
      { class: 'stack' },
      ...silence(silent),
      h('form', { class: 'filters', role: 'search', 'data-form': 'find' }, h('div', { class: 'field' }, h('label', { for: 'find-has' }, 'Setting or value'), h('input', { id: 'find-has', name: 'has', type: 'search', value: wanted, autocomplete: 'off', spellcheck: 'false' }))),
      section('Self-check', 'what each node thinks of its settings, as of its start', findings(nodes)),
      part('Settings', 'flags, variables and files, with defaults filled in; no secrets, only whether there are any', (node) => node.settings),
      part('Versions', 'the nodes agree', (node) => node.versions),
      part('Limits', 'what each of them means: docs/limits.md', (node) => node.limits),
    );
  }

  act(): void {}

  input(name: string, value: string, { route, go }: Context): void {
    go(hrefOf('config', undefined, { ...route.query, [name]: value }));
  }
}

interface Shown {
  readonly level: string;
  readonly code: string;
  readonly text: string;
  readonly nodes: readonly string[];
}

/** What several nodes find is one line. */
function findings(nodes: readonly NodeConfiguration[]): HTMLElement {
  const all = new Map<string, Shown>();
  for (const node of nodes) {
    for (const finding of node.findings) {
      const key = `${finding.level} ${finding.code} ${finding.text}`;
      all.set(key, { ...finding, nodes: [...(all.get(key)?.nodes ?? []), node.name] });
    }
  }
  if (all.size === 0) return empty('Nothing to say.');
  return table(
    'Findings',
    [
      { name: 'Level', cell: (finding) => badge(finding.level, finding.level === 'error' ? 'bad' : 'warn') },
      { name: 'Finding', cell: (finding) => h('code', {}, finding.code) },
      { name: 'What it means', cell: (finding) => h('span', { class: 'wide-text' }, finding.text) },
      { name: 'Nodes', cell: (finding) => h('span', { class: 'names' }, ...finding.nodes.map((name) => nodeName(name))) },
    ],
    [...all.values()],
    (finding) => `${finding.code} ${finding.text}`,
  );
}

/** One column where all nodes agree, one for each node where they do not. */
function values(label: string, nodes: readonly NodeConfiguration[], settings: readonly Setting[]): HTMLElement {
  const names = nodes.map(({ name }) => name);
  const same = ({ values: all }: Setting) => new Set(all.values()).size <= 1;
  const shown = (text: string | undefined) => h('code', { class: 'value' }, text ?? '');
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label },
    h(
      'table',
      { class: 'settings' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Name'), ...names.map((name) => h('th', { scope: 'col' }, nodeName(name))))),
      h(
        'tbody',
        {},
        ...settings.map((setting) =>
          h(
            'tr',
            { 'data-key': setting.name, 'data-differs': setting.differs ? 'true' : undefined },
            h('th', { scope: 'row' }, setting.name, setting.differs ? h('span', { class: 'visually-hidden' }, ' (the nodes differ)') : ''),
            ...(same(setting) ? [h('td', { colspan: String(names.length) }, shown(setting.values.get(names[0] ?? '')))] : names.map((name) => h('td', {}, shown(setting.values.get(name))))),
          ),
        ),
      ),
    ),
  );
}
