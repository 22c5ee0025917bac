import type { InferredOptionTypes } from 'yargs';
import type { RunOptions } from '../runner/coordinator/run-options.ts';
import {
  backendEnvironment,
  backendOption,
  checkpointsOption,
  gpusOf,
  gpusOption,
  keepCheckpointsOption,
  seconds,
  setOption,
  storageOption,
  text,
  wholeNumber,
} from './options.ts';

/** The options of the commands that run a study's trials: `hpo run` and `hpo worker`. */
export const searchOptions = {
  trials: wholeNumber('trials', 1, 'the number of finished trials in the end, kept with the study'),
  timeout: seconds('timeout', 'start no trial after this time, in seconds'),
  workers: wholeNumber(
    'workers',
    1,
    'the number of trials at once (default: on each GPU the number that a probe finds best, else one for each core, as far as memory and a container allow)',
  ),
  gpus: gpusOption,
  storage: storageOption,
  retries: wholeNumber('retries', 0, 'how often a trial is run again if its process dies (default: 2)'),
  'trial-memory': wholeNumber('trial-memory', 1, 'the memory that a trial may take, in MiB (default: as in the study)'),
  seed: wholeNumber('seed', 0, 'the seed of every random draw (default: the one in the study)'),
  profile: text('the profile to take'),
  set: setOption('override a setting: --set epochs=2, or of the retraining: --set retrain.epochs=50'),
  checkpoints: checkpointsOption,
  'keep-checkpoints': keepCheckpointsOption,
  backend: backendOption,
  'strict-code': {
    type: 'boolean',
    default: false,
    describe: 'refuse a study that was begun with other code than that of the file and of what it imports',
  },
} as const;

/** The arguments of a command that runs a study's trials. */
export type SearchArguments = InferredOptionTypes<typeof searchOptions> & { readonly study: string };

/** The options of a run by the arguments of its command. */
export async function searchOf(args: SearchArguments): Promise<Omit<RunOptions, 'emit' | 'control'>> {
  return {
    studyFile: args.study,
    storage: args.storage,
    trials: args.trials,
    timeoutMs: args.timeout === undefined ? undefined : args.timeout * 1000,
    workers: args.workers,
    gpus: await gpusOf(args.gpus),
    seed: args.seed,
    retries: args.retries,
    trialMemoryMb: args['trial-memory'],
    profile: args.profile,
    assignments: args.set,
    checkpoints: args.checkpoints,
    keepCheckpoints: args['keep-checkpoints'],
    env: backendEnvironment(args.backend),
    strictCode: args['strict-code'],
  };
}
