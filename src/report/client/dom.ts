import { visibleLines } from '../../text/foreign-text.ts';

/** The content of an element. Hidden characters in text are shown escaped. */
export type Child = Node | string | undefined | readonly Child[];

type Properties<K extends keyof HTMLElementTagNameMap> = Partial<
  Pick<HTMLElementTagNameMap[K], keyof HTMLElementTagNameMap[K]>
> & { readonly [attribute: `aria-${string}` | `data-${string}`]: string };

/** Makes an element with these properties and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties<K>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-')) made.setAttribute(name, String(value));
    else Object.assign(made, { [name]: name === 'title' ? visibleLines(String(value)) : value });
  }
  append(made, children);
  return made;
}

function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child !== undefined) parent.appendChild(typeof child === 'string' ? textNode(child) : (child as Node));
  }
}

function textNode(text: string): Text {
  return document.createTextNode(visibleLines(text));
}

/** A list to choose from, with a label before it. */
export function select(
  label: string,
  options: readonly string[],
  chosen: number,
  onChoose: (at: number) => void,
): HTMLElement {
  const list = element(
    'select',
    { onchange: ({ currentTarget }) => onChoose((currentTarget as HTMLSelectElement).selectedIndex) },
    options.map((text, at) => element('option', { selected: at === chosen }, text)),
  );
  return element('label', { className: 'field' }, label, list);
}
