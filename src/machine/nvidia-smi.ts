import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A graphics card as NVIDIA's driver knows it. Numbers that the card does not report are NaN. */
export interface NvidiaGpu {
  /** Its number in the driver's order. */
  readonly index: number;
  readonly name: string;
  /** A name for good: `GPU-6f8c…`. */
  readonly uuid: string;
  /** The driver's version. */
  readonly driver: string;
  /** The share of the last moments in which it computed, in per cent. */
  readonly utilisation: number;
  readonly usedBytes: number;
  readonly memoryBytes: number;
}

const mebibytes = (cell: string) => Number(cell) * 2 ** 20;

/** The name of each field in `nvidia-smi`, and how its cell is read. */
const FIELDS: { readonly [F in keyof NvidiaGpu]: readonly [query: string, read: (cell: string) => NvidiaGpu[F]] } = {
  index: ['index', Number],
  name: ['name', String],
  uuid: ['uuid', String],
  driver: ['driver_version', String],
  utilisation: ['utilization.gpu', Number],
  usedBytes: ['memory.used', mebibytes],
  memoryBytes: ['memory.total', mebibytes],
};

/** These fields of each of NVIDIA's cards; none where `nvidia-smi` is not installed or does not answer. */
export async function askNvidiaSmi<F extends keyof NvidiaGpu>(fields: readonly F[]): Promise<Pick<NvidiaGpu, F>[]> {
  const query = [`--query-gpu=${fields.map((field) => FIELDS[field][0])}`, '--format=csv,noheader,nounits'];
  return promisify(execFile)('nvidia-smi', query, { timeout: 10_000 }).then(
    ({ stdout }) => parseNvidiaSmi(stdout, fields),
    () => [],
  );
}

/**
 * Parses the answer of `nvidia-smi`.
 * @param csv a line for each card with a cell for each of `fields`, without a header.
 */
export function parseNvidiaSmi<F extends keyof NvidiaGpu>(csv: string, fields: readonly F[]): Pick<NvidiaGpu, F>[] {
  return csv
    .split('\n')
    .map((line) => line.split(','))
    .filter((cells) => cells.length === fields.length && cells.join('') !== '')
    .map((cells) => {
      const read = fields.map((field, at) => [field, FIELDS[field][1](cells[at]?.trim() ?? '')]);
      return Object.fromEntries(read) as Pick<NvidiaGpu, F>;
    });
}
