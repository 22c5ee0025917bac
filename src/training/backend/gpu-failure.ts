import { HpoError } from '../../base/errors.ts';

/** What has gone wrong on a GPU, for whoever reads its results next. WebGPU tells of it apart from the calls that fail. */
export class GpuFailure {
  readonly #name: string;
  #error: HpoError | undefined;

  /** @param name of the adapter, for the messages. */
  constructor(device: GPUDevice, name: string) {
    this.#name = name;
    void device.lost.then(({ reason, message }) => this.#note(lost(name, message || reason), true));
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault(); // else Dawn writes it to stderr
      const { error } = event;
      this.#note(error instanceof GPUOutOfMemoryError ? outOfMemory(name) : rejected(name, error.message), false);
    });
  }

  /** @throws HpoError HPO_BACKEND where something went wrong: nothing computed since then is right. */
  check(): void {
    if (this.#error) throw this.#error;
  }

  /** What a rejected promise or a failed call of the device comes down to. */
  explain(reason: unknown): unknown {
    if (this.#error) return this.#error;
    return reason instanceof RangeError ? outOfMemory(this.#name) : reason; // that of a buffer which is mapped at once
  }

  /** The first of several is the cause of the others, but for a loss, after which nothing else matters. */
  #note(error: HpoError, isFinal: boolean): void {
    if (isFinal || !this.#error) this.#error = error;
  }
}

/** @param name of what the trials share. */
export function outOfMemory(name: string): HpoError {
  return new HpoError(
    'HPO_BACKEND',
    `${name} is out of memory: run fewer trials at once on it (--workers), or take smaller batches`,
    { data: { adapter: name, problem: 'out-of-memory' } },
  );
}

function lost(name: string, detail: string): HpoError {
  const [line] = detail.split('\n');
  return new HpoError('HPO_BACKEND', `the connection to ${name} was lost: ${line}`, {
    data: { adapter: name, problem: 'device-lost' },
  });
}

function rejected(name: string, detail: string): HpoError {
  const [line] = detail.split('\n');
  return new HpoError('HPO_BACKEND', `${name} refused a command: ${line}`, {
    data: { adapter: name, problem: 'refused' },
  });
}
