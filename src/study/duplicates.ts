import { oneOf, wrongValue } from '../base/option-checks.ts';
import type { History, StudyShape } from '../history/history.ts';
import { triedPoints } from '../history/tried-points.ts';
import { constraintIn } from '../trial/constraints.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { continuedTrial } from './checkpoints/kept-checkpoints.ts';
import { REPEATS_KEY, SETTINGS_KEY } from './study-keys.ts';

/**
 * The fate of a trial whose declared parameters another one has had already: it is run like any other (`run`), it
 * gets the value of that one without being run (`reuse`), or its sampler is asked again (`resample`).
 */
export type Duplicates = 'run' | 'reuse' | 'resample';

const KINDS = oneOf('run', 'reuse', 'resample');

/** Refuses another value, and what needs declared parameters in a study that declares none. */
export function checkDuplicates(duplicates: unknown, { space }: StudyShape, fail: (problem: string) => never): void {
  if (duplicates === undefined) return;
  if (!KINDS.accepts(duplicates)) fail(wrongValue('`duplicates`', duplicates, KINDS.wanted));
  if (duplicates === 'run' || space.size > 0) return;
  fail(`\`duplicates: '${duplicates}'\` needs declared parameters, and the study declares none; give it a \`space\`.`);
}

/**
 * The first COMPLETE trial with exactly the declared parameters of a trial, and no other ones; undefined where there is
 * none. Trials with settings of their own do not count, and one that continues another trial repeats none.
 */
export function repeatedTrial(trial: FrozenTrial, history: History): FrozenTrial | undefined {
  if (SETTINGS_KEY in trial.systemAttrs || continuedTrial(trial) !== undefined) return undefined;
  let first: FrozenTrial | undefined;
  for (const other of history.summary(triedPoints).besides(trial)) {
    const isUsable =
      other.state === 'COMPLETE' &&
      other.number !== trial.number &&
      !(SETTINGS_KEY in other.systemAttrs) &&
      Object.keys(other.params).every((name) => history.study.space.has(name));
    if (isUsable && (first === undefined || other.number < first.number)) first = other;
  }
  return first;
}

/** The attributes of a trial that repeats another one: its number, and its constraints. */
export function repetitionAttrs({ number, systemAttrs }: FrozenTrial): Attributes {
  const constraints = Object.entries(systemAttrs).filter(
    ([key]) => key === 'constraints' || constraintIn(key) !== undefined,
  );
  return { [REPEATS_KEY]: number, ...Object.fromEntries(constraints) };
}
