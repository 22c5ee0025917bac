import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as hpo from '../src/index.ts';
import * as pruners from '../src/pruner/index.ts';
import * as samplers from '../src/sampler/index.ts';
import * as terminators from '../src/terminator/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8');

interface Row {
  readonly theirs: readonly string[];
  readonly ours: string;
  readonly status: string;
  readonly note: string;
}

/** The rows of the page's tables that have four columns. */
const rows: readonly Row[] = read('docs/parity.md')
  .split('\n')
  .flatMap((line): Row[] => {
    const [, theirs = '', ours = '', status = '', note] = line.split('|').map((cell) => cell.trim());
    if (note === undefined || theirs === 'Optuna' || /^-+$/.test(theirs)) return [];
    return [{ theirs: [...theirs.matchAll(/`(\w+)`/g)].map(([, name = '']) => name), ours, status, note }];
  });

describe('docs/parity.md', () => {
  it('lists each public name of Optuna 5.0.0', () => {
    const names = JSON.parse(read('test/golden/optuna/public-names.json')) as Readonly<Record<string, string[]>>;
    const listed = rows.flatMap(({ theirs }) => theirs);
    expect(listed.sort()).toEqual(Object.values(names).flat().sort()); // studies and trials share two names
  });

  it('names functions and types that the package exports, where it says yes', () => {
    const types = new Set(read('src/index.ts').match(/\w+/g));
    const functions = new Map(Object.entries(hpo));
    for (const { theirs, ours, status } of rows) {
      const [, kind, name = ''] = /^`(type )?(\w+)(?:\(\))?`$/.exec(ours) ?? [];
      const what = `${theirs.join(', ')}: ${ours} (${status})`;
      expect(['same', 'yes', 'otherwise', 'no'], what).toContain(status);
      if (status === 'no') expect(ours, what).toBe('');
      else if (status !== 'otherwise') expect(ours, what).toMatch(/^`.*`$/);
      if (ours === '') continue;
      if (kind === undefined) expect(typeof functions.get(name), what).toBe('function');
      else expect(types.has(name), what).toBe(true);
    }
  });

  it('says of every other way and every lack what there is, unless the name says it', () => {
    for (const { status, theirs, note } of rows) {
      if (status === 'otherwise') expect(note.length, theirs.join()).toBeGreaterThan(5);
    }
  });

  it('lists every sampler, pruner and terminator of the package', () => {
    const listed = new Set(rows.flatMap(({ ours }) => /`(\w+)\(\)`/.exec(ours)?.[1] ?? []));
    const made = [samplers, pruners, terminators].flatMap((room) => Object.keys(room));
    expect(made.length).toBeGreaterThan(20);
    expect(made.filter((name) => !listed.has(name))).toEqual([]);
  });
});
