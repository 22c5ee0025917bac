/** The progress of a download; the receiver draws it. */
export interface Progress {
  /** The name of the download, for people. */
  readonly label: string;
  /** The number of bytes so far. */
  readonly done: number;
  /** The expected end of `done`. */
  readonly total: number;
  readonly unit: 'bytes';
}

/** Receives the progress of a download. */
export type ProgressListener = (progress: Progress) => void;

const intervalMs = 100;

/** Passes at most ten reports a second to a listener, and every report that is complete. */
export function throttled(listener: ProgressListener): ProgressListener {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < intervalMs && progress.done < progress.total) return;
    last = now;
    listener(progress);
  };
}

/** The options of a task that fetches or works long. */
export interface TaskOptions {
  /** Receives lines for people. */
  readonly log?: (line: string) => void;
  /** Receives the progress, at most ten times a second and at the end. */
  readonly progress?: ProgressListener;
  /** Ends the task early, with the signal's reason. */
  readonly signal?: AbortSignal;
}
