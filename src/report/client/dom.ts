/** The content of an element; text is shown as it is. */
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
    else Object.assign(made, { [name]: value });
  }
  append(made, children);
  return made;
}

function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child !== undefined)
      parent.appendChild(typeof child === 'string' ? document.createTextNode(child) : (child as Node));
  }
}

/** A list to choose from, with what stands before it. */
export function select(
  label: string,
  options: readonly string[],
  chosen: number,
  onChoose: (at: number) => void,
): HTMLElement {
  const list = element(
    'select',
    { onchange: () => onChoose(list.selectedIndex) },
    options.map((text, at) => element('option', { selected: at === chosen }, text)),
  );
  return element('label', { className: 'field' }, label, list);
}
