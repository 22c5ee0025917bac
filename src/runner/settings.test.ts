import { describe, expect, it } from 'vitest';
import { defineStudy, float, space } from '../index.ts';
import type { StudyDefinition } from '../study/definition/definition.ts';
import { partAssignments, retrainSettings, trialSettings } from './settings.ts';

const common = { name: 'study', space: space({ x: float(0, 1) }), objective: () => 0 };

const study = defineStudy({
  ...common,
  settings: { epochs: 3, isFast: true, optimizer: 'adam' },
  profiles: { quick: { epochs: 1 }, full: { epochs: 10, optimizer: 'sgd' } },
  retrain: { settings: { epochs: 50, warmup: 5 }, profiles: { full: { epochs: 200 } }, run: () => undefined },
}) as unknown as StudyDefinition;
const bare = defineStudy(common) as unknown as StudyDefinition;

const refused = (message: string) => expect.objectContaining({ code: 'HPO_INVALID_ARGUMENT', message });

describe('assignments', () => {
  it('are for trials, except those whose name begins with `retrain.`', () => {
    const texts = ['epochs=5', 'retrain.epochs=7', 'note=retrain.x=1', 'retrain.retrain.a=1'];
    expect(partAssignments(texts)).toEqual({
      trial: ['epochs=5', 'note=retrain.x=1'],
      retrain: ['epochs=7', 'retrain.a=1'],
    });
  });
});

describe('the settings of trials', () => {
  it('are the defaults, then the profile, then the assignments, of which the last counts', () => {
    expect(trialSettings(study, undefined, [])).toEqual({ epochs: 3, isFast: true, optimizer: 'adam' });
    expect(trialSettings(study, 'full', [])).toEqual({ epochs: 10, isFast: true, optimizer: 'sgd' });
    const texts = ['epochs=4', 'isFast=false', 'epochs=5'];
    expect(trialSettings(study, 'full', texts)).toEqual({ epochs: 5, isFast: false, optimizer: 'sgd' });
    expect(trialSettings(bare, undefined, [])).toEqual({});
  });

  it('are frozen copies', () => {
    const settings = trialSettings(study, undefined, ['epochs=4']);
    expect(Object.isFrozen(settings)).toBe(true);
    expect(study.settings).toMatchObject({ epochs: 3 });
  });

  it.each([
    ['optimizer=a=b', { optimizer: 'a=b' }],
    ['optimizer=', { optimizer: '' }],
    ['optimizer=two\nlines', { optimizer: 'two\nlines' }],
    ['epochs=-1e3', { epochs: -1000 }],
  ])('take %j', (text, expected) => {
    expect(trialSettings(study, undefined, [text])).toMatchObject(expected);
  });

  it.each([
    ['epochs', 'write it as name=value.'],
    ['=1', 'write it as name=value.'],
    ['epochs= ', `'epochs' is a number, not " ".`],
    ['epochs=Infinity', `'epochs' is a number, not "Infinity".`],
    ['epochs=0x', `'epochs' is a number, not "0x".`],
    ['isFast=1', `'isFast' is true or false, not "1".`],
    ['warmup=1', "there is no setting 'warmup'; the settings are epochs, isFast, optimizer."],
    ['toString=1', "there is no setting 'toString'; the settings are epochs, isFast, optimizer."],
  ])('refuse %j', (text, problem) => {
    expect(() => trialSettings(study, undefined, [text])).toThrow(refused(`--set ${text}: ${problem}`));
  });

  it('refuse a profile that the study does not have', () => {
    const problem = "The study 'study' has no profile 'slow'; it has quick, full.";
    expect(() => trialSettings(study, 'slow', [])).toThrow(refused(problem));
    const none = "The study 'study' has no profile 'quick'; it has none.";
    expect(() => trialSettings(bare, 'quick', [])).toThrow(refused(none));
    expect(() => trialSettings(bare, undefined, ['a=1'])).toThrow(
      refused("--set a=1: there is no setting 'a'; the settings are none."),
    );
  });
});

describe('the settings of the retraining', () => {
  const trial = { epochs: 1, isFast: true, optimizer: 'rmsprop' };

  it("are the trials', then its own, then its profile's, then the assignments", () => {
    const settings = { epochs: 50, isFast: true, optimizer: 'rmsprop', warmup: 5 };
    expect(retrainSettings(study, undefined, trial, [])).toEqual(settings);
    expect(retrainSettings(study, 'quick', trial, [])).toEqual(settings); // it has no profile of this name
    expect(retrainSettings(study, 'full', trial, [])).toEqual({ ...settings, epochs: 200 });
    expect(retrainSettings(study, 'full', trial, ['epochs=9', 'warmup=0'])).toEqual({
      ...settings,
      epochs: 9,
      warmup: 0,
    });
  });

  it('name an assignment as it was written, and the settings that there are', () => {
    const names = 'the settings of the retraining are epochs, isFast, optimizer, warmup';
    expect(() => retrainSettings(study, undefined, trial, ['epoch=9'], 'retrain.')).toThrow(
      refused(`--set retrain.epoch=9: there is no setting 'epoch'; ${names}.`),
    );
  });

  it('cannot be set where the study has no retraining', () => {
    expect(retrainSettings(bare, undefined, trial, [])).toEqual(trial);
    expect(() => retrainSettings(bare, undefined, trial, ['epochs=9'], 'retrain.')).toThrow(
      refused("--set retrain.epochs=9: the study 'study' has no `retrain`; add it to defineStudy({ … })."),
    );
  });
});
