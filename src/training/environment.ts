import { HpoError } from '../base/errors.ts';
import { type BackendName, backendNames } from './backend/candidate.ts';

/** The values of the HPO_ variables of training; undefined where one is unset or empty. docs/environment.md lists them. */
export interface Environment {
  /** `HPO_BACKEND`: the backend to compute with where the program names none. */
  readonly backend: BackendName | undefined;
  /**
   * `HPO_BACKEND_FOUND`: the backend that 'auto' tries first. A run sets it for later workers to the one that its first
   * worker found.
   */
  readonly found: BackendName | undefined;
  /** `HPO_GPU`: the GPU to compute on, by its number from 0; a run sets it for each worker. */
  readonly gpu: number | undefined;
  /** `HPO_THREADS`: CPU threads that TensorFlow takes, at least 1; a run sets each worker's share of the cores. */
  readonly threads: number | undefined;
  /** `HPO_SIMD`: whether WebAssembly uses fused multiply-adds where it has them (the default), or `plain` arithmetic. */
  readonly simd: 'auto' | 'plain';
  /** `HPO_CACHE`: the folder of hpo's cache. */
  readonly cache: string | undefined;
  /** `HPO_CIFAR10`: a folder with CIFAR-10's binary files, taken as it is. */
  readonly cifar10: string | undefined;
}

/**
 * Reads the variables of training; all of src/training does so here.
 *
 * @throws HPO_BACKEND for a backend that does not exist, HPO_INVALID_ARGUMENT for another bad value. It is refused
 *   whichever variable the caller reads.
 */
export function readEnvironment(): Environment {
  return {
    backend: backend(),
    found: backendNames.find((known) => known === text('HPO_BACKEND_FOUND')), // a study may have backends of its own
    gpu: wholeNumber('HPO_GPU', 0),
    threads: wholeNumber('HPO_THREADS', 1),
    simd: simd(),
    cache: text('HPO_CACHE'),
    cifar10: text('HPO_CIFAR10'),
  };
}

const text = (variable: string): string | undefined => process.env[variable] || undefined;

function backend(): BackendName | undefined {
  const variable = 'HPO_BACKEND';
  const value = text(variable);
  const name = backendNames.find((known) => known === value);
  if (value === undefined || name) return name;
  throw new HpoError('HPO_BACKEND', `${variable} takes one of ${backendNames.join(', ')}, not '${value}'.`, {
    data: { variable, value },
  });
}

function simd(): Environment['simd'] {
  const variable = 'HPO_SIMD';
  const value = text(variable) ?? 'auto';
  if (value === 'auto' || value === 'plain') return value;
  throw new HpoError('HPO_INVALID_ARGUMENT', `${variable} takes auto or plain, not '${value}'.`, {
    data: { variable, value },
  });
}

function wholeNumber(variable: string, least: number): number | undefined {
  const value = text(variable);
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new HpoError('HPO_INVALID_ARGUMENT', `${variable} takes a whole number from ${least} on, not '${value}'.`, {
    data: { variable, value },
  });
}
