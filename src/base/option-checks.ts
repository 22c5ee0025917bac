/** A table of all fields that an object of options may have. */
export type Fields<Options> = Readonly<Record<keyof Options, unknown>>;

/**
 * Refuses a field that is none, such as a misspelt one: types tell of it only where somebody checks them.
 * @param fail is called with what is wrong, and throws.
 */
export function checkFields(options: object, known: object, fail: (problem: string) => never): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) fail(`there is no \`${unknown}\`; there are ${Object.keys(known).join(', ')}.`);
}
