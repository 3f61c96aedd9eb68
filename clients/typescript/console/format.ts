/** Numbers and times as a person reads them in passing. */

/** How long something lasted or lasts: the two largest units, or milliseconds. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1_000);
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const at = units.findIndex(([size]) => seconds >= size);
  const [size, name] = units[at] ?? [1, 's'];
  const [next, nextName] = units[at + 1] ?? [0, ''];
  const rest = next === 0 ? 0 : Math.floor((seconds % size) / next);
  return `${Math.floor(seconds / size)} ${name}${rest === 0 ? '' : ` ${rest} ${nextName}`}`;
}

/** How long ago something was; clocks of nodes differ a little, so what is to come is now. */
export function ago(at: string, now: number): string {
  const ms = now - Date.parse(at);
  return Number.isNaN(ms) ? '–' : ms < 1_000 ? 'now' : `${duration(Math.floor(ms / 1_000) * 1_000)} ago`;
}

/** A time of day, with the date when it was another day, in the reader's own time zone. */
export function clock(at: string, now: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '–';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const today = new Date(now);
  return today.toDateString() === date.toDateString() ? time : `${day} ${time}`;
}

export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let at = 0;
  while (value >= 1_024 && at < units.length - 1) {
    value /= 1_024;
    at++;
  }
  return `${value >= 100 || at === 0 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}

/** With a thin gap between groups of three. */
export function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `2 tabs`, `1 tab`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** `awaiting_approval` as words. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
