import { HpoError } from '../base/errors.ts';
import {
  checkOption,
  isWholeNumber,
  type OptionKind,
  refusal,
  shown,
  text,
  wholeNumberFrom,
} from '../base/option-checks.ts';
import { constraintKey } from '../trial/constraints.ts';
import { isFinished, type TrialState } from '../trial/frozen-trial.ts';
import type { StudyTemplate, TrialTemplate } from './storage.ts';

const MAX_LENGTH = 512; // Optuna's VARCHAR(512), which counts characters
const STATES: readonly TrialState[] = ['WAITING', 'RUNNING', 'COMPLETE', 'PRUNED', 'FAIL'];

/**
 * Checks the name of a study or a parameter, or the key of an attribute. Storages of every kind refuse the same names,
 * so that a study can move from one to another.
 * @param what the kind of thing that is named, for the message: `study`.
 * @throws HpoError HPO_INVALID_ARGUMENT.
 */
export function checkName(what: string, name: string): void {
  const problem = nameProblem(name);
  if (problem === undefined) return;
  const named = shown(typeof name === 'string' ? name.slice(0, 40) : name);
  throw new HpoError('HPO_INVALID_ARGUMENT', `${named} cannot name a ${what}: ${problem}.`, { data: { name } });
}

function nameProblem(name: string): string | undefined {
  if (typeof name !== 'string' || name === '') return 'names have 1 to 512 characters';
  const length = name.length <= MAX_LENGTH ? name.length : [...name].length;
  if (length > MAX_LENGTH) return `it has ${length} characters, and names have 1 to 512`;
  if (name.includes('\0')) return 'it holds a NUL character';
  if (/[\ud800-\udfff]/u.test(name)) return 'it holds half a surrogate pair, which is no character';
  return undefined;
}

/** Checks the content of a new study. @throws HpoError HPO_INVALID_ARGUMENT if it cannot be stored. */
export function checkStudyTemplate({ name, directions, userAttrs, systemAttrs }: StudyTemplate): void {
  checkName('study', name);
  if (directions.length === 0) throw new HpoError('HPO_INVALID_ARGUMENT', 'A study needs at least one direction.');
  for (const direction of directions) {
    if (direction !== 'minimize' && direction !== 'maximize') {
      throw new HpoError('HPO_INVALID_ARGUMENT', `${shown(direction)} is no direction; give 'minimize' or 'maximize'.`);
    }
  }
  checkKeys(userAttrs);
  checkKeys(systemAttrs);
}

/**
 * Checks the content of a new trial.
 * @throws HpoError HPO_INVALID_ARGUMENT if it cannot be stored in a study of this number of directions.
 */
export function checkTrialTemplate(template: TrialTemplate, directions: number): void {
  const { state, params, values, intermediateValues, userAttrs, systemAttrs } = template;
  if (!STATES.includes(state)) {
    throw new HpoError('HPO_INVALID_ARGUMENT', `${shown(state)} is no state of a trial.`);
  }
  for (const { name } of params ?? []) checkName('parameter', name);
  for (const [step, value] of intermediateValues ?? []) checkReport(step, value);
  for (const time of [template.startedAt, template.completedAt]) if (time !== undefined) checkTime(time);
  checkValues(state, values ?? null, directions);
  checkKeys(userAttrs);
  checkKeys(systemAttrs);
}

/** Checks the keys of attributes. @throws HpoError HPO_INVALID_ARGUMENT. */
export function checkKeys(attributes: Readonly<Record<string, unknown>> | undefined): void {
  for (const key in attributes) if (Object.hasOwn(attributes, key)) checkName('attribute', key);
}

const STEP = wholeNumberFrom(0);
const METRICS: OptionKind = {
  wanted: 'an object of numbers, such as { accuracy: 0.9 }',
  accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
const NUMBER: OptionKind = { wanted: 'a number', accepts: (value) => typeof value === 'number' };

/**
 * Checks an intermediate value, which may be NaN or infinite, and its step.
 * @param owner begins the message; `trial.report()` where an objective reports.
 * @throws HpoError HPO_INVALID_ARGUMENT unless the step is a whole number from 0 on and the value a number.
 */
export function checkReport(step: unknown, value: unknown, owner = 'an intermediate value'): void {
  if (isWholeNumber(step, 0) && typeof value === 'number') return;
  const refuse = refusal('HPO_INVALID_ARGUMENT', owner);
  checkOption('step', step, STEP, refuse);
  checkOption('value', value, NUMBER, refuse);
}

const BOUND: OptionKind = {
  wanted: 'a number, 0 or below where it is met',
  accepts: (value) => typeof value === 'number' && !Number.isNaN(value),
};

/**
 * Checks a constraint's name and value, which may be infinite.
 * @param owner begins the message.
 * @throws HpoError HPO_INVALID_ARGUMENT unless the name is a text that can be stored and the value a number.
 */
export function checkConstraint(name: unknown, value: unknown, owner: string): void {
  const refuse = refusal('HPO_INVALID_ARGUMENT', owner);
  checkOption('name', name, text, refuse);
  checkName('constraint', constraintKey(name as string));
  checkOption(name as string, value, BOUND, refuse);
}

/** The names of a report's own parts, which metrics may not have. */
const RESERVED: readonly string[] = ['value', 'step'];

/**
 * Checks the metrics of a report: numbers by name, which may be NaN or infinite.
 * @param owner begins the message.
 * @throws HpoError HPO_INVALID_ARGUMENT naming the metric that cannot be stored.
 */
export function checkMetrics(metrics: unknown, owner = 'metrics'): void {
  const refuse = refusal('HPO_INVALID_ARGUMENT', owner);
  checkOption('extras', metrics, METRICS, refuse);
  for (const [name, value] of Object.entries(metrics as object)) {
    checkName('metric', name);
    if (RESERVED.includes(name)) refuse(`\`${name}\` cannot name a metric: a report has a ${name} of its own.`);
    checkOption(name, value, NUMBER, refuse);
  }
}

/**
 * Checks the values of a trial in a state.
 * @throws HpoError HPO_INVALID_ARGUMENT naming the values that the state allows.
 */
export function checkValues(state: TrialState, values: readonly number[] | null, directions: number): void {
  const problem = valuesProblem(state, values, directions);
  if (problem !== undefined) throw new HpoError('HPO_INVALID_ARGUMENT', problem, { data: { state, values } });
}

/** Why a trial in a state cannot have these values; undefined where it can. */
export function valuesProblem(
  state: TrialState,
  values: readonly number[] | null,
  directions: number,
): string | undefined {
  if (values === null) return state === 'COMPLETE' ? 'A COMPLETE trial needs a value for each direction.' : undefined;
  if (state === 'FAIL' || !isFinished(state)) return `A trial that is ${state} has no values.`;
  if (values.length !== directions) {
    return `The trial has ${values.length} values and its study ${directions} directions; give one for each.`;
  }
  for (const value of values) {
    if (typeof value === 'number' && !Number.isNaN(value)) continue;
    return `${shown(value)} cannot be the value of a trial; finish it as FAIL.`;
  }
  return undefined;
}

/** Python, which reads the times, too, knows the years 1 to 9999. */
function checkTime(time: Date): void {
  const year = time.getUTCFullYear();
  if (year >= 1 && year <= 9999) return;
  throw new HpoError('HPO_INVALID_ARGUMENT', `${time} cannot be stored as a time.`);
}
