/**
 * Makes an element like another one, keeping what is there, so that focus, scroll position and selected text stay. It
 * then holds the other one's listeners (`onclick` and the like), as far as {@link LISTENERS} names them.
 *
 * @param made an element of the same kind, which is taken apart.
 */
export function morph(there: Element, made: Element): void {
  for (const { name } of [...there.attributes]) {
    if (!made.hasAttribute(name) && !KEPT.has(name)) there.removeAttribute(name);
  }
  for (const { name, value } of made.attributes) {
    if (!KEPT.has(name) && there.getAttribute(name) !== value) there.setAttribute(name, value);
  }
  if (there instanceof HTMLElement && made instanceof HTMLElement) {
    // The security policy allows styles that scripts set, but no attribute with a style.
    if (there.style.cssText !== made.style.cssText) there.style.cssText = made.style.cssText;
    for (const name of LISTENERS) there[name] = made[name] as null; // each of its own type
  }
  const chosen = made instanceof HTMLSelectElement ? made.selectedIndex : undefined;
  morphChildren(there, [...made.childNodes]);
  if (chosen !== undefined && there instanceof HTMLSelectElement) there.selectedIndex = chosen;
}

const KEPT: ReadonlySet<string> = new Set(['style', 'open']);
const LISTENERS = ['onclick', 'onchange', 'onkeydown', 'onclose'] as const;

/** Makes the children of an element like these nodes. */
export function morphChildren(there: Element, made: readonly Node[]): void {
  made.forEach((node, at) => {
    const former = there.childNodes[at];
    if (former === undefined) there.append(node);
    else if (!isAlike(former, node)) former.replaceWith(node);
    else if (node instanceof Element) morph(former as Element, node);
    else if (former.nodeValue !== node.nodeValue) former.nodeValue = node.nodeValue;
  });
  while (there.childNodes.length > made.length) there.lastChild?.remove();
}

function isAlike(one: Node, other: Node): boolean {
  return one.nodeName === other.nodeName && (one as Element).id === (other as Element).id;
}
