import { askNvidiaSmi, type NvidiaGpu, parseNvidiaSmi } from '../../machine/nvidia-smi.ts';

const FIELDS = ['index', 'name', 'memoryBytes', 'driver'] as const;

/** A graphics card as NVIDIA's driver knows it; its index is its number for `--gpus`. */
export type NvidiaCard = Pick<NvidiaGpu, (typeof FIELDS)[number]>;

/** NVIDIA's cards, asked of `nvidia-smi`; none where that is not installed or does not answer. */
export function nvidiaCards(): Promise<NvidiaCard[]> {
  return askNvidiaSmi(FIELDS);
}

/** @param csv lines of number, name, MiB of memory and driver, without a header. */
export function parseCards(csv: string): NvidiaCard[] {
  return parseNvidiaSmi(csv, FIELDS);
}
