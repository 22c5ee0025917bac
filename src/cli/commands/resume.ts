import { runStudy } from '../../runner/coordinator/run-study.ts';
import { defineCommand } from '../define-command.ts';
import { portOption } from '../live-page.ts';
import {
  backendEnvironment,
  backendOption,
  checkpointsOption,
  gpusOf,
  gpusOption,
  keepCheckpointsOption,
  setOption,
  storageOption,
  wholeNumber,
} from '../options.ts';
import { jsonOption } from '../reporting.ts';
import { dashboardOption, showRun, tensorboardOption, webOption } from '../show-run.ts';

/** `hpo resume <study.ts>` */
export const resume = defineCommand({
  usage: 'resume <study>',
  describe: 'continue a finished trial from its last checkpoint, as a new trial',
  details:
    'Finished trials never change, so the trial goes on as a new one: with its parameters, from its last checkpoint, and ' +
    'with its reports up to there. It counts as a trial of its own, also beyond the target, and can become the best one, ' +
    'with other settings too, which are stored with it. The pruner is not asked about steps that the finished trial ' +
    'reported. best.json is written anew; `hpo retrain` or the next `hpo run` retrains the winner. An interrupted one ' +
    'goes on when the same command is given again.',
  positionals: {
    study: { type: 'string', demandOption: true, describe: 'the file of the study, such as studies/cifar-cnn.ts' },
  },
  options: {
    trial: { ...wholeNumber('trial', 0, 'the number of the finished trial'), demandOption: true },
    set: setOption('override a setting of the new trial: --set epochs=20'),
    checkpoints: checkpointsOption,
    'keep-checkpoints': keepCheckpointsOption,
    storage: storageOption,
    backend: backendOption,
    gpus: { ...gpusOption, describe: 'the GPU to run on, by its number; the first of several' },
    dashboard: dashboardOption,
    web: webOption,
    port: portOption,
    tensorboard: tensorboardOption,
    json: jsonOption,
  },
  examples: [
    ['$0 resume studies/cifar-cnn.ts --trial 12', 'the rest of a trial that was pruned, or that failed'],
    ['$0 resume studies/cifar-cnn.ts --trial 7 --set epochs=20', 'more epochs for one that was complete'],
  ],
  async run(args) {
    const { trial } = args as { readonly trial: number }; // yargs demands it
    await showRun(args, async ({ emit, onOpen, control }) =>
      runStudy({
        studyFile: args.study,
        storage: args.storage,
        workers: 1,
        gpus: await gpusOf(args.gpus),
        checkpoints: args.checkpoints,
        keepCheckpoints: args['keep-checkpoints'],
        env: backendEnvironment(args.backend),
        resume: { trial, assignments: args.set },
        retrain: false,
        emit,
        onOpen,
        control,
      }),
    );
  },
});
