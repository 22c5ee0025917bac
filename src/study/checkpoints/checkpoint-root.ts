import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { folderName } from '../../base/folder-name.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { removeUnused } from '../../base/remove-unused.ts';
import { shortHash } from '../../base/short-hash.ts';
import type { History } from '../../history/history.ts';
import { attemptOf, holderOf } from '../../storage/lease.ts';
import type { StudyRef } from '../../storage/study-ref.ts';
import type { Direction } from '../../trial/direction.ts';
import { type Attributes, type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { checkpointUses } from './checkpoint-uses.ts';
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

/** The characters of a holder's random id that tell the writers of one step's folder apart. */
const WRITER_LENGTH = 8;

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
  return `${root}${sep}trial-${trial}`; // faster than to join them, and asked for each trial
}

/** The checkpoints of a study's trials, in a folder of its own. Paths from a database are never used. */
export class CheckpointRoot {
  /** The absolute path of the folder, made with the first checkpoint. */
  readonly path: string;
  /** Whether the checkpoints of trials that run here stay when they are finished. */
  readonly keepsAll: boolean;
  /** Whether there are any checkpoints; undefined before the first look. */
  #isUsed: boolean | undefined;
  #isSwept = false;
  /** The number of trials whose end {@link sweep} has seen. */
  #seenEnded = 0;
  /** The steps that were last kept, of the finished trials that may lose some yet, by number. */
  readonly #ended = new Map<number, string>();

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
    if (existsSync(this.path)) await removeUnused(this.path);
  }

  /**
   * The checkpoints with which a trial that was just started begins; or, if its last one is not in this folder, or not
   * whole, the earlier ones that it has to go back to, undefined for none.
   */
  async startOf(
    trial: FrozenTrial,
    directions: readonly Direction[],
  ): Promise<CheckpointsStart | { readonly goesBackTo: KeptCheckpoints | undefined }> {
    const { number, intermediateValues, systemAttrs } = trial;
    const direction = directions.length === 1 ? directions[0] : undefined;
    const place = placeOf(this.path, number);
    const [label, attempt, reports] = [`Trial ${number}`, attemptOf(trial), [...intermediateValues]];
    const writer = holderOf(systemAttrs)?.slice(0, WRITER_LENGTH);
    const start: CheckpointsStart = { trial: number, label, attempt, writer, place, direction, reports };
    if (!hasCheckpoints(trial)) return start;
    const stored = storedCheckpoints(trial);
    const [last, best] = [await this.#held(stored?.last), await this.#held(stored?.best)];
    if (last !== undefined) return { ...start, last, best };
    for (const mark of stored === undefined ? [] : namedMarks(stored)) {
      const isBestBefore = best !== undefined && best.step <= mark.step;
      if (await this.#held(mark)) return { goesBackTo: { last: mark, best: isBestBefore ? stored?.best : undefined } };
    }
    return { goesBackTo: undefined };
  }

  /** The system attribute that names the checkpoints of a trial that runs here. */
  attrOf(trial: number, kept: KeptCheckpoints): Attributes {
    this.#isUsed = true;
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
   * Whether there may be checkpoints to remove; few studies have any, and this is asked at the end of each trial.
   * @param ended the trial that has ended; undefined if it is not known.
   */
  isToSweep(ended: FrozenTrial | undefined): boolean {
    this.#isUsed ??= existsSync(this.path);
    if (!this.#isUsed && (ended === undefined || mayHaveFolder(ended))) this.#isUsed = existsSync(this.path);
    return this.#isUsed;
  }

  /**
   * Removes the checkpoints of finished trials, except those that are to stay, those of the best trials and of the last
   * one that failed, and those that other trials begin with. The first call looks at all that is in the folder; further
   * ones at the trials that have ended since, at those whose checkpoints were kept, and at those whose removal failed.
   *
   * @param history all trials of the study.
   * @param ended the trial that has ended.
   */
  async sweep(history: History, ended: FrozenTrial): Promise<void> {
    const uses = history.summary(checkpointUses);
    if (!this.#isSwept) await this.#findEnded(history.trials);
    for (; this.#seenEnded < uses.ended.length; this.#seenEnded++) {
      this.#ended.set((uses.ended[this.#seenEnded] as FrozenTrial).number, '');
    }
    this.#ended.set(ended.number, '');
    const steps = uses.steps();
    const removals: Promise<unknown>[] = [];
    for (const [number, kept] of this.#ended) {
      const place = placeOf(this.path, number);
      const staying = uses.stayingIn(number);
      const needed = [...new Set([...(steps.get(number) ?? []), ...staying])];
      if (needed.length === 0 || needed.length === staying.length) this.#ended.delete(number);
      else this.#ended.set(number, String(needed));
      if (String(needed) === kept && kept !== '') continue;
      const removal =
        needed.length === 0 ? removeUnused(place) : removeRubbish(place, Number.POSITIVE_INFINITY, needed);
      removals.push(removal.then((isGone) => isGone || this.#ended.set(number, '')));
    }
    await Promise.all(removals);
  }

  /** Finds the folders of finished trials. */
  async #findEnded(trials: readonly FrozenTrial[]): Promise<void> {
    this.#isSwept = true;
    for (const name of await readdir(this.path).catch(() => [])) {
      const [, digits] = /^trial-(0|[1-9]\d{0,15})$/.exec(name) ?? [];
      const trial = digits === undefined ? undefined : trials[Number(digits)];
      if (trial !== undefined && isFinished(trial.state)) this.#ended.set(trial.number, '');
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

/**
 * Whether there may be a folder for a finished trial: of a trial whose process died between the writing of a checkpoint
 * and its naming, too.
 */
function mayHaveFolder(trial: FrozenTrial): boolean {
  return trial.state === 'FAIL' || attemptOf(trial) > 1 || hasCheckpoints(trial);
}
