import { HpoError } from '../../base/errors.ts';
import { ENGINES } from '../../placement/engines.ts';
import { runLine } from '../../placement/worker-command.ts';
import { defineCommand } from '../define-command.ts';
import { text } from '../options.ts';
import { ENGINE_NAMES, engineOf, placedWorkers, placementOptions } from '../placed-workers.ts';
import { printLine } from '../print.ts';

/** `hpo launch <study.ts> --on <engine>` */
export const launch = defineCommand({
  usage: 'launch <study>',
  describe: 'start workers of a study on many machines, by Slurm, Ray or ssh',
  details: `It submits what \`hpo manifest\` prints, and prints the engine's commands to watch and to stop the workers.
Each is \`hpo worker <study>\` in this folder, which all machines have. HPO_STORAGE names the database.`,
  positionals: {
    study: { type: 'string', demandOption: true, describe: 'the file of the study, such as studies/cifar-cnn.ts' },
  },
  options: {
    on: { choices: ENGINE_NAMES, demandOption: true, requiresArg: true, describe: 'the engine' },
    storage: text("the database's URL, which all machines must reach (default: HPO_STORAGE)"),
    ...placementOptions(Object.values(ENGINES).filter((engine) => engine.launch !== undefined)),
  },
  examples: [
    ['$0 launch study.ts --on slurm --workers 50 --gpus 1 --time 4:00:00', 'an array of 50 jobs'],
    ['$0 launch study.ts --on ray --workers 50 --address http://head:8265', '50 jobs of a Ray cluster'],
    ['$0 launch study.ts --on ssh --hosts gpu1,gpu2 --trials 200', 'a worker on each of two hosts'],
  ],
  async run({ study, on, storage, ...args }) {
    const engine = engineOf(on);
    if (engine.launch === undefined) {
      const problem = `hpo does not submit to ${on} itself`;
      throw new HpoError('HPO_INVALID_ARGUMENT', `${problem}; print what it needs by: hpo manifest ${on} ${study}`);
    }
    const { placement, values } = await placedWorkers(engine, study, args);
    const url = storage ?? (process.env.HPO_STORAGE || undefined);
    if (url === 'memory:') {
      const mend = 'name a database that all machines reach';
      throw new HpoError('HPO_INVALID_ARGUMENT', `memory: is the storage of one process alone; ${mend}.`);
    }
    const { started, watch, stop } = await engine.launch(placement, values, url);
    printLine(started);
    const rows = [
      ...watch.map((line) => ['watch', line]),
      ...stop.map((line) => ['stop', line]),
      ['conclude', `${runLine(placement)}   (writes best.json and retrains the winner, once)`],
    ];
    let last = '';
    for (const [what = '', line] of rows) {
      printLine(`  ${(what === last ? '' : what).padEnd(9)} ${line}`);
      last = what;
    }
  },
});
