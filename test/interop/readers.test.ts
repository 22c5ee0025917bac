import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { JsonValue } from '../../src/base/json.ts';
import { WRITERS } from '../../src/cli/configuration.ts';
import { formatRows, type Row } from '../../src/cli/table.ts';
import { categorical } from '../../src/space/categorical-distribution.ts';
import { writeFiles } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

// The output of `--format` and `hpo export`, read by PyYAML (which Optuna brings), Python's json and csv, jq, and sh.

/** Texts that some version of YAML, a spreadsheet or a shell takes for something else. */
const MISREAD = [
  ...'y N yes No on OFF true False null ~ NULL - ? : = << ! | > --- ... [a] {a} "a" @a &a *a !a %a `a`'.split(' '),
  ...'1_000 12:30 12:30:45 1e3 1e-7 1. .5 +1 0o17 017 0x1F 0b1 1,5 .inf -.INF .nan NaN Infinity'.split(' '),
  ...'2024-01-01 2024-01-01T00:00:00Z a: =1+1 @SUM(A1) λ-😀 \\ \' "'.split(' '),
  ...['', ' ', '# c', 'a # c', 'a: b', '- a', '? a', '--- a', ' lead', 'trail ', 'a  b', '\ta', "it's", '=1+1,"x"'],
  ...[
    'line\nbreak',
    'a\r\nb',
    'a\rb',
    '\n',
    'a\n',
    '\u0085',
    'a\u2028b',
    '\ufeffa',
    '\u001b[31m',
    '\u007f',
    'a\u3164b', // invisible letters
    '\uffa0',
    '\u{e0041}',
  ],
  ...['$HOME `id` \\ !!', 'x'.repeat(200), `${'long words '.repeat(20)}\nand more`],
];

const text = fc.oneof(fc.constantFrom(...MISREAD), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
const wellFormed = text.filter((each) => !/[\p{Cs}\0]/u.test(each));
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constantFrom(1e-7, 1.5e-7, -1e-7, 1e21, -1.5e21, 5e-324, Number.MAX_VALUE, 0, 1, -1, 2 ** 53, 0.1),
);
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(wellFormed, number, fc.boolean(), fc.constant(null));
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(wellFormed, scalar, { maxKeys: 3, noNullPrototype: true }),
);
const row = fc.dictionary(wellFormed, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
const flatRow = fc.dictionary(wellFormed, scalar, { minKeys: 1, maxKeys: 4, noNullPrototype: true });

/** Each of the odd texts as a name and as a value, and random rows. */
const rows: readonly Row[] = [
  ...MISREAD.map((each): Row => ({ [each]: each })),
  ...fc.sample(row, { numRuns: 300, seed: 1 }),
];
const flatRows: readonly Row[] = [
  ...MISREAD.map((each): Row => ({ a: each })),
  ...fc.sample(flatRow, { numRuns: 300, seed: 1 }),
];

/** The row in CSV, where everything is text. */
function csvOf(each: Row): readonly (readonly string[])[] {
  return [Object.keys(each), Object.values(each).map((cell) => (cell === null ? '' : String(cell)))];
}

describeWithOptuna('Python reads back', () => {
  async function readBack(cases: readonly (readonly [format: string, text: string])[]): Promise<JsonValue> {
    const folder = tempFolder();
    writeFiles(folder, { 'cases.json': JSON.stringify(cases) });
    return runPython('read_formats.py', join(folder, 'cases.json'));
  }

  it('YAML by PyYAML, and JSON', async () => {
    const written = rows.flatMap((each) => [
      ['yaml', formatRows([each], 'yaml')] as const,
      ['json', formatRows([each], 'json')] as const,
    ]);
    expect(await readBack(written)).toEqual(rows.flatMap((each) => [[each], [each]]));
  });

  it('NaN and the infinities: as such in YAML, by their names in JSON', async () => {
    const odd = [{ a: Number.NaN, b: Infinity, c: [-Infinity] }];
    const named = [{ a: 'NaN', b: 'Infinity', c: ['-Infinity'] }];
    const written = [['yaml', formatRows(odd, 'yaml')] as const, ['json', formatRows(odd, 'json')] as const];
    expect(await readBack(written)).toEqual([odd, named]);
  });

  it('CSV by its csv module', async () => {
    const written = flatRows.map((each) => ['csv', formatRows([each], 'csv')] as const);
    expect(await readBack(written)).toEqual(flatRows.map(csvOf));
    const lone = [{ a: '' }, { a: null }, { a: 'x' }];
    expect(await readBack([['csv', formatRows(lone, 'csv')]])).toEqual([[['a'], [''], [''], ['x']]]);
  });
});

it('YAML is the same to YAML 1.2 and 1.1', () => {
  for (const each of rows) {
    const written = formatRows([each], 'yaml');
    expect(parseYaml(written)).toEqual([each]);
    expect(parseYaml(written, { version: '1.1' })).toEqual([each]);
  }
});

const hasJq = spawnSync('jq', ['--version']).status === 0;

describe.skipIf(!hasJq)(hasJq ? 'jq reads back' : 'jq reads back (skipped: no jq)', () => {
  it('JSON', () => {
    const written = rows.map((each) => formatRows([each], 'json')).join('');
    const read = execFileSync('jq', ['-c', '.'], { input: written, encoding: 'utf8', maxBuffer: 2 ** 28 });
    const lines = read
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual(rows.map((each) => [each]));
  });
});

describe('sh reads back', () => {
  /** The values that a shell has for the variables in a file that `hpo export --format env` wrote, by their names. */
  function readBack(
    params: Readonly<Record<string, string | number | boolean | null>>,
  ): readonly (readonly [string, string])[] {
    const distributions = Object.fromEntries(Object.entries(params).map(([name, each]) => [name, categorical([each])]));
    const written = WRITERS.env({
      study: 'a\u0085b',
      trial: 0,
      values: [1],
      params,
      distributions,
      variants: new Set(),
    });
    const names = [...written.matchAll(/^([A-Z_][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
    const folder = tempFolder();
    writeFiles(folder, { 'best.env': written });
    const script = `. ./best.env; for name in "$@"; do eval "printf '%s\\\\0%s\\\\0' \\"$name\\" \\"\\$$name\\""; done`;
    const read = execFileSync('sh', ['-eu', '-c', script, 'sh', ...new Set(names)], { cwd: folder, encoding: 'utf8' });
    const fields = read.split('\0').slice(0, -1);
    return fields.flatMap((field, at) => (at % 2 === 0 ? [[field, fields[at + 1] ?? ''] as const] : []));
  }

  it('environment variables of any value', () => {
    const params = Object.fromEntries(MISREAD.map((each, at) => [`param${at}`, each]));
    const some = Object.fromEntries(
      fc.sample(scalar, { numRuns: 100, seed: 1 }).map((each, at) => [`more${at}`, each]),
    ) as typeof params;
    const expected = Object.entries({ ...params, ...some }).map(([name, each]) => [
      name.toUpperCase(),
      String(each ?? ''),
    ]);
    expect(Object.fromEntries(readBack({ ...params, ...some }))).toEqual(Object.fromEntries(expected));
  });

  it('under names that leave the shell as it was', () => {
    const names = ['path', 'IFS', 'home', 'uid', 'λ', '_', 'ld.preload', '2nd', 'learningRate', 'learning_rate'];
    expect(readBack(Object.fromEntries(names.map((name, at) => [name, at])))).toEqual(
      ['PARAM_PATH', 'PARAM_IFS', 'PARAM_HOME', 'PARAM_UID', 'PARAM__', 'PARAM___2', 'PARAM_LD_PRELOAD', '_2ND']
        .concat('LEARNING_RATE', 'LEARNING_RATE_2')
        .map((name, at) => [name, String(at)]),
    );
  });
});
