import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { CategoricalDistribution, categorical } from '../space/categorical-distribution.ts';
import type { ParamValue } from '../space/distribution.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import { type Configuration, WRITERS } from './configuration.ts';

const plain: Configuration = {
  study: 'cifar-cnn',
  trial: 12,
  values: [0.25],
  params: { learningRate: 0.001, layers: 3, batchSize: 64, optimizer: 'adam', augment: true, schedule: null },
  distributions: {
    learningRate: float(1e-4, 1),
    layers: int(1, 4),
    batchSize: categorical([32, 64]),
    optimizer: categorical(['adam', 'sgd']),
    augment: categorical([true, false]),
    schedule: categorical([null, 'cosine']),
  },
  variants: new Set(),
};

/** A configuration with variants, one within another. */
const branched: Configuration = {
  study: 'branched',
  trial: 4,
  values: [0.5],
  params: {
    rate: 0.1,
    optimizer: 'adam',
    'optimizer.adam.beta1': 0.9,
    'optimizer.adam.decay': 'cosine',
    'optimizer.adam.decay.cosine.cycles': 3,
    'optimizer.adam.eps': 1e-8,
    mixing: 'none',
  },
  distributions: {
    rate: float(0, 1),
    optimizer: categorical(['adam', 'sgd']),
    'optimizer.adam.beta1': float(0.8, 1),
    'optimizer.adam.decay': categorical(['cosine', 'step']),
    'optimizer.adam.decay.cosine.cycles': int(1, 5),
    'optimizer.adam.eps': float(1e-9, 1),
    mixing: categorical(['none', 'beta']),
  },
  variants: new Set(['optimizer', 'optimizer.adam.decay', 'mixing']),
};

const branchedParams = {
  rate: 0.1,
  optimizer: { kind: 'adam', beta1: 0.9, decay: { kind: 'cosine', cycles: 3 }, eps: 1e-8 },
  mixing: { kind: 'none' },
};

const texts = ["it's", 'a "b" $HOME `id` \\n', 'one\ntwo', '', ' ', '😀 ä', '*/ // #', '~', '-n', '\u2028'];

/** The configuration with each text as a value, under names that are not identifiers. */
const hostile: Configuration = {
  study: 'x',
  trial: 0,
  values: [-1, 1e21],
  params: Object.fromEntries(texts.map((text, index) => [`the ${index}th "name's"\n`, text])),
  distributions: Object.fromEntries(texts.map((_, index) => [`the ${index}th "name's"\n`, categorical(texts)])),
  variants: new Set(),
};

const studies = [
  'new',
  'await',
  'undefined',
  '*/ alert(1) /*',
  "it's\n2",
  '3d',
  '😀',
  '...',
  'größe',
  'a-b c',
  'Study',
];

describe('json and yaml', () => {
  it('give the parameters back', () => {
    for (const configuration of [plain, hostile]) {
      expect(JSON.parse(WRITERS.json(configuration))).toEqual(configuration.params);
      expect(parseYaml(WRITERS.yaml(configuration))).toEqual(configuration.params);
    }
  });

  it('nest the parameters of variants', () => {
    expect(JSON.parse(WRITERS.json(branched))).toEqual(branchedParams);
    expect(parseYaml(WRITERS.yaml(branched))).toEqual(branchedParams);
  });

  it('say in YAML where they come from, on one line whatever the study is named', () => {
    expect(WRITERS.yaml(plain)).toMatchInlineSnapshot(`
      "# Trial 12 of the study "cifar-cnn", value 0.25.
      learningRate: 0.001
      layers: 3
      batchSize: 64
      optimizer: adam
      augment: true
      schedule: null
      "
    `);
    for (const study of studies) {
      expect(parseYaml(WRITERS.yaml({ ...plain, study }))).toEqual(plain.params);
    }
  });
});

describe('ts', () => {
  it('types categorical parameters by their choices', () => {
    expect(WRITERS.ts(plain)).toMatchInlineSnapshot(`
      "/** Trial 12 of the study "cifar-cnn", value 0.25. */
      export interface CifarCnnParams {
        readonly learningRate: number;
        readonly layers: number;
        readonly batchSize: 32 | 64;
        readonly optimizer: 'adam' | 'sgd';
        readonly augment: true | false;
        readonly schedule: null | 'cosine';
      }

      export const cifarCnn: CifarCnnParams = {
        learningRate: 0.001,
        layers: 3,
        batchSize: 64,
        optimizer: 'adam',
        augment: true,
        schedule: null,
      };
      "
    `);
  });

  it('types a variant by the branch that was taken', () => {
    expect(WRITERS.ts(branched)).toMatchInlineSnapshot(`
      "/** Trial 4 of the study "branched", value 0.5. */
      export interface BranchedParams {
        readonly rate: number;
        readonly optimizer: {
          readonly kind: 'adam';
          readonly beta1: number;
          readonly decay: {
            readonly kind: 'cosine';
            readonly cycles: number;
          };
          readonly eps: number;
        };
        readonly mixing: {
          readonly kind: 'none';
        };
      }

      export const branched: BranchedParams = {
        rate: 0.1,
        optimizer: {
          kind: 'adam',
          beta1: 0.9,
          decay: {
            kind: 'cosine',
            cycles: 3,
          },
          eps: 1e-8,
        },
        mixing: {
          kind: 'none',
        },
      };
      "
    `);
  });

  it('compiles with any content, and gives the values back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hpo-test-'));
    const configurations = [plain, branched, hostile, ...studies.map((study) => ({ ...plain, study }))];
    for (const [index, configuration] of configurations.entries()) {
      writeFileSync(join(folder, `configuration-${index}.ts`), WRITERS.ts(configuration));
    }
    writeFileSync(
      join(folder, 'use.ts'),
      `import { cifarCnn, type CifarCnnParams } from './configuration-0.ts';
       export const size: 32 | 64 = cifarCnn.batchSize;
       export const schedule: null | 'cosine' = cifarCnn.schedule;
       // @ts-expect-error 48 is no choice
       export const other: CifarCnnParams = { ...cifarCnn, batchSize: 48 };
       // @ts-expect-error it is read-only
       cifarCnn.layers = 4;
       import { branched } from './configuration-1.ts';
       export const kind: 'adam' = branched.optimizer.kind;
       export const cycles: number = branched.optimizer.decay.cycles;`,
    );
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--allowImportingTsExtensions', '--types', ''];
    execFileSync(process.execPath, [tsc, ...flags, ...files], { cwd: folder, stdio: 'pipe' });
    for (const [index, { params }] of configurations.entries()) {
      const expected = params === branched.params ? branchedParams : params;
      const module: Record<string, unknown> = await import(join(folder, `configuration-${index}.ts`));
      expect(Object.values(module)).toEqual([expected]);
    }
    rmSync(folder, { recursive: true });
  });
});

it('writes choices that only Optuna allows, and no invisible character', () => {
  const choices = [Number.POSITIVE_INFINITY, [1, 'two'], 'a\u202eb'] as unknown as readonly ParamValue[];
  const distribution = new CategoricalDistribution(choices, 'stored');
  const names = ['decay', 'kernel', 'name'];
  const configuration: Configuration = {
    ...plain,
    params: Object.fromEntries(names.map((name, at) => [name, choices[at] as ParamValue])),
    distributions: Object.fromEntries(names.map((name) => [name, distribution])),
  };
  const written = WRITERS.ts(configuration);
  expect(written).toContain(`readonly kernel: number | [1,"two"] | 'a\\u202eb';`);
  expect(written).toContain(`  decay: Infinity,\n  kernel: [1,"two"],\n  name: 'a\\u202eb',\n`);
  expect(JSON.parse(WRITERS.json(configuration))).toEqual({ decay: 'Infinity', kernel: [1, 'two'], name: 'a\u202eb' });
  expect(() => WRITERS.env({ ...plain, params: { note: 'a\0b' } })).toThrow(/'note' has a NUL character/);
});

describe('env', () => {
  it('writes names in capitals, and quotes values that a shell would split', () => {
    expect(WRITERS.env({ ...plain, params: { ...plain.params, note: "it's late" } })).toMatchInlineSnapshot(`
      "# Trial 12 of the study "cifar-cnn", value 0.25.
      LEARNING_RATE=0.001
      LAYERS=3
      BATCH_SIZE=64
      OPTIMIZER=adam
      AUGMENT=true
      SCHEDULE=
      NOTE='it'\\''s late'
      "
    `);
  });

  it('stays flat for variants', () => {
    expect(WRITERS.env(branched)).toContain('OPTIMIZER=adam\nOPTIMIZER_ADAM_BETA1=0.9\nOPTIMIZER_ADAM_DECAY=cosine\n');
  });

  it('gives the values back to a shell', () => {
    for (const study of ['x', ...studies]) {
      const names = texts.map((_, index) => `THE_${index}TH_NAME_S_`);
      const print = names.map((name) => `printf '%s\\0' "$${name}"`).join('\n');
      const printed = execFileSync('sh', ['-c', `${WRITERS.env({ ...hostile, study })}\n${print}`], {
        encoding: 'utf8',
      });
      expect(printed.split('\0').slice(0, -1)).toEqual(texts);
    }
  });

  it('gives parameters different names where these would be the same', () => {
    const params = { learningRate: 1, learning_rate: 2, 'learning-rate': 3, '3d': 4 };
    expect(WRITERS.env({ ...plain, params })).toMatchInlineSnapshot(`
      "# Trial 12 of the study "cifar-cnn", value 0.25.
      LEARNING_RATE=1
      LEARNING_RATE_2=2
      LEARNING_RATE_3=3
      _3D=4
      "
    `);
  });
});
