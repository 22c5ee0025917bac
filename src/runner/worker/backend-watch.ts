import { asBackendFailure, backendFailure, backendMemory, noteBackendFailure } from '../../base/backend-health.ts';
import { HpoError } from '../../base/errors.ts';
import { failureOf } from '../../study/trial/outcome.ts';
import type { TrialEnd } from '../wire/protocol.ts';
import { LeakWatch } from './leak-watch.ts';

/**
 * Watches the backend of this process while a study's code computes, since that code may drop a backend's error, or
 * throw another one in its place.
 */
export class BackendWatch {
  readonly #leaks = new LeakWatch();

  /** Runs a study's code. An error that shows a failed backend is noted, and thrown as an HpoError. */
  async explain<T>(run: () => T): Promise<Awaited<T>> {
    try {
      return await run();
    } catch (thrown) {
      const failure = asBackendFailure(thrown);
      if (failure === undefined) throw thrown;
      throw noteBackendFailure(failure);
    }
  }

  /**
   * Runs code as {@link explain} does, and drops its result if the backend has failed in a way that may have harmed it.
   * @throws HpoError HPO_BACKEND then, and in place of any other error after the backend has failed.
   */
  async watch<T>(run: () => T): Promise<Awaited<T>> {
    try {
      const result = await this.explain(run);
      const failure = backendFailure();
      if (failure?.isHarmful) throw failure.error;
      return result;
    } catch (thrown) {
      const failure = backendFailure();
      if (failure === undefined || thrown === failure.error) throw thrown;
      throw new HpoError('HPO_BACKEND', withCause(String((thrown as Error)?.message ?? thrown), failure.error), {
        cause: thrown,
      });
    }
  }

  /**
   * Runs a trial. If the backend has failed during it, a failure of the trial names that cause, and a result is kept
   * only if no harm was done.
   */
  async watchTrial(run: () => Promise<TrialEnd>): Promise<TrialEnd> {
    const end = await run();
    const failure = backendFailure();
    if (failure === undefined) {
      const memory = backendMemory();
      const leak = memory && this.#leaks.add(memory);
      return leak ? { ...end, leak } : end;
    }
    const lost = { isBackendLost: true, leak: this.#leaks.whenFull };
    if (end.failure !== undefined) {
      const message = withCause(end.failure.message, failure.error);
      return { ...end, ...lost, failure: { ...end.failure, message } };
    }
    return failure.isHarmful ? { told: 'FAIL', failure: failureOf(failure.error), ...lost } : { ...end, ...lost };
  }
}

const withCause = (message: string, { message: cause }: HpoError): string =>
  message.includes(cause) ? message : `${message} (${cause})`;
