import { noteBackendFailure, outOfMemory } from '../../base/backend-health.ts';
import { HpoError } from '../../base/errors.ts';

/** Holds a GPU's failure for whoever reads its results next, since WebGPU reports it apart from the calls that fail. */
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

  /** Gives the cause of a rejected promise or a failed call of the device. */
  explain(reason: unknown): unknown {
    if (this.#error) return this.#error;
    if (!(reason instanceof RangeError)) return reason;
    return noteBackendFailure({ error: outOfMemory(this.#name), isHarmful: false }); // of a buffer mapped at creation
  }

  /** Keeps the first failure, which causes the others; the loss of the device replaces it. */
  #note(error: HpoError, isFinal: boolean): void {
    if (isFinal || !this.#error) this.#error = error;
    noteBackendFailure({ error, isHarmful: true });
  }
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
