import { clock, duration } from './format.js';
import type { Lane } from './lanes.js';
import { s } from './svg.js';

const ROW = 26;
const TOP = 4;
const FOOT = 20;

/** The membership over time: a row for each node, a bar while it was a member, and what befell it. */
export function lanes(all: readonly Lane[], since: number, now: number, hueOf: (node: string) => string, narrow: boolean): Element {
  // Drawn about as wide as it is shown, so that its words have the size of others.
  const [width, left] = narrow ? [400, 56] : [1_290, 96];
  const height = TOP + all.length * ROW + FOOT;
  const at = (time: number) => left + ((Math.min(Math.max(time, since), now) - since) / Math.max(1, now - since)) * (width - left - 4);
  const picture = s(
    'svg',
    { class: 'lanes', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Who was a member in the last ${duration(now - since)}` },
    ...ticks(since, now, narrow ? 3 : 7).flatMap((tick) => [
      s('line', { class: 'tick', x1: at(tick), x2: at(tick), y1: TOP, y2: height - FOOT + 4 }),
      s('text', { class: 'tick-text', x: at(tick), y: height - 5, 'text-anchor': 'middle' }, clock(new Date(tick).toISOString(), now)),
    ]),
  );
  all.forEach((lane, index) => {
    const y = TOP + index * ROW;
    const row = s('g', { 'data-hue': hueOf(lane.node) }, s('text', { class: 'lane-name', x: 0, y: y + ROW / 2 + 4 }, lane.node));
    row.append(s('line', { class: 'lane-line', x1: left, x2: width - 4, y1: y + ROW / 2, y2: y + ROW / 2 }));
    for (const stay of lane.stays) {
      const from = at(stay.from);
      const to = at(stay.to ?? now);
      const bar = s('rect', { class: 'stay', x: from, y: y + 6, width: Math.max(2, to - from), height: ROW - 12, rx: 3 });
      bar.append(s('title', {}, `${lane.node} ${stay.to === undefined ? 'is a member' : `was a member for ${duration(stay.to - stay.from)}`}`));
      row.append(bar);
      if (stay.to !== undefined && !stay.asked) row.append(s('path', { class: 'end', d: cross(to, y + ROW / 2) }, s('title', {}, `${lane.node} was lost at ${clock(new Date(stay.to).toISOString(), now)}`)));
    }
    for (const mark of lane.marks) {
      row.append(s('circle', { class: 'mark', 'data-kind': mark.kind, cx: at(mark.at), cy: y + ROW / 2, r: 4 }, s('title', {}, `${clock(new Date(mark.at).toISOString(), now)} ${lane.node} ${mark.text}`)));
    }
    picture.append(row);
  });
  return picture;
}

function cross(x: number, y: number): string {
  return `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x - 4} ${y + 4}L${x + 4} ${y - 4}`;
}

const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800].map((seconds) => seconds * 1_000);

/** Round times, as many as there is room for. */
export function ticks(since: number, now: number, most: number): readonly number[] {
  const step = STEPS.find((each) => (now - since) / each <= most) ?? 28_800_000;
  const first = Math.ceil(since / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((now - first) / step) + 1) }, (_, index) => first + index * step).filter((tick) => tick - since > step / 4 && now - tick > step / 4);
}
