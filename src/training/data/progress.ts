/** The progress of a download; the receiver draws it. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  /** The expected end of `done`. */
  readonly total: number;
  readonly unit: 'bytes';
}

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
  readonly progress?: ProgressListener;
  /** Ends the task early, with the signal's reason. */
  readonly signal?: AbortSignal;
}
