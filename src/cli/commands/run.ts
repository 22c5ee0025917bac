import { runStudy } from '../../runner/coordinator/run-study.ts';
import { defineCommand } from '../define-command.ts';
import { portOption } from '../live-page.ts';
import { newParamsOption, partOption } from '../options.ts';
import { jsonOption } from '../reporting.ts';
import { searchOf, searchOptions } from '../search-options.ts';
import { dashboardOption, showRun, tensorboardOption, webOption } from '../show-run.ts';

/** `hpo run <study.ts>` */
export const run = defineCommand({
  usage: 'run <study>',
  describe: 'run a study: search, export the best configuration, retrain the winner; again: continue it',
  positionals: {
    study: { type: 'string', demandOption: true, describe: 'the file of the study, such as studies/cifar-cnn.ts' },
  },
  options: {
    ...searchOptions,
    sampler: partOption('sampler'),
    pruner: partOption('pruner'),
    'new-params': newParamsOption,
    retrain: {
      type: 'boolean',
      default: true,
      describe: 'retrain the winner on the full schedule; --no-retrain: do not',
    },
    dashboard: dashboardOption,
    web: webOption,
    port: portOption,
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
    await showRun(args, async (parts) =>
      runStudy({
        ...(await searchOf(args)),
        parts: { sampler: args.sampler, pruner: args.pruner },
        newParams: args['new-params'],
        retrain: args.retrain,
        ...parts,
      }),
    );
  },
});
