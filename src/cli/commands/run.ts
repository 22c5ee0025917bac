import { runStudy } from '../../runner/run-study.ts';
import { command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { backendEnvironment, backendOption, seconds, setOption, storageOption, text, wholeNumber } from '../options.ts';
import { jsonOption, reportTo } from '../reporting.ts';
import { stopOnSignals } from '../stop-signals.ts';

/** `hpo run <study.ts>` */
export const run = command({
  usage: 'run <study>',
  describe: 'run a study: search, export the best configuration, retrain the winner; again: continue it',
  positionals: {
    study: { type: 'string', demandOption: true, describe: 'the file of the study, such as studies/cifar-cnn.ts' },
  },
  options: {
    trials: wholeNumber('trials', 1, 'how many finished trials the study is to have in the end'),
    timeout: seconds('timeout', 'start no trial after so many seconds'),
    workers: wholeNumber('workers', 1, 'how many trials run at once (default: one on a GPU, else one for each core)'),
    storage: storageOption,
    seed: wholeNumber('seed', 0, 'the seed of every random draw (default: the one in the study)'),
    profile: text('which of the profiles in the study to take'),
    set: setOption('override a setting: --set epochs=2, or of the retraining: --set retrain.epochs=50'),
    backend: backendOption,
    retrain: {
      type: 'boolean',
      default: true,
      describe: 'retrain the winner on the full schedule; --no-retrain: do not',
    },
    json: jsonOption,
  },
  examples: [
    ['$0 run studies/cifar-cnn.ts', 'the whole study'],
    ['$0 run studies/cifar-cnn.ts --trials 100', 'go on until it has 100 finished trials'],
    ['$0 run studies/cifar-cnn.ts --set epochs=10 --storage long.db', 'longer trials, in a database of their own'],
  ],
  async run(args) {
    const emit = reportTo(process.stdout, args.json);
    const { stop, release } = stopOnSignals(emit);
    try {
      const { reason, counts } = await runStudy({
        studyFile: args.study,
        storage: args.storage,
        trials: args.trials,
        timeoutMs: args.timeout === undefined ? undefined : args.timeout * 1000,
        workers: args.workers,
        seed: args.seed,
        profile: args.profile,
        assignments: args.set,
        env: backendEnvironment(args.backend),
        retrain: args.retrain,
        emit,
        stop,
      });
      if (reason === 'interrupted') process.exitCode = ExitCode.interrupted;
      else if (reason === 'failing' || counts.complete === 0) process.exitCode = ExitCode.failed;
    } finally {
      release();
    }
  },
});
