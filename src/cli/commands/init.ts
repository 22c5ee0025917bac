import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { fileProblem } from '../../base/file-problem.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { shellWord } from '../../base/shell-word.ts';
import { defineCommand } from '../define-command.ts';
import { printLine } from '../print.ts';
import { studyTemplate } from '../study-template.ts';

/** `hpo init [file]` */
export const init = defineCommand({
  usage: 'init [file]',
  describe: 'write a study to start from, which runs as it is',
  positionals: { file: { type: 'string', default: 'study.ts', describe: 'the file to write: .ts, .mts, .js or .mjs' } },
  options: {
    force: { type: 'boolean', default: false, describe: 'overwrite an existing file' },
  },
  examples: [
    ['$0 init', 'writes study.ts'],
    ['$0 init studies/ranking.ts', 'a study named ranking'],
  ],
  async run({ file, force }) {
    const refuse = (problem: string, cause?: unknown): never => {
      throw new HpoError('HPO_INVALID_ARGUMENT', problem, { cause });
    };
    const [ending] = /\.m?[jt]s$/.exec(file) ?? [];
    if (ending === undefined)
      return refuse(`${file} does not end in .ts, .mts, .js or .mjs; name it ${file.replace(/\.[^./\\]*$/, '')}.ts.`);
    if (existsSync(file) && !force) return refuse(`${file} is there already; name another file, or give --force.`);
    makeFolder(dirname(file), 'study');
    try {
      writeFileSync(file, studyTemplate(basename(file, ending) || 'study'));
    } catch (cause) {
      return refuse(`${file} cannot be written: ${fileProblem(file, cause)}.`, cause);
    }
    const hpo = process.env.npm_command === 'exec' ? 'npx hpo' : 'hpo';
    const named = file.startsWith('-') ? `./${file}` : file;
    const path = shellWord(named, /^[\w./-]+$/);
    printLine(`wrote ${file}`);
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
