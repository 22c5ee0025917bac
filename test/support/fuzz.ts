import fc from 'fast-check';
import { HpoError } from '../../src/base/errors.ts';
import { Rng } from '../../src/base/rng.ts';
import { SWEEP_SEED } from './sweep-size.ts';

/** The end of a reader's case: it read a right result, or refused with an HpoError. */
type Answer = 'read' | 'refused';

/** The cases of one reader, with the branches of refusal that they reached. */
export class Fuzz {
  readonly reader: string;
  /** The faults, each with the number by which its case can be run again. */
  readonly wrong: string[] = [];
  readonly #counts: Record<Answer, number> = { read: 0, refused: 0 };
  readonly #branches = new Map<string, number>();
  #slowestMs = 0;

  constructor(reader: string) {
    this.reader = reader;
  }

  /**
   * Runs cases, or with SWEEP_CASE the one of that number.
   * @param run reads hostile input made from the draws. It returns a fault, or throws; an HpoError is a refusal.
   */
  async run(cases: number, run: (rng: Rng, at: number) => unknown): Promise<void> {
    const only = process.env.SWEEP_CASE;
    const from = only === undefined ? 0 : Number(only);
    for (let at = from; at < (only === undefined ? cases : from + 1); at++) {
      const startedAt = performance.now();
      const fault = await this.#one(at, run);
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt);
      if (fault !== undefined) this.wrong.push(`${this.reader}, SWEEP_SEED=${SWEEP_SEED} SWEEP_CASE=${at}: ${fault}`);
    }
  }

  /** Counts a refusal by the branch that its message comes from. @returns the problem with the message. */
  refuse(code: string, message: string): string | undefined {
    this.#counts.refused++;
    const branch = `${code} ${skeletonOf(message)}`;
    this.#branches.set(branch, (this.#branches.get(branch) ?? 0) + 1);
    if (message.trim() === '') return 'a refusal without a word';
    if (message.length > 4_000) return `a refusal of ${message.length} characters: ${message.slice(0, 200)}`;
    if (/\n\s+at /.test(message)) return `a stack trace: ${message}`;
    if (/Cannot read prop|is not a function|is not iterable|undefined \(reading/.test(message)) return message;
    return undefined;
  }

  /** The figures, as a row of the table. */
  get row(): Readonly<Record<string, string | number>> {
    const { read, refused } = this.#counts;
    return {
      reader: this.reader,
      cases: read + refused + this.wrong.length,
      'read rightly': read,
      refused,
      'error branches': this.#branches.size,
      wrong: this.wrong.length,
      'slowest ms': Math.round(this.#slowestMs),
    };
  }

  /** The branches of refusal that were reached, the most frequent first, with their counts. */
  get branches(): readonly string[] {
    return [...this.#branches].sort((a, b) => b[1] - a[1]).map(([branch, count]) => `${count} × ${branch}`);
  }

  async #one(at: number, run: (rng: Rng, at: number) => unknown): Promise<string | undefined> {
    try {
      const fault = await run(Rng.of(SWEEP_SEED, at, this.reader), at);
      if (typeof fault === 'string') return fault;
      this.#counts.read++;
      return undefined;
    } catch (error) {
      if (HpoError.is(error)) return this.refuse(error.code, error.message);
      return error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`;
    }
  }
}

/** A message without the values in it: the branch of code that it comes from. */
function skeletonOf(message: string): string {
  return message
    .replace(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replace(/'(?:[^'\\]|\\.)*'/g, "'…'")
    .replace(/`[^`]*`/g, '`…`')
    .replace(/\/[\w./-]+/g, '/…')
    .replace(/-?\d[\d.e+]*/g, '#')
    .replace(/ is [^;]{1,60}; give/g, ' is …; give')
    .replace(/\s+/g, ' ')
    .slice(0, 110);
}

const deep = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

/** Values that somebody could pass by mistake, or by malice. */
const STRANGE: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  0,
  1,
  -1,
  0.5,
  1e308,
  5e-324,
  2 ** 53,
  2 ** 53 - 1,
  1n,
  '',
  'a',
  '1',
  ' ',
  '__proto__',
  'constructor',
  'x'.repeat(600),
  '\u001b[2J',
  '\ud800',
  'one\ntwo',
  '{a}',
  true,
  false,
  [],
  [1],
  [null],
  ['a', 'a'],
  {},
  { a: 1 },
  { length: 3 },
  Object.create(null),
  JSON.parse('{"__proto__": {"x": 1}}'),
  cyclic,
  () => 1,
  class {},
  Symbol('s'),
  new Date(Number.NaN),
  new Map([['a', 1]]),
  new Set([1]),
  /x/,
  new Error('e'),
  Promise.resolve(1),
  new Uint8Array(3),
  deep(2_000),
];

/** A strange value: one of a list, or whatever fast-check makes. */
export function strange(rng: Rng): unknown {
  if (rng.integer(4) > 0) return STRANGE[rng.integer(STRANGE.length)];
  return fc.sample(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), {
    seed: rng.integer(2 ** 31),
    numRuns: 1,
  })[0];
}

/** One of some values. */
export function oneOf<T>(rng: Rng, values: readonly T[]): T {
  return values[rng.integer(values.length)] as T;
}

/** Changes some characters of a text, cuts it, or repeats a part of it. */
export function spoiltText(text: string, rng: Rng): string {
  const at = rng.integer(text.length + 1);
  const to = at + rng.integer(Math.max(1, text.length - at));
  switch (rng.integer(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, to) + text.slice(at);
    case 3:
      return (
        text.slice(0, at) + String.fromCharCode(rng.integer(rng.integer(2) === 0 ? 128 : 65_536)) + text.slice(at + 1)
      );
    default:
      return text.replace(/-?\d+(?:\.\d+)?|true|false|null|"[^"]*"/g, (token) =>
        rng.integer(6) === 0
          ? oneOf(rng, ['-1', '1e999', '0', 'null', '""', '[]', '{}', '"a"', '9007199254740993', 'NaN'])
          : token,
      );
  }
}
