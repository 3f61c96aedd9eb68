/**
 * Makes what is shown like what was built anew, and leaves alone what is the same: focus, scrolling, selections and open details stay.
 *
 * Built elements carry no listeners: what a press does stands in `data-act`, and one listener for all acts on it.
 */
export function morph(shown: Element, built: Element): void {
  syncAttributes(shown, built);
  syncChildren(shown, built);
}

/** Children are matched by their `data-key`, or else by their place. */
function syncChildren(shown: Element, built: Element): void {
  const keyed = new Map<string, ChildNode>();
  for (const child of shown.childNodes) {
    const key = keyOf(child);
    if (key !== undefined) keyed.set(key, child);
  }
  let next: ChildNode | null = shown.firstChild;
  for (const wanted of [...built.childNodes]) {
    const key = keyOf(wanted);
    const match = key === undefined ? unkeyed(next) : keyed.get(key);
    if (match !== undefined && match !== null && alike(match, wanted)) {
      if (match === next) next = next.nextSibling;
      else shown.insertBefore(match, next);
      if (match instanceof Element && wanted instanceof Element) morph(match, wanted);
      else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue;
    } else {
      shown.insertBefore(wanted, next);
    }
  }
  while (next !== null) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

function unkeyed(node: ChildNode | null): ChildNode | null {
  return node !== null && keyOf(node) === undefined ? node : null;
}

function keyOf(node: Node): string | undefined {
  return node instanceof Element ? (node.getAttribute('data-key') ?? undefined) : undefined;
}

function alike(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
}

/** What a person opened or typed is his. */
function isHis(element: Element, name: string): boolean {
  return (name === 'open' && element instanceof HTMLDetailsElement) || (name === 'value' && element === document.activeElement);
}

function syncAttributes(shown: Element, built: Element): void {
  for (const { name } of [...shown.attributes]) {
    if (!built.hasAttribute(name) && !isHis(shown, name)) shown.removeAttribute(name);
  }
  for (const { name, value } of [...built.attributes]) {
    if (isHis(shown, name) || shown.getAttribute(name) === value) continue;
    shown.setAttribute(name, value);
    if (name === 'value' && shown instanceof HTMLInputElement) shown.value = value;
  }
}
