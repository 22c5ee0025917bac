import { HpoError } from '../errors.ts';
import type { Settings } from '../study/definition.ts';
import type { StopSwitch } from './stop-switch.ts';
import { WorkerDied } from './worker-process.ts';
import type { WorkerSlot } from './worker-slot.ts';

/**
 * Lets the study prepare itself in a worker. Told to stop, it kills the worker and returns.
 * @throws what the study threw, or HpoError HPO_WORKER if the process died over it.
 */
export async function prepare(slot: WorkerSlot, settings: Settings, stop: StopSwitch): Promise<void> {
  const kill = () => void slot.stop();
  stop.onDrain(kill);
  try {
    await slot.run({ phase: 'prepare' }, (worker) => worker.request('prepare', settings));
  } catch (error) {
    if (!(error instanceof WorkerDied)) throw error;
    if (stop.draining) return;
    throw new HpoError('HPO_WORKER', `The study's \`prepare\` ended its worker: ${error.message} ${error.stderr}`);
  } finally {
    stop.offDrain(kill);
  }
}
