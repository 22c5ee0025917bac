/** A folder with the state of a trial after one of its steps. */
export interface Checkpoint {
  /** The last step that the state includes, as in `trial.report(value, step)`. */
  readonly step: number;
  /** Absolute path to the folder, which is complete; read it, and leave its files as they are. */
  readonly folder: string;
}

/** The options of {@link Checkpoints.keep}. */
export interface KeepOptions {
  /**
   * Whether it is kept as the best one as well, in place of the former. Default: if the step's report is better, by the
   * study's direction, than those of all steps before; never in a study of several directions, and in a retraining,
   * which has no reports.
   */
  readonly best?: boolean;
  /**
   * Whether the folder may have the files of an earlier checkpoint that was kept with this option and is not used any
   * more. To overwrite large files takes a disk a fraction of the time of new ones; `write` has to replace all of them.
   * Default false: the folder is empty.
   */
  readonly overwrites?: boolean;
}

/** The checkpoints of a trial: its state on the disk, from which it goes on when it was interrupted. */
export interface Checkpoints {
  /** The newest checkpoint; undefined where the trial has none. */
  readonly last: Checkpoint | undefined;
  /** The checkpoint of the best step so far; undefined where none was kept as the best. */
  readonly best: Checkpoint | undefined;

  /**
   * Writes a checkpoint and puts it in place of the last one in one go: a process that is killed meanwhile leaves the
   * former. Reports after the step are dropped when the trial goes on from it, so report the step before. Where the disk
   * is full or fails, a warning says so once, the former checkpoint stays, and the trial goes on.
   *
   * @param step a whole number ≥ 0, above that of {@link last}.
   * @param write writes the state into the folder that it is given, which is empty by default.
   * @param as how it is kept.
   * @throws HpoError HPO_INVALID_ARGUMENT for a step that is not above the last one; HPO_FOLDER where no folder can be
   *   made; HPO_LEASE_LOST if another process has taken the trial over; the errors of `write`.
   */
  keep(step: number, write: (folder: string) => Promise<void>, as?: KeepOptions): Promise<void>;
}
