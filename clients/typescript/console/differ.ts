/** One setting on all nodes. */
export interface Setting {
  readonly name: string;
  /** By node. */
  readonly values: ReadonlyMap<string, string>;
  /** The nodes do not agree. */
  readonly differs: boolean;
}

/** What belongs to a node alone, so that it says nothing when it differs. */
const OWN: readonly string[] = ['node', 'public URL', 'bind host', 'member port', 'bus port', 'public host', 'state directory', 'HTTP host', 'HTTP port', 'allowed hosts', 'zone', 'drill reports'];

/** The settings of all nodes side by side, in the order of the first one that knows each. */
export function settingsOf(nodes: readonly { readonly name: string; readonly texts: Readonly<Record<string, string>> }[]): readonly Setting[] {
  const names = [...new Set(nodes.flatMap(({ texts }) => Object.keys(texts)))];
  return names.map((name) => {
    const values = new Map(nodes.map((node) => [node.name, node.texts[name] ?? 'not known']));
    return { name, values, differs: !OWN.includes(name) && new Set(values.values()).size > 1 };
  });
}

/** Those whose name or one of whose values has these words. */
export function having(settings: readonly Setting[], words: string): readonly Setting[] {
  const wanted = words.trim().toLowerCase();
  return wanted === '' ? settings : settings.filter(({ name, values }) => [name, ...values.values()].some((text) => text.toLowerCase().includes(wanted)));
}
