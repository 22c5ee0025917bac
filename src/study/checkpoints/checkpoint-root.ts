import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { folderName, shortHash } from '../../base/folder-name.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { attemptOf } from '../../storage/lease.ts';
import type { StudyRef } from '../../storage/study-ref.ts';
import type { Direction } from '../../trial/direction.ts';
import { type Attributes, type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import {
  checkpointsAttr,
  hasCheckpoints,
  type KeptCheckpoints,
  namedMarks,
  type StepMark,
  storedCheckpoints,
} from './kept-checkpoints.ts';
import { isWhole, removeRubbish, stepName } from './step-folder.ts';
import type { CheckpointsStart, HeldCheckpoint } from './trial-checkpoints.ts';

/** The folders of in-memory studies, which end with this process. */
const passing = new Set<string>();

/**
 * The folder of a study's checkpoints: `runs/<study>/checkpoints/<id>`, or `<folder>/<study>/<id>`. The id is the
 * study's own, so that studies of one name in several databases do not meet.
 */
export function checkpointsFolder({ name, token = '' }: Pick<StudyRef, 'name' | 'token'>, folder?: string): string {
  const parent = folder === undefined ? join('runs', folderName(name), 'checkpoints') : join(folder, folderName(name));
  return resolve(parent, shortHash(token));
}

/** The folder of the checkpoints of one trial, in that of its study. */
export function placeOf(root: string, trial: number): string {
  return join(root, `trial-${trial}`);
}

/** The checkpoints of a study's trials, in a folder of its own. Paths from a database are never used. */
export class CheckpointRoot {
  /** The absolute path of the folder, made with the first checkpoint. */
  readonly path: string;
  /** Whether the checkpoints of trials that run here stay when they are finished. */
  readonly keepsAll: boolean;

  constructor(path: string, keepsAll = false) {
    this.path = path;
    this.keepsAll = keepsAll;
  }

  /** A root among the temporary files, removed when it is closed, or at the end of this process. */
  static passing(): CheckpointRoot {
    const path = join(tmpdir(), `hpo-checkpoints-${randomUUID()}`);
    if (passing.size === 0) process.once('exit', removePassing);
    passing.add(path);
    return new CheckpointRoot(path);
  }

  /** Removes the folder if it was to end with the process. */
  async close(): Promise<void> {
    if (!passing.delete(this.path)) return;
    if (passing.size === 0) process.off('exit', removePassing);
    if (existsSync(this.path)) await rm(this.path, { recursive: true, force: true });
  }

  /**
   * The checkpoints with which a trial that was just started begins; or, if its last one is not in this folder, or not
   * whole, the earlier ones that it has to go back to, undefined for none.
   */
  async startOf(
    trial: FrozenTrial,
    directions: readonly Direction[],
  ): Promise<CheckpointsStart | { readonly goesBackTo: KeptCheckpoints | undefined }> {
    const { number, intermediateValues } = trial;
    const direction = directions.length === 1 ? directions[0] : undefined;
    const place = placeOf(this.path, number);
    const common = { trial: number, label: `Trial ${number}`, attempt: attemptOf(trial), place, direction };
    const reports = [...intermediateValues];
    if (!hasCheckpoints(trial)) return { ...common, reports };
    const stored = storedCheckpoints(trial);
    const [last, best] = [await this.#held(stored?.last), await this.#held(stored?.best)];
    if (last !== undefined) return { ...common, reports, last, best };
    for (const mark of stored === undefined ? [] : namedMarks(stored)) {
      const isBestBefore = best !== undefined && best.step <= mark.step;
      if (await this.#held(mark)) return { goesBackTo: { last: mark, best: isBestBefore ? stored?.best : undefined } };
    }
    return { goesBackTo: undefined };
  }

  /** The system attribute that names the checkpoints of a trial that runs here. */
  attrOf(trial: number, kept: KeptCheckpoints): Attributes {
    return checkpointsAttr({ ...kept, place: placeOf(this.path, trial), isToStay: this.keepsAll });
  }

  /** The last checkpoint of a trial; undefined where it has none, or it is not in this folder, or not whole. */
  async last(trial: FrozenTrial): Promise<HeldCheckpoint | undefined> {
    return this.#held(storedCheckpoints(trial)?.last);
  }

  /** The best checkpoint of a trial, as {@link last} finds the last one. */
  async best(trial: FrozenTrial): Promise<HeldCheckpoint | undefined> {
    return this.#held(storedCheckpoints(trial)?.best);
  }

  /**
   * Removes the checkpoints of finished trials, except those that are to stay, those of `useful` trials and of the last
   * one that failed, and those that other trials begin with.
   *
   * @param trials all trials of the study by number.
   * @param useful the numbers of further trials whose checkpoints are of use; called if there are any to be removed.
   */
  async sweep(trials: readonly FrozenTrial[], useful: () => readonly number[]): Promise<void> {
    if (!existsSync(this.path)) return; // asked after each trial, and few studies have any
    const names = await readdir(this.path).catch(() => []);
    const finished = names.flatMap((name) => {
      const [, digits] = /^trial-(0|[1-9]\d{0,15})$/.exec(name) ?? [];
      const trial = digits === undefined ? undefined : trials[Number(digits)];
      return trial !== undefined && isFinished(trial.state) ? [trial] : [];
    });
    if (finished.length === 0) return;
    const ofUse = new Set(useful());
    const failed = trials.findLast((trial) => trial.state === 'FAIL' && hasCheckpoints(trial));
    if (failed !== undefined) ofUse.add(failed.number);
    const needed = new Map<number, number[]>();
    for (const trial of trials) {
      if (!hasCheckpoints(trial)) continue;
      const stored = storedCheckpoints(trial);
      if (isFinished(trial.state) && !ofUse.has(trial.number) && !stored?.isToStay) continue;
      if (stored === undefined) continue;
      const kept = isFinished(trial.state) ? { ...stored, spares: [] } : stored;
      for (const mark of namedMarks(kept)) needed.set(mark.trial, [...(needed.get(mark.trial) ?? []), mark.step]);
    }
    for (const { number } of finished) {
      const [steps, place] = [needed.get(number), placeOf(this.path, number)];
      if (steps !== undefined) await removeRubbish(place, Number.POSITIVE_INFINITY, steps);
      else await rm(place, { recursive: true, force: true });
    }
  }

  /** Removes the checkpoints of a trial. */
  async remove(trial: number): Promise<void> {
    await rm(placeOf(this.path, trial), { recursive: true, force: true });
  }

  async #held(mark: StepMark | undefined): Promise<HeldCheckpoint | undefined> {
    if (mark === undefined) return undefined;
    const place = placeOf(this.path, mark.trial);
    return (await isWhole(place, mark)) ? { ...mark, folder: join(place, stepName(mark.step)) } : undefined;
  }
}

/** Removes the folder of a study's checkpoints, and the one above where that is empty then. */
export async function removeCheckpoints(study: Pick<StudyRef, 'name' | 'token'>, folder?: string): Promise<void> {
  const path = checkpointsFolder(study, folder);
  if (study.token === undefined || !existsSync(path)) return; // without a token it has never been run
  await rm(path, { recursive: true, force: true });
  await rmdir(dirname(path)).catch(() => undefined);
}

/** Moves the checkpoints of a study that is given another name, where they are in their usual place. */
export async function moveCheckpoints(from: Pick<StudyRef, 'name' | 'token'>, name: string): Promise<void> {
  const [source, target] = [checkpointsFolder(from), checkpointsFolder({ ...from, name })];
  if (source === target || !existsSync(source) || existsSync(target)) return;
  makeFolder(dirname(target), 'checkpoints');
  await rename(source, target);
}

function removePassing(): void {
  for (const path of passing) if (existsSync(path)) rmSync(path, { recursive: true, force: true });
}
