/** `--cpus`: the processors of one worker. */
export const cpusOption = {
  kind: 'text',
  accepts: /^[1-9]\d{0,4}$/,
  wanted: 'a whole number from 1 on',
  describe: 'processor cores of each worker (default: 1)',
} as const;

/** `--gpus`: the number of GPUs of one worker, which the engine assigns. */
export const gpusOption = {
  kind: 'text',
  accepts: /^\d{1,3}$/,
  wanted: 'a whole number from 0 on',
  describe: 'GPUs of each worker, on which it runs as many trials at once as are worthwhile (default: 0)',
} as const;

/** `--memory`: the memory of one worker, in a unit that Kubernetes and Slurm both read once it is translated. */
export const memoryOption = {
  kind: 'text',
  accepts: /^[1-9]\d*[MG]i$/,
  wanted: 'a number of MiB or GiB, such as 8Gi',
  describe: 'memory of each worker, such as 8Gi (default: no limit of its own)',
} as const;

/** `--storage-file`: a file on the machines that holds the URL of the database. */
export const storageFileOption = {
  kind: 'text',
  accepts: /^[^\0\n]+$/,
  wanted: 'the path of a file on the machines',
  describe:
    'a file on the machines that holds the URL of the database, read where HPO_STORAGE is not set (default: ~/.hpo-storage)',
} as const;

/** The resources of one worker, as numbers. */
export interface Resources {
  readonly cpus: number;
  readonly gpus: number;
  /** The trials to run at once: one on each core; undefined on GPUs, where a probe finds the number. */
  readonly concurrency: number | undefined;
}

/** Reads the options of a worker's resources. */
export function resources(values: {
  readonly cpus?: string | undefined;
  readonly gpus?: string | undefined;
}): Resources {
  const cpus = Number(values.cpus ?? 1);
  const gpus = Number(values.gpus ?? 0);
  return { cpus, gpus, concurrency: gpus > 0 ? undefined : cpus };
}
