import { folderName } from '../base/folder-name.ts';
import { shortHash } from '../base/short-hash.ts';

/** Workers of a study that are to be placed on machines: each is one process `hpo worker`. */
export interface Placement {
  /** The name of the study. */
  readonly study: string;
  /** The study's file, absolute or relative to `folder`, with `/` between folders. */
  readonly studyFile: string;
  /** The absolute path of the working folder on the machines. */
  readonly folder: string;
  /** Node, and hpo's program as seen from that folder: `node_modules/hpo/bin/hpo.js`. */
  readonly program: readonly [node: string, hpo: string];
  /** The number of workers at a time. */
  readonly workers: number;
  /** The number of trials that each worker runs at once; undefined: as the engine thinks right. */
  readonly concurrency: number | undefined;
  /** The seconds that a worker has for its running trials after SIGTERM. */
  readonly graceS: number;
  /** The arguments that every process of the study takes, workers and the run that concludes it: its settings, … */
  readonly studyArguments: readonly string[];
  /** Further arguments of `hpo worker`. */
  readonly workerArguments: readonly string[];
}

/** Seconds that a worker gets beyond its grace, in which it hands trials back over a slow network. */
const HAND_BACK_S = 30;

/** The seconds from SIGTERM to SIGKILL that an engine must leave a worker. */
export function secondsToEnd({ graceS }: Placement): number {
  return graceS + HAND_BACK_S;
}

/**
 * A name for the study's workers that every engine takes (a label of DNS, 50 characters at most): `hpo-cifar-cnn`. Names
 * of different studies differ.
 */
export function jobName({ study }: Placement): string {
  const plain = study
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const isSame = plain === study && plain.length <= 46;
  const short = plain.slice(0, 37).replace(/-$/, '');
  return isSame ? `hpo-${plain}` : ['hpo', short, shortHash(study)].filter(Boolean).join('-');
}

/** The folder for what an engine leaves of its workers, such as their logs, relative to the working folder. */
export function logFolder({ study }: Placement, engine: string): string {
  return `runs/${folderName(study)}/${engine}`;
}
