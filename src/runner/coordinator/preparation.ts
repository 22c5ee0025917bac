import { HpoError } from '../../base/errors.ts';
import type { Settings } from '../../study/definition/definition.ts';
import type { StopSwitch } from '../events/stop-switch.ts';
import { WorkerDied } from './worker-process.ts';
import { STOPPED, type WorkerSlot } from './worker-slot.ts';

/** Where it has been done: once in a run is enough. */
const done = new WeakSet<WorkerSlot>();

/**
 * Lets the study prepare itself in a worker. Told to stop, it kills the worker and returns. Done
 * before with the same slot, it does nothing.
 * @throws what the study threw, or HpoError HPO_WORKER if the process died over it.
 */
export async function prepare(slot: WorkerSlot, settings: Settings, stop: StopSwitch): Promise<void> {
  if (done.has(slot)) return;
  try {
    const end = await slot.runUnlessStopped(stop, { phase: 'prepare' }, (worker) =>
      worker.request('prepare', settings),
    );
    if (end !== STOPPED) done.add(slot);
  } catch (error) {
    if (!(error instanceof WorkerDied)) throw error;
    throw new HpoError(
      'HPO_WORKER',
      `The study's \`prepare\` ended its worker: ${error.message} ${error.failure.stderr ?? ''}`,
    );
  }
}
