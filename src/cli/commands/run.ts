import { runStudy } from '../../runner/coordinator/run-study.ts';
import { defineCommand } from '../define-command.ts';
import {
  backendEnvironment,
  backendOption,
  checkpointsOption,
  gpusOption,
  keepCheckpointsOption,
  newParamsOption,
  partOption,
  seconds,
  setOption,
  storageOption,
  text,
  wholeNumber,
} from '../options.ts';
import { jsonOption } from '../reporting.ts';
import { dashboardOption, showRun, tensorboardOption } from '../show-run.ts';

/** `hpo run <study.ts>` */
export const run = defineCommand({
  usage: 'run <study>',
  describe: 'run a study: search, export the best configuration, retrain the winner; again: continue it',
  positionals: {
    study: { type: 'string', demandOption: true, describe: 'the file of the study, such as studies/cifar-cnn.ts' },
  },
  options: {
    trials: wholeNumber('trials', 1, 'the number of finished trials in the end'),
    timeout: seconds('timeout', 'start no trial after this time, in seconds'),
    workers: wholeNumber(
      'workers',
      1,
      'the number of trials at once (default: on each GPU the number that a probe finds best, else one for each core, as far as memory and a container allow)',
    ),
    gpus: gpusOption,
    storage: storageOption,
    retries: wholeNumber('retries', 0, 'how often a trial is run again if its process dies (default: 2)'),
    'trial-memory': wholeNumber(
      'trial-memory',
      1,
      'the memory that a trial may take, in MiB (default: as in the study)',
    ),
    seed: wholeNumber('seed', 0, 'the seed of every random draw (default: the one in the study)'),
    sampler: partOption('sampler'),
    pruner: partOption('pruner'),
    profile: text('the profile to take'),
    set: setOption('override a setting: --set epochs=2, or of the retraining: --set retrain.epochs=50'),
    'new-params': newParamsOption,
    checkpoints: checkpointsOption,
    'keep-checkpoints': keepCheckpointsOption,
    backend: backendOption,
    retrain: {
      type: 'boolean',
      default: true,
      describe: 'retrain the winner on the full schedule; --no-retrain: do not',
    },
    dashboard: dashboardOption,
    tensorboard: tensorboardOption,
    json: jsonOption,
  },
  examples: [
    ['$0 run studies/cifar-cnn.ts', 'the whole study'],
    ['$0 run studies/cifar-cnn.ts --trials 100', 'go on until it has 100 finished trials'],
    ['$0 run studies/cifar-cnn.ts --tensorboard', 'with files for: tensorboard --logdir runs/cifar-cnn/tb'],
    ['$0 run studies/cifar-cnn.ts --set epochs=10 --storage long.db', 'longer trials, in a database of their own'],
  ],
  async run(args) {
    await showRun(args, ({ emit, onOpen, control }) =>
      runStudy({
        studyFile: args.study,
        storage: args.storage,
        trials: args.trials,
        timeoutMs: args.timeout === undefined ? undefined : args.timeout * 1000,
        workers: args.workers,
        gpus: args.gpus,
        seed: args.seed,
        retries: args.retries,
        trialMemoryMb: args['trial-memory'],
        parts: { sampler: args.sampler, pruner: args.pruner },
        profile: args.profile,
        newParams: args['new-params'],
        checkpoints: args.checkpoints,
        keepCheckpoints: args['keep-checkpoints'],
        assignments: args.set,
        env: backendEnvironment(args.backend),
        retrain: args.retrain,
        emit,
        onOpen,
        control,
      }),
    );
  },
});
