import { yaml } from '../base/lazy-yaml.ts';
import { defineEngine, type EngineValues } from './engine.ts';
import { jobName, type Placement } from './placement.ts';
import { cpusOption } from './shared-options.ts';
import { commandTable, commentLines } from './shell-script.ts';
import { commandLine, runLine, workerCommand } from './worker-command.ts';

const OPTIONS = {
  cpus: { ...cpusOption, describe: 'processor cores of each worker, at least (default: what SkyPilot takes)' },
  accelerators: {
    kind: 'text',
    accepts: /^[\w.-]+(:\d+)?$/,
    wanted: 'a kind of GPU and their number, such as H100:1',
    describe: 'GPUs of each worker: H100:1 (default: none)',
  },
  spot: { kind: 'flag', describe: 'take spot instances; a worker that loses its machine gets another one' },
} as const;

/** SkyPilot: each worker is a managed job on a machine of any cloud, Kubernetes or Slurm. */
export const skypilot = defineEngine({
  name: 'skypilot',
  describe: 'SkyPilot, on the clouds that it knows',
  options: OPTIONS,
  files: (placement, values) => [{ name: 'skypilot.yaml', content: task(placement, values) }],
  submitLine: (file) => `sky jobs launch --secret HPO_STORAGE ${file}`,
});

function task(placement: Placement, values: EngineValues<typeof OPTIONS>): string {
  const name = jobName(placement);
  const { cpus, accelerators } = values;
  const head = commentLines([
    `A worker of the study ${JSON.stringify(placement.study)} as a managed job of SkyPilot. Workers have no share of their`,
    'own: all find their trials in the database, which every machine must reach, and whose URL each gets as a secret.',
    '',
    ...commandTable([
      [
        `for n in $(seq ${placement.workers}); do sky jobs launch --yes --async --name ${name} --secret HPO_STORAGE skypilot.yaml; done`,
        `start ${placement.workers}, with HPO_STORAGE set to the database's URL; again: more workers`,
      ],
      ['sky jobs queue', 'watch'],
      [`sky jobs cancel --name ${name}`, 'stop'],
      [runLine(placement), 'in the end: best.json and the retraining'],
    ]),
    '',
    'A worker that a limit of its own has ended (75) is started again, one whose machine is taken away gets another,',
    'and any other end is final. Put node_modules into .skyignore, since setup installs it on the machine.',
  ]);
  const body = {
    name,
    workdir: '.',
    resources: {
      image_id: 'docker:node:22-bookworm',
      ...(cpus ? { cpus: `${cpus}+` } : {}),
      ...(accelerators ? { accelerators } : {}),
      ...(values.spot ? { use_spot: true } : {}),
      job_recovery: { recover_on_exit_codes: [75] },
    },
    secrets: { HPO_STORAGE: null },
    setup: 'npm ci\n',
    run: `exec ${commandLine(workerCommand(placement))}\n`,
  };
  return `${head}\n${yaml().stringify(body, { lineWidth: 0 })}`;
}
