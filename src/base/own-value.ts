/** A record's own value under any name, `constructor` and `__proto__` included; undefined where it has none. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
