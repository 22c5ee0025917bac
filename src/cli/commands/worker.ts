import type { RunResult } from '../../runner/coordinator/run-options.ts';
import { runStudy } from '../../runner/coordinator/run-study.ts';
import { isStorageFault, mayPass } from '../../storage/storage-errors.ts';
import { defineCommand } from '../define-command.ts';
import { ExitCode } from '../exit-code.ts';
import { portOption } from '../live-page.ts';
import { secondsFromZero, setOption, wholeNumber } from '../options.ts';
import { jsonOption } from '../reporting.ts';
import { searchOf, searchOptions } from '../search-options.ts';
import { dashboardOption, showRun, tensorboardOption, webOption } from '../show-run.ts';
import { WithExitCode } from '../with-exit-code.ts';

/** The default of `--grace`: Kubernetes and Slurm kill a process 30 s after they have asked it to end. */
const GRACE_S = 20;

/** The longest grace time: a day. */
const MOST_GRACE_S = 86_400;

/** The exit code of a worker by the way in which it ended; that of an interrupted one goes by the signal. */
const EXIT_CODES: Readonly<Record<RunResult['reason'], number>> = {
  done: ExitCode.done,
  spent: ExitCode.done,
  stopped: ExitCode.done,
  timeout: ExitCode.limited,
  'max-trials': ExitCode.limited,
  failing: ExitCode.failed,
  interrupted: ExitCode.interrupted,
};

/** `hpo worker <study.ts>` */
export const worker = defineCommand({
  usage: 'worker <study>',
  describe: 'run trials of a study on this machine, beside any number of other workers and runs on the same storage',
  details: `It joins the study, or begins it, and shares its target with all other processes. Start it as often as you like, on any machine that reaches the storage. It leaves best.json and the retraining to \`hpo run\` or \`hpo retrain\`, and is refused where the space, the directions or the settings of its file are not those of the study.

Exit codes: 0 the target is reached, or there is nothing left to do; 75 it has ended by --timeout or --max-trials, and may be started again; 130 and 143 it was interrupted (SIGINT, SIGTERM); 2 bad input, which is no use to try again; 1 anything else.`,
  positionals: {
    study: { type: 'string', demandOption: true, describe: 'the file of the study, such as studies/cifar-cnn.ts' },
  },
  options: {
    ...searchOptions,
    set: setOption('a setting that the study was begun with, or is to be: --set epochs=2'),
    timeout: { ...searchOptions.timeout, describe: 'start no trial after this time, in seconds since the start' },
    'max-trials': wholeNumber('max-trials', 1, 'end after this number of trials (default: no limit)'),
    grace: secondsFromZero(
      'grace',
      MOST_GRACE_S,
      `how long running trials may go on after --timeout, SIGTERM or SIGINT, in seconds (default: ${GRACE_S}); then, and at a second signal, they are handed back`,
    ),
    dashboard: { ...dashboardOption, default: false, describe: 'show the run on the whole terminal' },
    web: webOption,
    port: portOption,
    tensorboard: tensorboardOption,
    json: jsonOption,
  },
  examples: [
    ['$0 worker studies/cifar-cnn.ts', 'with the storage of HPO_STORAGE, on as many machines as you like'],
    ['$0 worker studies/cifar-cnn.ts --trials 500', 'the target of all of them from now on'],
    ['$0 worker studies/cifar-cnn.ts --timeout 3000 --grace 300', 'within an hour of a batch system'],
    ['$0 worker studies/cifar-cnn.ts --max-trials 1', 'one trial'],
  ],
  async run(args) {
    const graceMs = 1000 * (args.grace ?? GRACE_S);
    let isOpen = false;
    const exitCodeOf = ({ reason }: RunResult) => EXIT_CODES[reason];
    const work = showRun({ ...args, graceMs, exitCodeOf }, async ({ onOpen, ...parts }) =>
      runStudy({
        ...(await searchOf(args)),
        role: 'worker',
        maxTrials: args['max-trials'],
        graceMs,
        onOpen: (storage, record) => {
          isOpen = true;
          onOpen(storage, record);
        },
        ...parts,
      }),
    );
    await work.catch((error: unknown) => {
      // A storage that has worked may do so again, for a worker that is started then.
      const isToTryAgain = mayPass(error) || (isOpen && isStorageFault(error));
      throw isToTryAgain ? new WithExitCode(ExitCode.failed, error) : error;
    });
  },
});
