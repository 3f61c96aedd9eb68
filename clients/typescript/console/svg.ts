/** Makes an element of a picture. What stands in its attributes is no style, and so allowed by the strictest policy. */
export function s(tag: string, attributes: Readonly<Record<string, string | number | undefined>> = {}, ...children: (Node | string)[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** How much of something there is, from 0 to 1. */
export function bar(part: number, tone: string | undefined = undefined): SVGElement {
  const width = `${(Math.min(1, Math.max(0, part)) * 100).toFixed(1)}%`;
  return s(
    'svg',
    { class: 'bar-of', 'aria-hidden': 'true', ...(tone === undefined ? {} : { 'data-tone': tone }) },
    s('rect', { class: 'whole', width: '100%', height: '100%', rx: 2 }),
    s('rect', { class: 'part', width, height: '100%', rx: 2 }),
  );
}
