import { HpoError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import { asSentence } from '../../base/nearest-name.ts';
import {
  callback,
  checkFields,
  type Fields,
  oneOf,
  type Refuse,
  shown,
  wholeNumberFrom,
  wrongValue,
} from '../../base/option-checks.ts';
import { ownValue } from '../../base/own-value.ts';
import type { FlatParams, SearchSpace } from '../../space/search-space.ts';
import type { Direction } from '../../trial/direction.ts';
import { checkTransferFrom } from '../earlier-trials.ts';
import { declaredParams, enqueuedParams } from '../enqueued-params.ts';
import { checkStopWhen } from '../stop-when.ts';
import { studyShape } from '../study-shape.ts';
import type { RetrainDefinition, Settings, StudyOptions } from './definition.ts';
import { profilesOf } from './profiles.ts';
import { samplerAndPruner } from './sampler-and-pruner.ts';

// biome-ignore lint/suspicious/noExplicitAny: of any study
const FIELDS: Fields<StudyOptions<any, any, any>> = {
  name: true,
  space: true,
  direction: true,
  directions: true,
  sampler: true,
  pruner: true,
  trials: wholeNumberFrom(1),
  stopWhen: true,
  duplicates: true,
  seed: wholeNumberFrom(0),
  enqueue: true,
  transferFrom: true,
  retries: wholeNumberFrom(0),
  trialTimeoutMs: wholeNumberFrom(1),
  trialMemoryMb: wholeNumberFrom(1),
  settings: true,
  profiles: true,
  defaultProfile: true,
  device: callback,
  prepare: callback,
  objective: true,
  retrain: true,
  onEvent: callback,
};

// biome-ignore lint/suspicious/noExplicitAny: of any study
const RETRAIN_FIELDS: Fields<RetrainDefinition<any, any, any>> = {
  settings: true,
  profiles: true,
  from: oneOf('scratch', 'checkpoint'),
  run: true,
};

/**
 * Checks the options of `defineStudy` and returns the directions.
 * @throws HpoError HPO_INVALID_STUDY naming the field that is wrong; the error of a sampler or a pruner that refuses
 *   the study.
 */
// biome-ignore lint/suspicious/noExplicitAny: checks the values that the types cannot promise
export function checkStudy(options: StudyOptions<any, any, any>): readonly Direction[] {
  const fail = (problem: string): never => {
    throw new HpoError('HPO_INVALID_STUDY', `defineStudy(): ${problem}`, { data: { name: options?.name } });
  };
  if (typeof options !== 'object' || options === null) return fail('give an object with name, space and objective.');
  checkFields(options, FIELDS, fail);
  checkStudyName(options.name, fail);
  checkSpace(options.space, fail);
  if (typeof options.objective !== 'function') {
    fail(wrongValue('`objective`', options.objective, 'the function that runs a trial'));
  }
  const directions = resolveDirections(options, fail);
  checkTransferFrom(options.transferFrom, options.name, fail);
  samplerAndPruner(options, studyShape({ name: options.name, directions }, options.space), fail);
  checkStopWhen(options.stopWhen, directions, fail);
  startPoints(options.space, options.enqueue, fail);
  const { settings = {}, profiles = {}, defaultProfile = {}, retrain } = options;
  checkSettings('settings', settings, fail);
  checkProfiles('profiles', profiles, settings, fail);
  if (retrain !== undefined) {
    if (typeof retrain?.run !== 'function') {
      fail(wrongValue('`retrain.run`', retrain?.run, 'the function that trains the winner'));
    }
    checkFields(retrain, RETRAIN_FIELDS, (problem) => fail(`in \`retrain\` ${problem}`));
    checkSettings('retrain.settings', retrain.settings ?? {}, fail);
    checkProfiles('retrain.profiles', retrain.profiles ?? {}, { ...settings, ...retrain.settings }, fail);
  }
  if (!isObject(defaultProfile)) {
    fail(
      wrongValue('`defaultProfile`', defaultProfile, "an object of profiles by the kind of device: { cpu: 'quick' }"),
    );
  }
  for (const [kind, profile] of Object.entries(defaultProfile)) {
    if (kind !== 'cpu' && kind !== 'gpu') fail(`\`defaultProfile.${kind}\` is for no kind of device; use cpu and gpu.`);
    const known = profilesOf(options);
    if (typeof profile !== 'string' || !known.includes(profile)) {
      fail(`\`defaultProfile.${kind}\` is ${shown(profile)}; the profiles are ${known.join(', ') || 'none'}.`);
    }
  }
  const { checkStudy: checkFit } = options.objective as CheckingObjective;
  checkFit?.(options);
  return directions;
}

/**
 * The start points of a study, as they are stored.
 * @param fail called with the problem, which names the entry and its parameter.
 */
export function startPoints(space: SearchSpace, enqueue: unknown, fail: Refuse): readonly FlatParams[] {
  if (enqueue === undefined) return [];
  if (!Array.isArray(enqueue)) return fail(wrongValue('`enqueue`', enqueue, 'a list of parameters: [{ x: 1 }]'));
  const known = declaredParams(space);
  // Array.from() fills the holes of a list, which map() leaves out.
  return Array.from(enqueue, (point: unknown, at) => {
    if (!isObject(point)) return fail(wrongValue(`\`enqueue[${at}]\``, point, 'an object of parameters'));
    return enqueuedParams(point, known, (name, problem) => {
      return fail(asSentence(`in \`enqueue[${at}]\`, \`${name}\` ${problem}`));
    });
  });
}

/** An objective that can check when it is declared whether it fits its study, as that of `command()` does. */
interface CheckingObjective {
  checkStudy?(study: unknown): void;
}

/**
 * Checks the name of a study.
 * @param fail called with the problem; it begins the message with the function that was called.
 */
export function checkStudyName(name: unknown, fail: Refuse): asserts name is string {
  if (typeof name !== 'string' || name.length < 1 || name.length > 512) {
    fail(wrongValue('`name`', name, 'a string of 1 to 512 characters'));
  }
}

/** Refuses a value that is no search space, from any copy of hpo. */
export function checkSpace(space: unknown, fail: Refuse): void {
  if (isObject(space) && typeof space.assemble === 'function') return;
  fail(wrongValue('`space`', space, 'a search space, declared with space({ … })'));
}

/** The directions that `direction` or `directions` name; `minimize` where neither is given. */
export function resolveDirections(
  options: { readonly direction?: Direction; readonly directions?: readonly Direction[] },
  fail: Refuse,
): readonly Direction[] {
  if (options.direction !== undefined && options.directions !== undefined) {
    fail('give `direction` or `directions`, not both.');
  }
  const directions = options.directions ?? [options.direction ?? 'minimize'];
  if (!Array.isArray(directions) || directions.length === 0) fail('`directions` must be a list of at least one.');
  for (const direction of directions) {
    if (direction !== 'minimize' && direction !== 'maximize') {
      fail(`the direction ${shown(direction)} is neither 'minimize' nor 'maximize'.`);
    }
  }
  return directions;
}

/** Refuses settings that are no object of numbers, texts and booleans. @param field the name of the option. */
export function checkSettings(field: string, settings: unknown, fail: Refuse): void {
  if (typeof settings !== 'object' || settings === null) {
    fail(wrongValue(`\`${field}\``, settings, 'an object of settings'));
  }
  for (const [name, value] of Object.entries(settings)) {
    const finite = typeof value === 'number' && Number.isFinite(value);
    if (!finite && typeof value !== 'string' && typeof value !== 'boolean') {
      fail(wrongValue(`\`${field}.${name}\``, value, 'a finite number, a string or a boolean'));
    }
  }
}

/** Checks the profiles of a field. @param settings the settings that a profile may override, with their defaults. */
function checkProfiles(field: string, profiles: unknown, settings: Settings, fail: Refuse): void {
  if (typeof profiles !== 'object' || profiles === null) {
    fail(wrongValue(`\`${field}\``, profiles, 'an object of profiles'));
  }
  for (const [profile, overrides] of Object.entries(profiles) as [string, Settings][]) {
    const path = `${field}.${profile}`;
    checkSettings(path, overrides, fail);
    for (const [name, value] of Object.entries(overrides)) {
      const current = ownValue(settings, name);
      if (current === undefined) {
        const names = Object.keys(settings).join(', ') || 'none';
        fail(`the profile \`${profile}\` sets \`${name}\`, which is no setting; the settings are ${names}.`);
      }
      if (typeof value !== typeof current) {
        fail(wrongValue(`\`${path}.${name}\``, value, `a ${typeof current}, as in \`settings\``));
      }
    }
  }
}
