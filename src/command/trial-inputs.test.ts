import { describe, expect, it } from 'vitest';
import { nestParams } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';
import { LiveTrial } from '../study/trial/live-trial.ts';
import { TrialInputs } from './trial-inputs.ts';

const FILE = '/tmp/trial/params.json';

const refuse = () => Promise.reject(new Error('There is no study.'));
const port = {
  report: refuse,
  shouldPrune: refuse,
  setUserAttr: refuse,
  setConstraint: refuse,
  suggest: refuse,
  keepCheckpoints: refuse,
  warn: () => {},
};
const begin = { trial: 12, label: 'Trial 12', attempt: 1, place: '/tmp/trial', direction: undefined, reports: [] };

const checkpoints = { folder: '/tmp/trial/new', last: undefined, lastStep: undefined };

function inputs(flat: FlatParams, variants: readonly string[] = []) {
  const params = nestParams(flat, new Set(variants));
  const trial = new LiveTrial(
    { number: 12, studySeed: 7, attempt: 1, params, flatParams: flat, checkpoints: begin },
    port,
  );
  const settings = { epochs: 3, optimizer: 'sgd' };
  const context = { trial, params, studySeed: 7, settings, signal: new AbortController().signal };
  return { trial, inputs: new TrialInputs(context, { paramsFile: FILE, checkpoints }) };
}

describe('the environment of a program', () => {
  it('has the trial, its seeds, its parameters and its settings', () => {
    const { trial, inputs: made } = inputs({ learningRate: 0.1, batch2Size: 32, isFast: false, label: 'a b' });
    expect(made.env).toEqual({
      HPO_TRIAL: '12',
      HPO_SEED: String(trial.seed),
      HPO_STUDY_SEED: '7',
      HPO_PARAMS: '{"learningRate":0.1,"batch2Size":32,"isFast":false,"label":"a b"}',
      HPO_PARAMS_FILE: FILE,
      HPO_CHECKPOINT_FOLDER: '/tmp/trial/new',
      HPO_SETTINGS: '{"epochs":3,"optimizer":"sgd"}',
      HPO_PARAM_LEARNING_RATE: '0.1',
      HPO_PARAM_BATCH2_SIZE: '32',
      HPO_PARAM_IS_FAST: 'false',
      HPO_PARAM_LABEL: 'a b',
    });
    expect(trial.seed).not.toBe(7);
  });

  it('has a variable for each parameter, numbered where names would be the same, and none for null', () => {
    const { env } = inputs({ learningRate: 1, learning_rate: 2, 'learning rate': 3, empty: null }).inputs;
    const own = Object.entries(env).filter(([name]) => name.startsWith('HPO_PARAM_'));
    expect(own).toEqual([
      ['HPO_PARAM_LEARNING_RATE', '1'],
      ['HPO_PARAM_LEARNING_RATE_2', '2'],
      ['HPO_PARAM_LEARNING_RATE_3', '3'],
    ]);
  });

  it('has the parameters of a branch by their stored names, and nested as JSON', () => {
    const { env } = inputs({ optimizer: 'adam', 'optimizer.adam.beta1': 0.9 }, ['optimizer']).inputs;
    expect(env.HPO_PARAM_OPTIMIZER_ADAM_BETA1).toBe('0.9');
    expect(env.HPO_PARAMS).toBe('{"optimizer":{"kind":"adam","beta1":0.9}}');
  });
});

describe('a placeholder', () => {
  const flat = { optimizer: 'adam', 'optimizer.adam.beta1': 0.9, trial: 'mine' };
  const { trial, inputs: made } = inputs(flat, ['optimizer']);

  it.each([
    ['optimizer', 'adam'],
    ['optimizer.adam.beta1', 0.9],
    ['trial', 'mine'], // a parameter comes before the number of the trial
    ['studySeed', 7],
    ['paramsFile', FILE],
    ['settings.epochs', 3],
    ['optimizer.sgd.momentum', undefined], // of another branch
    ['optimizer.adamw.beta1', undefined], // of one whose name begins alike
  ])('%s stands for %j', (name, value) => {
    expect(made.lookup(name)).toBe(value);
  });

  it("stands for the trial's own seed and number", () => {
    expect(made.lookup('seed')).toBe(trial.seed);
    expect(inputs({}).inputs.lookup('trial')).toBe(12);
  });

  it.each(['optimizer.momentum', 'optimizer.adam.beta2', 'epochs', 'settings.nope', 'settings.toString', 'toString'])(
    '%s stands for nothing',
    (name) => {
      expect(() => made.lookup(name)).toThrow(
        `command(): {${name}} stands for nothing; there are {optimizer}, {optimizer.adam.beta1}, {trial}, ` +
          '{settings.epochs}, {settings.optimizer}, {trial}, {seed}, {studySeed}, {paramsFile}',
      );
    },
  );
});
