import { stderr } from 'node:process';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { HpoError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { best } from './commands/best.ts';
import { data } from './commands/data.ts';
import { doctor } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { retrain } from './commands/retrain.ts';
import { run } from './commands/run.ts';
import { setup } from './commands/setup.ts';
import { studies } from './commands/studies.ts';
import { trials } from './commands/trials.ts';
import { ExitCode } from './exit-code.ts';

// The program `hpo`. Mistakes of the user end in one line on stderr and exit code 2, anything else in exit code 1.

try {
  await yargs(hideBin(process.argv))
    .scriptName('hpo')
    .usage(
      '$0 <command>\n\nSearches hyperparameters: runs trials of a study, prunes the hopeless, keeps them all in SQLite.',
    )
    .command([run, best, trials, studies, exportCommand, retrain, data, setup, doctor])
    .demandCommand(1, 'Name a command; `hpo --help` lists them.')
    .example('$0 run studies/cifar-cnn.ts', 'search, retrain the winner, write runs/cifar-cnn/best.json')
    .example('$0 run my-study.ts --trials 100 --workers 4', 'go on to 100 finished trials, four at a time')
    .example('$0 best cifar-cnn --format json', 'the best trial of a study, for programs')
    .strict()
    .recommendCommands()
    .version(VERSION)
    .alias({ h: 'help', v: 'version' })
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new HpoError('HPO_INVALID_ARGUMENT', explain(message));
    })
    .parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

/** What yargs says of a mistake, with the mend. */
function explain(message: string): string {
  const suggestion = /Did you mean (.+)\?/.exec(message)?.[1];
  if (suggestion !== undefined) return `There is no command '${process.argv[2]}'; did you mean ${suggestion}?`;
  const unknown = /Unknown (?:command|argument)s?: (.+)/.exec(message)?.[1];
  if (unknown === undefined) return message;
  return `Unknown argument: ${unknown}. \`hpo --help\` lists the commands, \`hpo <command> --help\` their options.`;
}

function tell(error: unknown): number {
  if (HpoError.is(error) || (error instanceof Error && error.name === 'YError')) {
    stderr.write(`hpo: ${error.message.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return HpoError.is(error) && error.code === 'HPO_WORKER' ? ExitCode.failed : ExitCode.badInput;
  }
  stderr.write(`hpo: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return ExitCode.failed;
}
