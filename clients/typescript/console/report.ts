/** Reads what a file says that anybody may have written: whatever is not as expected is left out. */

/** A list of objects. */
export function arrayOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((each): each is Readonly<Record<string, unknown>> => typeof each === 'object' && each !== null && !Array.isArray(each)) : [];
}

/** A text, or what a number or truth value is as one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
