import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { HpoError } from '../../base/errors.ts';
import { isDiskFailure } from '../../base/file-problem.ts';
import { Mutex } from '../../base/mutex.ts';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { type Direction, signOf } from '../../trial/direction.ts';
import type { Checkpoint, Checkpoints, KeepOptions } from '../trial/checkpoints.ts';
import type { KeptCheckpoints, StepMark } from './kept-checkpoints.ts';
import { makePlace, removeRubbish, removeStep, retireStep, stepName, temporaryName, writeStep } from './step-folder.ts';

/**
 * The time in milliseconds after which a name that was stored is on the disk, whatever the database: SQLite's log with
 * `synchronous=NORMAL` leaves that to the system, which does it within half a minute.
 */
const SETTLED_MS = 60_000;

/** A checkpoint that a trial begins with. */
export interface HeldCheckpoint extends StepMark, Checkpoint {}

/** The checkpoints of a trial as an attempt at it begins; plain data, which a worker can be sent. */
export interface CheckpointsStart {
  /** The number of the trial, and of the attempt. */
  readonly trial: number;
  readonly attempt: number;
  /** As in a {@link StepMark}. */
  readonly writer?: string | undefined;
  /** The trial's name at the beginning of a sentence. */
  readonly label: string;
  /** The absolute path of the trial's folder, made with its first checkpoint. */
  readonly place: string;
  /** The direction that decides which step is the best; undefined for a study of several. */
  readonly direction: Direction | undefined;
  readonly last?: HeldCheckpoint | undefined;
  readonly best?: HeldCheckpoint | undefined;
  /** The reports that the trial keeps, by step. */
  readonly reports: readonly (readonly [step: number, value: number])[];
}

/** The receiver of a trial's news about its checkpoints. */
export interface CheckpointsPort {
  /** Stores the names of the checkpoints with the trial, under its lease. */
  keepCheckpoints(kept: KeptCheckpoints): Promise<void>;
  warn(message: string): void;
}

/**
 * The checkpoints of one attempt at a trial. A step's folder is on the disk before the trial names it, and the folders
 * that it replaces are removed afterwards, so that a process that is killed between leaves the former state or the new.
 * A power loss may cost the database its last moments: one or two earlier checkpoints stay until it cannot.
 */
export class TrialCheckpoints implements Checkpoints {
  readonly #start: CheckpointsStart;
  readonly #port: CheckpointsPort;
  readonly #reports: Map<number, number>;
  #writing: Mutex | undefined;
  readonly #clock: Clock;
  #last: HeldCheckpoint | undefined;
  #best: HeldCheckpoint | undefined;
  /** Earlier checkpoints that are still named. */
  #spares: readonly HeldCheckpoint[] = [];
  /** The time of the clock at which the checkpoint of each step was named; none for those of earlier attempts. */
  #namedAt: Map<number, number> | undefined;
  /** The steps whose files a later checkpoint may overwrite. */
  #overwritable: Set<number> | undefined;
  /** The folder of such a step that is not used any more, once it has another name on the disk. */
  #retired: Promise<string | undefined> | undefined;
  #isClean = false;
  #hasWarned = false;

  constructor(start: CheckpointsStart, port: CheckpointsPort, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#start = start;
    this.#port = port;
    this.#reports = new Map(start.reports);
    this.#last = start.last;
    this.#best = start.best;
  }

  get last(): Checkpoint | undefined {
    return shown(this.#last);
  }

  get best(): Checkpoint | undefined {
    return shown(this.#best);
  }

  /** Takes note of a report, by which the best step is found. */
  reported(step: number, value: number): void {
    this.#reports.set(step, value);
  }

  keep(step: number, write: (folder: string) => Promise<void>, as: KeepOptions = {}): Promise<void> {
    this.#writing ??= new Mutex(); // few trials keep any
    return this.#writing.run(async () => {
      this.#check(step, write);
      const { trial, attempt, writer, place } = this.#start;
      const mark: HeldCheckpoint = { step, trial, attempt, writer, folder: join(place, stepName(step)) };
      try {
        await this.#clean();
        const retired = as.overwrites ? await this.#takeRetired() : undefined;
        await writeStep(place, mark, async (folder) => write(folder), retired);
      } catch (error) {
        if (!isDiskFailure(error)) throw error;
        this.#warnOfDisk(step, error);
        return;
      }
      const best = (as.best ?? this.#isBest(step)) ? mark : this.#best;
      const spares = this.#sparesNow();
      await this.#port.keepCheckpoints({
        last: markOf(mark),
        ...(best && { best: markOf(best) }),
        ...(spares.length > 0 && { spares: spares.map(markOf) }),
      });
      const former = [this.#last, this.#best, ...this.#spares];
      this.#last = mark;
      this.#best = best;
      this.#spares = spares;
      this.#namedAt ??= new Map();
      this.#namedAt.set(step, this.#clock.now());
      if (as.overwrites) {
        this.#overwritable ??= new Set();
        this.#overwritable.add(step);
      }
      await this.#drop(former);
    });
  }

  /**
   * A new, empty folder beside the checkpoints, for files that are moved into one of them. A later attempt removes it
   * where its process could not.
   */
  async scratchFolder(): Promise<string> {
    const { place, attempt } = this.#start;
    const folder = temporaryName(place, attempt);
    await makePlace(place);
    await mkdir(folder);
    return folder;
  }

  /** Removes a scratch folder, and the folders above it that hold nothing else. */
  async removeScratch(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    for (const above of [dirname(folder), dirname(dirname(folder))]) await rmdir(above).catch(() => undefined);
  }

  #check(step: number, write: unknown): void {
    const refuse = refusal('HPO_INVALID_ARGUMENT', 'checkpoints.keep()');
    checkOption('step', step, wholeNumberFrom(0), refuse);
    checkOption('write', write, { wanted: 'a function', accepts: (value) => typeof value === 'function' }, refuse);
    const last = this.#last?.step;
    if (last !== undefined && step <= last) {
      refuse(`\`step\` is ${step}, and the last checkpoint is that of step ${last}; give a later step.`, {
        step,
        last,
      });
    }
  }

  async #clean(): Promise<void> {
    if (this.#isClean) return;
    const { trial, attempt, place } = this.#start;
    const own = [this.#last, this.#best].filter((mark) => mark?.trial === trial);
    await removeRubbish(
      place,
      attempt,
      own.map((mark) => mark?.step ?? 0),
    );
    this.#isClean = true;
  }

  /** Whether the report of a step is better than those of all steps before it. */
  #isBest(step: number): boolean {
    const { direction } = this.#start;
    const value = this.#reports.get(step);
    if (direction === undefined || value === undefined || Number.isNaN(value)) return false;
    const sign = signOf(direction);
    for (const [at, other] of this.#reports) if (at < step && sign * other <= sign * value) return false;
    return true;
  }

  /**
   * The earlier checkpoints to keep: the newest of those that have been named for so long that the database knows of it
   * even after a power loss, and the next one, which is to take its place.
   */
  #sparesNow(): readonly HeldCheckpoint[] {
    const now = this.#clock.now();
    const isSettled = (mark: HeldCheckpoint) => now - (this.#namedAt?.get(mark.step) ?? -Infinity) >= SETTLED_MS;
    const known = [...this.#spares, ...(this.#last ? [this.#last] : [])];
    const settled = known.findLast(isSettled);
    const next = known.find((mark) => !isSettled(mark));
    return [settled, next].filter((mark) => mark !== undefined);
  }

  /** Removes those of earlier checkpoints that are not named any more. Those of another trial belong to it. */
  async #drop(former: readonly (HeldCheckpoint | undefined)[]): Promise<void> {
    const { trial, place, attempt } = this.#start;
    const named = [this.#last, this.#best, ...this.#spares].map((mark) => mark?.folder);
    for (const mark of new Set(former)) {
      if (mark === undefined || mark.trial !== trial || named.includes(mark.folder)) continue;
      const isOverwritable = mark.attempt === attempt && this.#overwritable?.delete(mark.step) === true;
      if (!isOverwritable || this.#retired !== undefined) await removeStep(place, mark.step);
      else this.#retired = retireStep(place, mark.step, attempt); // the disk has time until the next checkpoint
    }
  }

  async #takeRetired(): Promise<string | undefined> {
    const retired = await this.#retired;
    this.#retired = undefined;
    return retired;
  }

  #warnOfDisk(step: number, error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const { label } = this.#start;
    const problem = HpoError.is(error) ? error.message : `${(error as Error).message}.`;
    const rest = 'It goes on, but an interruption sets it back to its last checkpoint.';
    this.#port.warn(`${label} could not write its checkpoint of step ${step}. ${problem} ${rest}`);
  }
}

function shown(mark: HeldCheckpoint | undefined): Checkpoint | undefined {
  return mark && { step: mark.step, folder: mark.folder };
}

function markOf({ folder: _, ...mark }: HeldCheckpoint): StepMark {
  return mark;
}
