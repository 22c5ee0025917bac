import { HpoError } from './errors.ts';

/**
 * The health of this process's backend. Code that computes notes failures here; code that gives this process work reads
 * them. The record lies on the global object, since a study may have been loaded with a second copy of hpo.
 */
interface Health {
  failure?: BackendFailure;
  memory?: () => BackendMemory;
}

/** A failure after which a process gets no further work: the next trial, or the retraining, gets a new process. */
export interface BackendFailure {
  /** The error, of the code HPO_BACKEND; its message is one line with the remedy. */
  readonly error: HpoError;
  /**
   * Whether results since the failure may be wrong; false where the backend refused an operation and nothing was
   * harmed.
   */
  readonly isHarmful: boolean;
}

/** The tensors that a backend holds. */
export interface BackendMemory {
  readonly tensors: number;
  readonly bytes: number;
}

const key = Symbol.for('hpo.backend-health');

function health(): Health {
  const holder = globalThis as { [key]?: Health };
  holder[key] ??= {};
  return holder[key];
}

/**
 * Notes that the backend has failed. The first failure causes the others, so it is kept, unless a later one is the
 * first that does harm.
 *
 * @returns the failure's error, to be thrown.
 */
export function noteBackendFailure(failure: BackendFailure): HpoError {
  const known = health().failure;
  if (known === undefined || (failure.isHarmful && !known.isHarmful)) health().failure = failure;
  return failure.error;
}

/** The failure of this process's backend; undefined as long as there is none. */
export function backendFailure(): BackendFailure | undefined {
  return health().failure;
}

/** Sets how the memory of this process's backend is measured. */
export function measureBackendMemory(memory: () => BackendMemory): void {
  health().memory = memory;
}

/** The tensors that this process's backend holds; undefined where no backend measures them. */
export function backendMemory(): BackendMemory | undefined {
  return health().memory?.();
}

/** The HPO_BACKEND error for memory that is exhausted. @param place the memory, such as a GPU's name. */
export function outOfMemory(place: string): HpoError {
  return new HpoError('HPO_BACKEND', `${place} is out of memory: take smaller batches or fewer workers (--workers)`, {
    data: { place, problem: 'out-of-memory' },
  });
}

/** The part of WebAssembly's interface that is used here; Node's types leave it to those of browsers. */
const { RuntimeError } = (globalThis as unknown as { WebAssembly: { RuntimeError: new (message: string) => Error } })
  .WebAssembly;

/**
 * The backend failure behind a thrown value: an HpoError HPO_BACKEND, a trap in WebAssembly, or an array that
 * JavaScript has no memory for. Undefined for anything else.
 */
export function asBackendFailure(thrown: unknown): BackendFailure | undefined {
  if (HpoError.is(thrown)) {
    return thrown.code === 'HPO_BACKEND' ? { error: thrown, isHarmful: false } : undefined;
  }
  if (thrown instanceof RuntimeError) {
    const [line] = thrown.message.split('. Build with');
    const cause = 'most often because it is out of memory: take smaller batches or fewer workers (--workers)';
    const error = new HpoError('HPO_BACKEND', `WebAssembly broke down (${line}), ${cause}`, {
      data: { place: 'WebAssembly', problem: 'trap' },
      cause: thrown,
    });
    return { error, isHarmful: true };
  }
  if (
    thrown instanceof RangeError &&
    /^Array buffer allocation failed|^Invalid typed array length: \d{9,}$/.test(thrown.message)
  ) {
    return { error: outOfMemory('JavaScript'), isHarmful: false };
  }
  return undefined;
}
