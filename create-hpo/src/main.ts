import { spawnSync } from 'node:child_process';
import { intro, outro } from '@clack/prompts';
import { type Answers, collectAnswers } from './answers.ts';
import { HELP, readFlags } from './flags.ts';
import { projectFiles, VERSION } from './project-files.ts';
import { writeProject } from './project-folder.ts';
import { Cancelled, UsageError } from './usage-error.ts';

try {
  process.exitCode = await create(process.argv.slice(2));
} catch (error) {
  if (error instanceof Cancelled) {
    process.stderr.write('create-hpo: nothing was written.\n');
    process.exitCode = 130;
  } else if (error instanceof UsageError) {
    process.stderr.write(`create-hpo: ${error.message}\n`);
    process.exitCode = 2;
  } else throw error;
}

async function create(args: readonly string[]): Promise<number> {
  const flags = readFlags(args);
  if (flags.show !== undefined) {
    process.stdout.write(flags.show === 'help' ? HELP : `${VERSION}\n`);
    return 0;
  }
  const asks = !flags.isYes && process.stdin.isTTY && process.stdout.isTTY;
  if (asks) intro('create hpo');
  const answers = await collectAnswers(flags, process.env.npm_config_user_agent);
  const files = projectFiles(answers, flags.hpo);
  writeProject(answers.folder, files);
  const written = `wrote ${Object.keys(files).join(', ')}`;
  if (asks) outro(written);
  else process.stdout.write(`${written}\n`);
  const isInstalled = answers.isToInstall && install(answers);
  process.stdout.write(`\n${nextSteps(answers, isInstalled)}\n`);
  return answers.isToInstall && !isInstalled ? 1 : 0;
}

/** Installs the packages. @returns whether that went well. */
function install({ folder, manager }: Answers): boolean {
  const { status } = spawnSync(manager.install, { cwd: folder, stdio: 'inherit', shell: true });
  if (status !== 0) process.stderr.write(`create-hpo: ${manager.install} failed; the project is written.\n`);
  return status === 0;
}

function nextSteps({ folder, manager }: Answers, isInstalled: boolean): string {
  const isHere = folder === '.' || folder === './';
  const word = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  return [
    ...(isHere ? [] : [`  cd ${word}`]),
    ...(isInstalled ? [] : [`  ${manager.install}`]),
    `  ${manager.run}hpo run study.ts`,
    `  ${manager.run}hpo report`,
  ].join('\n');
}
