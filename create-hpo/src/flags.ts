import { parseArgs } from 'node:util';
import { PARAMS_FORM, TEMPLATES } from '../../src/cli/template/index.ts';
import { PACKAGE_MANAGERS } from './package-manager.ts';
import { UsageError } from './usage-error.ts';

const OPTIONS = {
  template: { type: 'string', short: 't' },
  name: { type: 'string' },
  params: { type: 'string' },
  'package-manager': { type: 'string' },
  install: { type: 'boolean' },
  'no-install': { type: 'boolean' },
  hpo: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** The command line. A value that is undefined is asked for. */
export interface Flags {
  readonly folder: string | undefined;
  readonly name: string | undefined;
  readonly template: string | undefined;
  readonly params: string | undefined;
  readonly packageManager: string | undefined;
  readonly install: boolean | undefined;
  /** The version of hpo that the project takes: a range, or `file:` and an archive. */
  readonly hpo: string | undefined;
  readonly isYes: boolean;
  readonly show: 'help' | 'version' | undefined;
}

const CHOICES = TEMPLATES.map(({ name, tunes }) => `                              ${name.padEnd(9)} ${tunes}`);

/** The text of `--help`. */
export const HELP = `npm create hpo@latest [folder] -- [options]

Writes a project with a hyperparameter search in TypeScript, which runs as it is written. It asks for what no option says.

  -t, --template NAME       the thing to tune:
${CHOICES.join('\n')}
      --name NAME           the name of the study (default: that of the folder)
      --params "..."        the parameters: ${PARAMS_FORM}
      --package-manager PM  ${PACKAGE_MANAGERS.map(({ name }) => name).join(', ')} (default: the one that runs this)
      --install             installs the packages; --no-install leaves that to you
      --hpo VERSION         another version of hpo than this program's: a range, or file:../hpo.tgz
  -y, --yes                 asks nothing, and takes the defaults: a function, in the folder tuning, not installed
  -h, --help                shows this
      --version             shows the version

npm create hpo@latest ranking -- --template program --params "depth=2..12 rate=1e-3..1:log booster=gbtree,dart"
`;

/** Reads the command line. @throws UsageError for what it cannot take. */
export function readFlags(args: readonly string[]): Flags {
  const { values, positionals } = parsed(args);
  const [folder, extra] = positionals;
  if (extra !== undefined) throw new UsageError(`one folder is enough, and there is "${extra}", too.`);
  for (const [option, value] of Object.entries(values)) {
    if (value === '') throw new UsageError(`--${option} is empty; give it a value, or leave it out.`);
  }
  if (folder === '') throw new UsageError('the folder has an empty name; give one, such as tuning.');
  if (values.install && values['no-install']) throw new UsageError('--install and --no-install do not go together.');
  oneOf('template', values.template, TEMPLATES);
  oneOf('package-manager', values['package-manager'], PACKAGE_MANAGERS);
  return {
    folder,
    name: values.name,
    template: values.template,
    params: values.params,
    packageManager: values['package-manager'],
    install: values['no-install'] ? false : values.install,
    hpo: values.hpo,
    isYes: values.yes ?? false,
    show: values.help ? 'help' : values.version ? 'version' : undefined,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const { message } = error as Error;
    const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1];
    if (unknown !== undefined) throw new UsageError(`there is no option ${unknown}; --help shows them.`);
    throw new UsageError(`${message.split('\n')[0]?.replace(/\.$/, '')}; --help shows the options.`);
  }
}

function oneOf(option: string, value: string | undefined, known: readonly { readonly name: string }[]): void {
  if (value === undefined || known.some(({ name }) => name === value)) return;
  throw new UsageError(`--${option} takes one of ${known.map(({ name }) => name).join(', ')}, not "${value}".`);
}
