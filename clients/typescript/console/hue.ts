const HUES = 6;

/**
 * Whose colour is which: the same on every page and in every browser, by the number at the end of a name, so that those of one kind (`mesh-0`, `mesh-1`) differ from
 * their neighbours. `n1` to `n3` have those of the demo page.
 */
export function hueOf(node: string): string {
  const [, kind = '', no = ''] = /^(.*?)(\d*)$/.exec(node) ?? [];
  return String((hash(kind) - hash('n') + Number(no) + 5 * HUES - 1) % HUES);
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % HUES, 0);
}
