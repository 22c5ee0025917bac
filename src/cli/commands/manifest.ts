import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { ENGINES } from '../../placement/engines.ts';
import { defineCommand } from '../define-command.ts';
import { text } from '../options.ts';
import { writeOutput } from '../output-file.ts';
import { ENGINE_NAMES, engineOf, placedWorkers, placementOptions } from '../placed-workers.ts';
import { printData, printLine } from '../print.ts';

/** `hpo manifest <engine> <study.ts>` */
export const manifest = defineCommand({
  usage: 'manifest <engine> <study>',
  describe: 'print what an engine needs to run workers of a study on many machines',
  details: `${Object.values(ENGINES)
    .map(({ name, describe }) => `${name.padEnd(11)} ${describe}`)
    .join('\n')}

The first lines of what it prints are the commands to type. The files hold no password: the database's
URL comes to the workers in HPO_STORAGE, as they say.`,
  positionals: {
    engine: { choices: ENGINE_NAMES, demandOption: true, describe: 'the engine' },
    study: { type: 'string', demandOption: true, describe: 'the file of the study, such as studies/cifar-cnn.ts' },
  },
  options: {
    out: text('a folder for all files, in place of printing the main one'),
    force: { type: 'boolean', default: false, describe: 'overwrite existing files in --out' },
    ...placementOptions(Object.values(ENGINES)),
  },
  examples: [
    ['$0 manifest kubernetes study.ts --image ghcr.io/you/study:1 --workers 50 --out .', 'a Job and a Dockerfile'],
    ['$0 manifest slurm study.ts --workers 50 --gpus 1 > study.sh', 'a script for sbatch'],
  ],
  async run({ engine: name, study, out, force, ...args }) {
    const engine = engineOf(name);
    const { placement, values } = await placedWorkers(engine, study, args);
    const files = engine.files(placement, values);
    const [main, ...others] = files;
    if (main === undefined) return;
    if (out === undefined) {
      printData(main.content);
      const names = others.map((file) => file.name).join(', ');
      if (names !== '') printLine(`hpo: --out DIR writes ${names}, too`, process.stderr);
      return;
    }
    const isOther = (path: string, content: string) => existsSync(path) && readFileSync(path, 'utf8') !== content;
    const placed = files.map(({ name: file, content }) => ({ path: join(out, file), content }));
    const taken = placed.filter(({ path, content }) => isOther(path, content)).map(({ path }) => path);
    if (taken.length > 0 && !force) {
      const problem = `${taken.join(' and ')} ${taken.length > 1 ? 'are' : 'is'} there already, with other content`;
      throw new HpoError('HPO_INVALID_ARGUMENT', `${problem}; name another folder by --out, or give --force.`);
    }
    makeFolder(out, 'output');
    for (const { path, content } of placed) {
      writeOutput(path, content);
      printLine(`wrote ${path}`);
    }
    printLine(`then:    ${engine.submitLine(join(out, main.name))}   (its head says more)`);
  },
});
