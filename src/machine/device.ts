/** The device that a worker computes on. */
export interface Device {
  /** The short name of the backend, such as `wasm`. */
  readonly backend: string;
  /**
   * Decides the default number of workers (a GPU: see {@link SharedDevice}; a CPU: as many as cores and memory allow)
   * and profile.
   */
  readonly kind: 'cpu' | 'gpu';
  /** A line for people: the library, the adapter, its memory. */
  readonly description: string;
}

/** How many trials share a device. */
export interface Packing {
  readonly trials: number;
  /** How that was found, in a few words for people. */
  readonly reason: string;
}

/** The answer of a study's `device`. */
export interface SharedDevice extends Device {
  /**
   * Tells with how many trials at once it gets most done; asked of a GPU in one worker where nobody named a number, and
   * may try it out for some seconds, which it then says to `log`. Default: one trial.
   */
  packing?(context: { readonly log: (message: string) => void }): Promise<Packing>;
}
