import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import { type Defect, mendable, remark } from '../../storage/defect.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { hasCheckpoints, namedMarks, storedCheckpoints } from './kept-checkpoints.ts';

/** Folders of checkpoints that nobody will read. */
export interface CheckpointFindings {
  readonly defects: readonly Defect[];
  /** Their paths, to be removed. */
  readonly removable: readonly string[];
}

/**
 * Looks for checkpoints in a study's own folder that no trial names. Those of RUNNING trials may just be written, and
 * are not looked at; those that are newer than the database may be named by a later state of it, as beside a backup,
 * and are shown alone.
 *
 * @param root the folder of this study's checkpoints and of no other study's.
 * @param storedMs the time of the last change of the database, in milliseconds since 1970.
 */
export function checkpointFindings(
  name: string,
  trials: readonly FrozenTrial[],
  root: string,
  storedMs: number,
): CheckpointFindings {
  const [defects, removable]: [Defect[], string[]] = [[], []];
  const needed = neededSteps(trials);
  const find = (path: string, message: string) => {
    if (lstatSync(path).mtimeMs > storedMs) {
      defects.push(remark('new-checkpoint', name, `${message}, and is newer than the database; it is left alone.`));
      return;
    }
    const advice = `remove it: rm -r ${shellWord(path, /^[\w./-]+$/)}`;
    defects.push(mendable('orphaned-checkpoint', name, `${message}.`, advice));
    removable.push(path);
  };
  for (const [number, folder] of numbered(root, 'trial')) {
    const trial = trials[number];
    const steps = needed.get(number);
    if (trial?.state === 'RUNNING' || steps === 'all') continue;
    const what = trial === undefined ? 'which the database does not have' : 'which names none';
    if (steps === undefined) find(folder, `${folder} has checkpoints of trial ${number} of '${name}', ${what}`);
    else {
      for (const [step, path] of numbered(folder, 'step')) {
        if (!steps.has(step)) find(path, `${path} is a checkpoint of '${name}' that no trial names`);
      }
    }
  }
  return { defects, removable };
}

/** The steps in each trial's folder that some trial names. A trial that continues another one may name steps of that. */
function neededSteps(trials: readonly FrozenTrial[]): ReadonlyMap<number, ReadonlySet<number> | 'all'> {
  const needed = new Map<number, Set<number> | 'all'>();
  const add = (number: number, ...steps: readonly number[]) => {
    const known = needed.get(number) ?? new Set();
    if (known !== 'all') needed.set(number, new Set([...known, ...steps]));
  };
  for (const trial of trials) {
    if (!hasCheckpoints(trial)) continue;
    const stored = storedCheckpoints(trial);
    if (stored === undefined) needed.set(trial.number, 'all'); // it cannot be read
    add(trial.number);
    for (const mark of stored === undefined ? [] : namedMarks(stored)) add(mark.trial, mark.step);
  }
  return needed;
}

/** The folders `<word>-<number>` in a folder, with their numbers; links are none. */
function numbered(folder: string, word: 'trial' | 'step'): readonly (readonly [number: number, path: string])[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // there is no such folder
  }
  return entries.flatMap((entry) => {
    const digits = new RegExp(`^${word}-(0|[1-9]\\d{0,15})$`).exec(entry.name)?.[1];
    return digits !== undefined && entry.isDirectory() ? [[Number(digits), join(folder, entry.name)]] : [];
  });
}
