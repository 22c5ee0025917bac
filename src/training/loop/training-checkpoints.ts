/** The checkpoints that a training goes on from and writes to; an objective's `trial.checkpoints` are such. */
export interface TrainingCheckpoints {
  /** The newest checkpoint: the epoch, and the folder with its files. Undefined where there is none. */
  readonly last: { readonly step: number; readonly folder: string } | undefined;
  /**
   * Puts a checkpoint in place of the last one, in one go.
   *
   * @param step the epoch, above that of the last checkpoint.
   * @param write writes the files into a folder that is empty, or has the same files of an earlier checkpoint, which it
   *   overwrites.
   */
  keep(step: number, write: (folder: string) => Promise<void>, as?: { readonly overwrites: true }): Promise<void>;
}
