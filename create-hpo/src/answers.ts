import { basename, resolve } from 'node:path';
import { confirm, isCancel, select, text } from '@clack/prompts';
import { draftedParams, TEMPLATES, type Template } from '../../src/cli/template/index.ts';
import type { Flags } from './flags.ts';
import { callingManager, PACKAGE_MANAGERS, type PackageManager } from './package-manager.ts';
import { checkFolder } from './project-folder.ts';
import { Cancelled, UsageError } from './usage-error.ts';

/** All that decides what is written. */
export interface Answers {
  /** The folder as the user names it. */
  readonly folder: string;
  /** The name of the study. */
  readonly name: string;
  readonly template: Template;
  /** The parameters, in the form of `draftedParams`. */
  readonly params: string;
  readonly manager: PackageManager;
  readonly isToInstall: boolean;
}

const DEFAULT_FOLDER = 'tuning';

/**
 * The answers by the command line; the others are asked for on the terminal, each checked at once.
 *
 * @throws UsageError for an answer of the command line that cannot be right, and where there is no terminal to ask in.
 * @throws Cancelled
 */
export async function collectAnswers(flags: Flags, userAgent: string | undefined): Promise<Answers> {
  const manager = PACKAGE_MANAGERS.find(({ name }) => name === flags.packageManager) ?? callingManager(userAgent);
  const byFolder = flags.folder ?? (flags.isYes ? (flags.name ?? DEFAULT_FOLDER) : undefined);
  if (byFolder !== undefined) checkFolder(byFolder);
  const known = TEMPLATES.find(({ name }) => name === flags.template);
  if (flags.params !== undefined && known !== undefined) problemOf(known, flags.params, true);
  if (!flags.isYes && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new UsageError(
      'there is no terminal to ask questions in; --yes takes the defaults, and --help shows the options.',
    );
  }

  const template = known ?? (flags.isYes ? TEMPLATES[0] : await askTemplate());
  const folder = byFolder ?? (await askFolder(flags.name));
  const params = flags.params ?? (flags.isYes ? template.params : await askParams(template));
  problemOf(template, params, true);
  const isToInstall = flags.install ?? (flags.isYes ? false : await askInstall(manager));
  return { folder, name: flags.name ?? (basename(resolve(folder)) || 'study'), template, params, manager, isToInstall };
}

async function askTemplate(): Promise<Template> {
  const options = TEMPLATES.map((template) => ({ value: template.name as string, label: template.tunes }));
  const name = answered(await select({ message: 'What do you want to tune?', options }));
  return TEMPLATES.find((template) => template.name === name) ?? TEMPLATES[0];
}

async function askFolder(name: string | undefined): Promise<string> {
  const byDefault = name ?? DEFAULT_FOLDER;
  const validate = (value: string | undefined) => messageOf(() => checkFolder(value || byDefault));
  const message = 'In which folder? It names the study, too.';
  return answered(await text({ message, placeholder: byDefault, defaultValue: byDefault, validate }));
}

async function askParams(template: Template): Promise<string> {
  const validate = (value: string | undefined) => problemOf(template, value || template.params);
  const message = 'Which parameters? (name=low..high, name=low..high:log or name=one,other)';
  return answered(await text({ message, initialValue: template.params, validate }));
}

async function askInstall({ install }: PackageManager): Promise<boolean> {
  return answered(await confirm({ message: `Install the packages now (${install})?`, initialValue: true }));
}

/** An answer. @throws Cancelled if there is none. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Cancelled();
  return answer as Exclude<T, symbol>;
}

/** The line that says why a template cannot take these parameters; undefined where it can. */
function problemOf(template: Template, params: string, isFlag = false): string | undefined {
  const problem = messageOf(() => template.files({ name: 'study', params: draftedParams(params), file: 'study.ts' }));
  if (problem !== undefined && isFlag) throw new UsageError(`--params: ${problem}`);
  return problem;
}

function messageOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
