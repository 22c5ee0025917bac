/**
 * The variables that give a slot's worker its GPU, which the slots take in turn: hpo/tfjs reads HPO_GPU; TensorFlow and
 * the programs of `command()` read CUDA_VISIBLE_DEVICES. None without `gpus`, where the backend chooses.
 *
 * @param slot the number of the slot: 0, 1, 2, …
 */
export function gpuEnvironment(slot: number, gpus: readonly number[] = []): Readonly<Record<string, string>> {
  const gpu = gpus[slot % gpus.length];
  return gpu === undefined ? {} : { HPO_GPU: String(gpu), CUDA_VISIBLE_DEVICES: String(gpu) };
}
