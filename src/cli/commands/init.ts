import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { fileProblem } from '../../base/file-problem.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { shellWord } from '../../base/shell-word.ts';
import { defineCommand } from '../define-command.ts';
import { last, text } from '../options.ts';
import { printLine } from '../print.ts';
import { draftedParams, PARAMS_FORM, TEMPLATES } from '../template/index.ts';

/** `hpo init [file]` */
export const init = defineCommand({
  usage: 'init [file]',
  describe: 'write a study to start from, which runs as it is',
  positionals: { file: { type: 'string', default: 'study.ts', describe: 'the file to write: .ts, .mts, .js or .mjs' } },
  options: {
    template: {
      choices: TEMPLATES.map(({ name }) => name),
      default: TEMPLATES[0].name as (typeof TEMPLATES)[number]['name'],
      requiresArg: true,
      coerce: last,
      describe: `the thing to tune: ${TEMPLATES.map(({ name, tunes }) => `${name} (${tunes})`).join(', ')}`,
    },
    params: text(`the parameters: ${PARAMS_FORM} (default: some to replace)`),
    force: { type: 'boolean', default: false, describe: 'overwrite an existing file' },
  },
  examples: [
    ['$0 init', 'writes study.ts'],
    ['$0 init studies/ranking.ts', 'a study named ranking'],
    ['$0 init --template program', 'writes study.ts and train.py'],
    ['$0 init --params "lr=1e-4..0.1:log layers=1..4 act=relu,gelu"', 'with parameters of your own'],
  ],
  async run({ file, template: kind, params, force }) {
    const refuse = (problem: string, cause?: unknown): never => {
      throw new HpoError('HPO_INVALID_ARGUMENT', problem, { cause });
    };
    const [ending] = /\.m?[jt]s$/.exec(file) ?? [];
    if (ending === undefined)
      return refuse(`${file} does not end in .ts, .mts, .js or .mjs; name it ${file.replace(/\.[^./\\]*$/, '')}.ts.`);
    const template = TEMPLATES.find(({ name }) => name === kind) ?? TEMPLATES[0];
    const name = basename(file, ending) || 'study';
    const files = Object.entries(template.files({ name, params: draftedParams(params ?? template.params), file }));
    const [taken] = force ? [] : files.filter(([path]) => existsSync(path));
    if (taken !== undefined) return refuse(`${taken[0]} is there already; name another file, or give --force.`);
    makeFolder(dirname(file), 'study');
    for (const [path, content] of files) {
      try {
        writeFileSync(path, content);
      } catch (cause) {
        return refuse(`${path} cannot be written: ${fileProblem(path, cause)}.`, cause);
      }
    }
    const hpo = process.env.npm_command === 'exec' ? 'npx hpo' : 'hpo';
    const named = file.startsWith('-') ? `./${file}` : file;
    const path = shellWord(named, /^[\w./-]+$/);
    printLine(`wrote ${files.map(([written]) => written).join(' and ')}`);
    if (!canImport(file)) printLine('it imports hpo, which is not installed here: npm install hpo');
    printLine(`run it:   ${hpo} run ${path}`);
  },
});

/** Whether a file at this path can `import 'hpo'`. */
function canImport(file: string): boolean {
  try {
    createRequire(resolve(file)).resolve('hpo/package.json');
    return true;
  } catch {
    return false;
  }
}
