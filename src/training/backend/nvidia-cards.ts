import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A graphics card as NVIDIA's driver knows it. */
export interface NvidiaCard {
  /** Its number for `--gpus`, in the driver's order. */
  readonly index: number;
  readonly name: string;
  readonly memoryBytes: number;
  /** The driver's version. */
  readonly driver: string;
}

/** NVIDIA's cards, asked of `nvidia-smi`; none where that is not installed or does not answer. */
export async function nvidiaCards(): Promise<NvidiaCard[]> {
  const query = ['--query-gpu=index,name,memory.total,driver_version', '--format=csv,noheader,nounits'];
  return promisify(execFile)('nvidia-smi', query, { timeout: 10_000 }).then(
    ({ stdout }) => parseCards(stdout),
    () => [],
  );
}

/** @param csv lines of number, name, MiB of memory and driver, without a header. */
export function parseCards(csv: string): NvidiaCard[] {
  return csv
    .split('\n')
    .filter((line) => line.includes(','))
    .map((line) => {
      const [index = '', name = '', mebibytes = '', driver = ''] = line.split(',').map((cell) => cell.trim());
      return { index: Number(index), name, memoryBytes: Number(mebibytes) * 2 ** 20, driver };
    });
}
