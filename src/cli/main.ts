import { stderr } from 'node:process';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { HpoError } from '../base/errors.ts';
import { isDiskFailure } from '../base/file-problem.ts';
import { VERSION } from '../base/version.ts';
import { commandsFor } from './commands/index.ts';
import { ExitCode } from './exit-code.ts';
import { guardOperands, operand } from './operands.ts';
import { printLine, printText } from './print.ts';
import { isShellName, SHELLS, type ShellName } from './shells.ts';
import { refusePasswords } from './shown-passwords.ts';
import { explainUsage } from './usage-error.ts';
import { WithExitCode } from './with-exit-code.ts';

/**
 * The program `hpo`, with the arguments of this process. Mistakes of the user end in one line on stderr and exit code 2,
 * everything else in exit code 1.
 */
export async function main(): Promise<void> {
  // A reader that has gone away (`| head`) is no reason to complain, or to end a run. Nor is a closed terminal, which
  // sends a signal.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO' || process.exitCode === ExitCode.failed) return;
    printLine(`hpo: stdout cannot be written to: ${error.message}`, stderr);
    process.exitCode = ExitCode.failed;
  });
  const given = hideBin(process.argv);
  try {
    const [first, shell = '', ...words] = given;
    if (first === '--complete' && isShellName(shell)) await printCompletions(shell, words);
    else {
      refusePasswords(given);
      await parseCommandLine(guardOperands(given));
    }
  } catch (error) {
    process.exitCode = complain(error);
  }
}

/** Prints an error. @returns the exit code. */
function complain(error: unknown): number {
  if (error instanceof WithExitCode) {
    complain(error.cause);
    return error.exitCode;
  }
  if (HpoError.is(error)) {
    const lines = error.message.split('\n').map((line) => line.trim());
    printLine(`hpo: ${lines.filter(Boolean).join(' ')}`, stderr);
    return error.code === 'HPO_WORKER' || error.code === 'HPO_DISK' ? ExitCode.failed : ExitCode.badInput;
  }
  if (isDiskFailure(error)) printLine(`hpo: ${error.message}`, stderr);
  else printText(`hpo: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, stderr);
  return ExitCode.failed;
}

async function parseCommandLine(args: readonly string[]): Promise<void> {
  const commands = await commandsFor(args[0]);
  const usages = commands.map(({ command }) => String(command));
  const parser = yargs([...args]);
  keepNoHelp(parser);
  await parser
    .scriptName('hpo')
    .usage(
      '$0 <command>\n\nSearches hyperparameters: runs trials of a study, prunes the hopeless, keeps them all in SQLite.',
    )
    .command([...commands])
    .demandCommand(1, 'Name a command; `hpo --help` lists them.')
    .example('$0 init my-study.ts', 'a study to start from')
    .example('$0 run studies/cifar-cnn.ts', 'search, retrain the winner, write runs/cifar-cnn/best.json')
    .example('$0 run my-study.ts --trials 100 --workers 4', 'go on to 100 finished trials, four at a time')
    .example('$0 best cifar-cnn --format json', 'the best trial of a study, for programs')
    .strict()
    .recommendCommands()
    .version(VERSION)
    .alias({ h: 'help', v: 'version' })
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .detectLocale(false) // hpo's messages are English
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new HpoError('HPO_INVALID_ARGUMENT', operand(explainUsage(message ?? error?.message, args, usages)));
    })
    .parseAsync();
}

/**
 * Keeps yargs from laying out the help of each command that it runs, which it never shows: that takes a tenth of the
 * time of a short command.
 */
function keepNoHelp(parser: object): void {
  const { getInternalMethods } = parser as { getInternalMethods?: () => { getUsageInstance?: () => object } };
  const usage = getInternalMethods?.call(parser).getUsageInstance?.();
  if (usage !== undefined && 'cacheHelpMessage' in usage) usage.cacheHelpMessage = () => undefined;
}

/** Prints the candidates for the scripts of `hpo completion`. */
async function printCompletions(name: ShellName, given: readonly string[]): Promise<void> {
  const shell = SHELLS[name];
  const words = shell.words(given);
  const { complete } = await import('./completion.ts');
  const commands = await commandsFor(words.length > 1 ? words[0] : undefined);
  const lines = shell.lines(await complete(commands, words), given.at(-1) ?? '', words);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
