/** Makes each thing of a name once: the text of a program takes longer to put together than its dispatch. */
export function madeOnce<T>(): (name: string, make: (name: string) => T) => T {
  const made = new Map<string, T>();
  return (name, make) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const thing = make(name);
    made.set(name, thing);
    return thing;
  };
}
