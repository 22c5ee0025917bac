import type { Device } from '../../machine/device.ts';
import { askNvidiaSmi } from '../../machine/nvidia-smi.ts';
import type { Emit, GpuUsage } from '../../study/run-event.ts';

/** The time in milliseconds between two looks at the GPUs. */
const INTERVAL_MS = 5_000;

const FIELDS = [
  'index',
  'name',
  'utilisation',
  'usedBytes',
  'memoryBytes',
] as const satisfies readonly (keyof GpuUsage)[];

/**
 * Emits the usage of NVIDIA's GPUs at intervals, where a run computes on one and `nvidia-smi` answers.
 *
 * @param gpus the GPUs that the run's workers take; by default all.
 * @returns a function that ends it.
 */
export function watchGpus(device: Device | undefined, gpus: readonly number[] | undefined, emit: Emit): () => void {
  if (device?.kind !== 'gpu') return () => undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const usages = (await askNvidiaSmi(FIELDS)).filter(({ index }) => gpus?.includes(index) ?? true);
    if (isOver || usages.length === 0) return;
    emit({ type: 'gpu-usage', gpus: usages });
    timer = setTimeout(() => void look(), INTERVAL_MS);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
