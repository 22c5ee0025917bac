import { askNvidiaSmi, type NvidiaGpu } from './nvidia-smi.ts';

/**
 * The numbers of NVIDIA's GPUs that this process may use, in the order in which it is given them: those that
 * CUDA_VISIBLE_DEVICES names, as batch systems set it, else all that `nvidia-smi` lists. Empty where there are none.
 */
export async function visibleGpus(): Promise<readonly number[]> {
  return selectGpus(await askNvidiaSmi(['index', 'uuid']), process.env.CUDA_VISIBLE_DEVICES);
}

/**
 * The numbers of the GPUs that a value of CUDA_VISIBLE_DEVICES selects, by CUDA's rule: numbers or the beginnings of
 * UUIDs, up to the first that names no card (so `-1` hides all). All of them without a value.
 *
 * @param gpus the machine's GPUs; where none are known, since `nvidia-smi` is missing, each number counts.
 */
export function selectGpus(
  gpus: readonly Pick<NvidiaGpu, 'index' | 'uuid'>[],
  visible: string | undefined,
): readonly number[] {
  if (visible === undefined) return gpus.map(({ index }) => index);
  const selected: number[] = [];
  for (const name of visible.split(',').map((part) => part.trim())) {
    const gpu = gpus.find(({ index, uuid }) => name === String(index) || (name !== '' && uuid.startsWith(name)));
    const index = gpus.length === 0 && /^\d+$/.test(name) ? Number(name) : gpu?.index;
    if (index === undefined) break;
    selected.push(index);
  }
  return selected;
}
