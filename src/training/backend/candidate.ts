import type { Device } from '../../machine/device.ts';

export type { Device };

/** The backends that a user can name. */
export const backendNames = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

/** One way to get a device. */
export interface Candidate {
  /** The name that people are shown; each candidate has its own. */
  readonly label: string;
  /** The name by which a user asks for it. */
  readonly backend: Exclude<BackendName, 'auto'>;
  /** The command that would bring it, where there is one. */
  readonly remedy?: string;
  /**
   * Loads the backend and makes it current. Throws an error whose message says in a few words why it cannot.
   *
   * @param isNamed whether the user named this backend; then it starts even where it is slower than another.
   */
  start(isNamed: boolean): Promise<Device>;
}
