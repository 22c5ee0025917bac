import type { JsonValue } from '../base/json.ts';
import type { Holder } from '../storage/lease.ts';

/** The workers of a coordinator, as its leases show them to whoever watches the study. */
export interface Crew {
  /** The most trials that it runs at once. */
  readonly workers: number;
  /** The device that they compute on, for people; left out where it is not known. */
  readonly device?: string | undefined;
}

/** The most characters of a device's description that are stored with each trial. */
const LONGEST_DEVICE = 80;

/** A device's description as leases show it. */
export const shownDevice = (description: string): string => description.slice(0, LONGEST_DEVICE);

/** A holder whose leases show its crew, as it is when they begin. */
export class CrewHolder implements Holder {
  readonly id: string;
  readonly graceMs: number;
  readonly process: JsonValue;
  /** The crew, as far as it is known. */
  crew: Partial<Crew> = {};

  constructor({ id, graceMs, process }: Holder) {
    this.id = id;
    this.graceMs = graceMs;
    this.process = process;
  }

  get about(): JsonValue | undefined {
    const { workers, device } = this.crew;
    if (workers === undefined) return undefined;
    return device === undefined ? { workers } : { workers, device: shownDevice(device) };
  }
}

/** The crew that a lease shows; undefined where it shows none. */
export function crewOf(about: JsonValue | undefined): Crew | undefined {
  if (typeof about !== 'object' || about === null) return undefined;
  const { workers, device } = about as Readonly<Record<string, JsonValue>>;
  if (!Number.isSafeInteger(workers) || (workers as number) < 1) return undefined;
  return { workers: workers as number, ...(typeof device === 'string' && { device }) };
}
