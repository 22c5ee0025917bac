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

/** The number of trials that share a device. */
export interface Packing {
  /** The number of trials at once, from 1 on. */
  readonly trials: number;
  /** The way in which the number was found, in a few words for people. */
  readonly reason: string;
}

/** The answer of a study's `device`. */
export interface SharedDevice extends Device {
  /**
   * Resolves to the number of trials at once with which the device gets most done; default: one. It is called in one
   * worker where the device is a GPU and the user gave no number. It may try numbers out for some seconds, and then
   * says so to `log`.
   */
  packing?(context: { readonly log: (message: string) => void }): Promise<Packing>;
}
