/** A record's own value under a name, which may be any: `constructor` and `__proto__` too. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
