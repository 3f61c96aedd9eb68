/** A place in a text where another node went on writing. */
export interface Seam {
  /** Characters before it. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

/** A piece of a line of text. */
export type Span =
  | { readonly kind: 'text' | 'bold' | 'code'; readonly text: string }
  | { readonly kind: 'seam'; readonly seam: Seam };

/** A paragraph or one item of a list. */
export interface Block {
  readonly kind: 'paragraph' | 'bullet' | 'number';
  /** What stands before a numbered item. */
  readonly marker: string;
  readonly spans: readonly Span[];
  /** Equal for blocks that look equal. */
  readonly key: string;
}

const ITEM = /^\s{0,3}(?:([-*])|(\d{1,3})[.)])\s+/;

/**
 * Reads the small part of Markdown that agents use in conversation: paragraphs, lists, bold and code. Everything else stays as
 * it is written. A text that is still growing is read so that what was shown does not jump: an open `**` is bold already.
 */
export function blocksOf(text: string, seams: readonly Seam[] = []): readonly Block[] {
  const blocks: Block[] = [];
  let offset = 0;
  let open: { kind: Block['kind']; marker: string; start: number; text: string } | undefined;
  const close = () => {
    if (open !== undefined) blocks.push(block(open, seams));
    open = undefined;
  };
  for (const line of text.split('\n')) {
    const item = ITEM.exec(line);
    if (line.trim() === '') {
      close();
    } else if (item !== null) {
      close();
      const kind = item[1] === undefined ? 'number' : 'bullet';
      open = { kind, marker: item[2] ?? '', start: offset + item[0].length, text: line.slice(item[0].length) };
    } else if (open === undefined) {
      open = { kind: 'paragraph', marker: '', start: offset, text: line };
    } else {
      open.text += `\n${line}`;
    }
    offset += line.length + 1;
  }
  close();
  return blocks;
}

function block(open: { kind: Block['kind']; marker: string; start: number; text: string }, seams: readonly Seam[]): Block {
  const end = open.start + open.text.length;
  const inside = seams.filter((seam) => seam.at > open.start && seam.at <= end);
  const spans = spansOf(open.text, open.start, inside);
  return { kind: open.kind, marker: open.marker, spans, key: `${open.kind}${open.marker}${inside.map((seam) => seam.at).join()}|${open.text}` };
}

function spansOf(text: string, start: number, seams: readonly Seam[]): readonly Span[] {
  const spans: Span[] = [];
  let kind: 'text' | 'bold' | 'code' = 'text';
  let piece = '';
  const flush = () => {
    if (piece !== '') spans.push({ kind, text: piece });
    piece = '';
  };
  const waiting = [...seams];
  for (let index = 0; index <= text.length; index++) {
    while (waiting[0] !== undefined && waiting[0].at <= start + index) {
      flush();
      spans.push({ kind: 'seam', seam: waiting.shift() as Seam });
    }
    if (index === text.length) break;
    if (kind !== 'code' && text.startsWith('**', index)) {
      flush();
      kind = kind === 'bold' ? 'text' : 'bold';
      index += 1;
    } else if (text[index] === '`' && kind !== 'bold') {
      flush();
      kind = kind === 'code' ? 'text' : 'code';
    } else {
      piece += text[index];
    }
  }
  flush();
  return spans;
}
