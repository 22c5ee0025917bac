import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { HpoError } from '../base/errors.ts';
import { categorical } from '../space/categorical-distribution.ts';
import { float } from '../space/float-distribution.ts';
import { space } from '../space/search-space.ts';
import { variant } from '../space/variant.ts';
import { defineStudy } from '../study/definition/define-study.ts';
import { configurationFromFile } from './configuration-file.ts';

const study = defineStudy({
  name: 'cnn',
  space: space({
    learningRate: float(0, 1),
    shape: categorical(['a', 'b']),
    optimizer: variant({ adam: { beta: float(0, 1) }, sgd: {} }),
  }),
  settings: { epochs: 5, images: 100, fast: false, device: 'cpu' },
  profiles: { quick: { epochs: 1 } },
  objective: () => 1,
  retrain: { settings: { epochs: 50 }, run: () => undefined },
});
const PARAMS = { learningRate: 0.5, shape: 'b', optimizer: { kind: 'adam', beta: 0.25 } };
const FLAT = { learningRate: 0.5, shape: 'b', optimizer: 'adam', 'optimizer.adam.beta': 0.25 };

/** The configuration read from a file with this content, or the message that refuses it. */
function read(content: unknown, name = 'best.json') {
  const file = join(tempFolder(), name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  try {
    return configurationFromFile(file, study);
  } catch (error) {
    if (!HpoError.is(error)) throw error; // any other error would be shown with its stack
    return `${error.code} ${error.message.replaceAll(file, name)}`;
  }
}

describe('a configuration in a file', () => {
  it('in doubtful YAML is read without a word of its parser', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    expect(read('learningRate: 0.5\nshape: &a: b\n', 'best.yaml')).toContain('HPO_INVALID_ARGUMENT');
    await new Promise((done) => setImmediate(done)); // warnings are emitted late
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('is best.json, or parameters alone, nested or as they are stored, in JSON or YAML', () => {
    const settings = { epochs: 7, images: 3, fast: true, device: 'gpu' };
    const best = {
      study: 'cnn',
      trial: 4,
      params: PARAMS,
      settings,
      profile: 'quick',
      studySeed: 9,
      value: 'Infinity',
    };
    const known = { trial: 4, profile: 'quick', settings, studySeed: 9 };
    expect(read(best)).toEqual({ params: FLAT, ...known, warnings: [] });
    const unknown = { trial: undefined, profile: undefined, settings: undefined, studySeed: undefined };
    for (const params of [PARAMS, FLAT]) expect(read(params)).toEqual({ params: FLAT, ...unknown, warnings: [] });
    const yaml = '# Trial 4\nlearningRate: 0.5\nshape: b\noptimizer:\n  kind: adam\n  beta: 0.25\nlayers: 3\n';
    expect(read(yaml, 'best.yaml')).toEqual({ params: { ...FLAT, layers: 3 }, ...unknown, warnings: [] });
    expect(read(`\ufeff${JSON.stringify({ params: PARAMS, trial: null, profile: null })}`)).toMatchObject(unknown);
  });

  it('gets the settings that it lacks from the study and its profile, and says so', () => {
    expect(read({ params: PARAMS, profile: 'quick', settings: { images: 3 }, study: 'other' })).toMatchObject({
      settings: { epochs: 1, images: 3, fast: false, device: 'cpu' },
      warnings: [
        expect.stringMatching(/best\.json is of the study "other", not of this one$/),
        expect.stringMatching(/best\.json lacks settings; .*: epochs=1 fast=false device=cpu$/),
      ],
    });
  });

  it.each<readonly [string, unknown]>([
    ['has no `learningRate`, but `learnigRate`', { params: { ...PARAMS, learningRate: undefined, learnigRate: 1 } }],
    ['has "0.5" for `learningRate`, which is no value of float(0, 1)', { params: { ...PARAMS, learningRate: '0.5' } }],
    ['has null for `shape`, which is no value of categorical(["a","b"])', { params: { ...PARAMS, shape: null } }],
    ['holds `shape`, which is an array, which no parameter can be', { ...PARAMS, shape: ['a'] }],
    [
      'holds `optimizer`, which is an object without the `kind` that a variant has',
      { ...PARAMS, optimizer: { beta: 1 } },
    ],
    ['has no `optimizer.adam.beta`', { ...PARAMS, optimizer: { kind: 'adam' } }],
    ['has "lion" for `optimizer`, which is no value of categorical(["adam","sgd"])', { ...PARAMS, optimizer: 'lion' }],
    ['is no configuration: `trial` is -1; give a whole number from 0 on', { params: PARAMS, trial: -1 }],
    ['is no configuration: `trial` is "4"; give a whole number from 0 on', { params: PARAMS, trial: '4' }],
    ['is no configuration: `studySeed` is -1.5; give a whole number from 0 on', { params: PARAMS, studySeed: -1.5 }],
    ['is no configuration: `study` is 3; give the name of a study', { params: PARAMS, study: 3 }],
    ['is no configuration: `profile` is 1; give the name of a profile', { params: PARAMS, profile: 1 }],
    ['names the profile "slow"; the profiles of \'cnn\' are quick', { params: PARAMS, profile: 'slow' }],
    ['is no configuration: `settings` is an array; give an object of settings', { params: PARAMS, settings: [] }],
    ['is no configuration: `settings.epochs` is "5"; give a number', { params: PARAMS, settings: { epochs: '5' } }],
    ['is no configuration: `settings.fast` is an object; give a boolean', { params: PARAMS, settings: { fast: {} } }],
    [
      'has a setting `epoch`, and the study has epochs, images, fast, device; did you mean `epochs`?',
      { params: PARAMS, settings: { epoch: 5 } },
    ],
    ['has a field `setings`; did you mean `settings`?', { params: PARAMS, setings: {} }],
    ['holds no object of parameters; name a best.json, or a file with an object of parameters', 'null'],
  ])('is refused: it %s', (problem, content) => {
    const line = problem.endsWith('?') ? problem : `${problem}.`;
    expect(read(content)).toBe(`HPO_INVALID_ARGUMENT --config best.json ${line}`);
  });

  it('is refused where it is deeper or larger than any configuration', () => {
    const deep = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [at, letter] of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].entries()) {
      bomb.push(`${letter}: &${letter} [${Array(10).fill(`*${'abcdefgh'[at]}`).join(', ')}]`);
    }
    const lines = [
      read(`{"params": ${deep('[', ']', 200_000)}}`),
      read(`{"x": ${deep('{"kind": ', '}', 50_000).replace('}', '1}')}}`),
      read(`x: ${deep('[', ']', 50_000)}\n`, 'best.yaml'),
      read(`x: ${deep('[', ']', 500)}\n`, 'best.yaml'),
      read(bomb.join('\n'), 'best.yaml'),
      read('x: &x\n  kind: a\n  y: *x\n', 'best.yaml'),
      read(`{"x": "${'y'.repeat(17 * 2 ** 20)}"}`),
      read(`[${'1,'.repeat(1_100_000)}1]`),
      read(`{"x": [${'1,'.repeat(1_100_000)}1]}`),
      read('{"x": 1'),
      read('x: [1', 'best.yml'),
    ];
    const mend = '; name a best.json, or a file with an object of parameters.';
    expect(lines.map((line) => String(line).replace(mend, '').replace('HPO_INVALID_ARGUMENT --config ', ''))).toEqual([
      'best.json is nested more than 100 levels deep',
      'best.json is nested more than 100 levels deep',
      'best.yaml is nested too deeply',
      'best.yaml is nested more than 100 levels deep',
      'best.yaml is not YAML',
      'best.yaml is nested more than 100 levels deep',
      'best.json has 17825801 bytes, and no configuration has more than 16777216',
      'best.json holds no object of parameters',
      'best.json holds more than 1000000 values',
      'best.json is not JSON',
      'best.yml is not YAML',
    ]);
  });
});
