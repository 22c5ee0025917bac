import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { counted } from '../base/counted.ts';
import { HpoError } from '../base/errors.ts';
import { makeFolder } from '../base/made-folder.ts';
import { defineEngine, type EngineValues } from './engine.ts';
import { jobName, logFolder, type Placement, secondsToEnd } from './placement.ts';
import { cpusOption, gpusOption, memoryOption, resources, storageFileOption } from './shared-options.ts';
import { commandTable, commentLines, RUN_WORKER, storageFileLine, storageLines } from './shell-script.ts';
import { assignedGpus, commandLine, runLine, word, workerCommand } from './worker-command.ts';

const WORD = { kind: 'text', accepts: /^[^\s"']+$/ } as const;

const OPTIONS = {
  cpus: cpusOption,
  gpus: gpusOption,
  memory: memoryOption,
  time: {
    ...WORD,
    wanted: 'a time as sbatch reads it, such as 4:00:00 or 2-00:00:00',
    describe: 'time limit of a job; a worker is requeued when it comes near (default: that of the partition)',
  },
  partition: { ...WORD, wanted: 'the name of a partition', describe: 'the partition (default: that of the cluster)' },
  account: { ...WORD, wanted: 'the name of an account', describe: 'the account to charge (default: yours)' },
  'storage-file': storageFileOption,
} as const;

type Values = EngineValues<typeof OPTIONS>;

/** Slurm: an array of jobs, each a worker that is requeued by itself. */
export const slurm = defineEngine({
  name: 'slurm',
  describe: 'Slurm, with a folder that all nodes share',
  options: OPTIONS,
  files: (placement, values) => [{ name: 'slurm.sh', content: script(placement, values) }],
  submitLine: (file) => `sbatch ${file}`,
  async launch(placement, values, url) {
    const file = values['storage-file'] ?? '~/.hpo-storage';
    if (url === undefined && !existsSync(file.replace(/^~\//, `${homedir()}/`))) {
      throw refusal(`No storage is named: set HPO_STORAGE, or write its URL to ${file}: ${storageFileLine(file)}.`);
    }
    const logs = logFolder(placement, 'slurm');
    const env = url === undefined ? process.env : { ...process.env, HPO_STORAGE: url };
    const printed = await sbatch(script(placement, values), env, logs);
    const [job = ''] = printed.trim().split(';');
    if (!/^\d+$/.test(job)) throw refusal(`sbatch printed ${JSON.stringify(printed)} in place of a job's number.`);
    return {
      started: `Slurm has taken ${counted(placement.workers, 'worker')} as job ${job}`,
      watch: [`squeue --job ${job}`, `tail -f ${word(`${logs}/${job}`)}_*.log`],
      stop: [`scancel ${job}`],
    };
  },
});

/** The seconds by which Slurm may send a signal earlier than it is asked to. */
const EARLY_S = 60;

/** The seconds of a time limit in one of sbatch's forms; undefined for another text, which sbatch judges. */
export function secondsOf(limit: string): number | undefined {
  const [, days, rest = ''] = /^(?:(\d+)-)?([\d:]+)$/.exec(limit) ?? [];
  const parts = rest.split(':').map(Number);
  if (rest === '' || parts.length > 3 || parts.some(Number.isNaN)) return undefined;
  const [first = 0, second = 0, third = 0] = parts;
  if (days !== undefined) return ((Number(days) * 24 + first) * 60 + second) * 60 + third;
  return parts.length === 3 ? (first * 60 + second) * 60 + third : first * 60 + second;
}

/** Refuses a time limit that is nearer than the warning before it: every job would be requeued as it starts. */
function checkTime({ time }: Values, placement: Placement): void {
  const warning = secondsToEnd(placement) + EARLY_S;
  const limit = (time && secondsOf(time)) || Number.POSITIVE_INFINITY; // 0 is no limit
  if (limit >= 2 * warning) return;
  const problem = `--time ${time} leaves a worker no time, since Slurm warns it up to ${warning} s before`;
  throw refusal(`${problem}; give ${Math.ceil((2 * warning) / 60)} minutes or more.`);
}

function script(placement: Placement, values: Values): string {
  checkTime(values, placement);
  const { cpus, gpus, concurrency } = resources(values);
  const logs = logFolder(placement, 'slurm');
  const memory = values.memory?.slice(0, -1);
  const directives = [
    `--job-name=${jobName(placement)}`,
    `--array=1-${placement.workers}`,
    `--cpus-per-task=${cpus}`,
    gpus > 0 && `--gpus=${gpus}`,
    memory && `--mem=${memory}`,
    values.time && `--time=${values.time}`,
    values.partition && `--partition=${values.partition}`,
    values.account && `--account=${values.account}`,
    `--chdir=${quotedValue(placement.folder)}`,
    `--output=${quotedValue(`${logs.replaceAll('%', '%%')}/%A_%a.log`)}`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR1@${secondsToEnd(placement)}`,
  ].filter(Boolean);
  const head = commentLines([
    `Workers of the study ${JSON.stringify(placement.study)} on Slurm: each job of the array is one. They have no share of`,
    'their own: all find their trials in the database. This folder is on a file system that all nodes share.',
    '',
    ...commandTable([
      [storageFileLine(values['storage-file']), "once, with HPO_STORAGE set to the database's URL"],
      [`mkdir -p ${word(logs)} && sbatch slurm.sh`, 'start; again: more workers'],
      [`squeue --name ${jobName(placement)}`, 'watch'],
      [`scancel --name ${jobName(placement)}`, 'stop; running trials are handed back to the database'],
      [runLine(placement), 'in the end: best.json and the retraining'],
    ]),
    '',
    `USR1 comes ${secondsToEnd(placement)} s before the time limit, to this shell alone (B:). Then the worker hands its trials`,
    'back, and the job is requeued, as it is when the worker ends by a limit of its own (75). TERM comes from scancel,',
    "which leaves KillWait seconds (30 as a rule). Slurm itself requeues jobs of lost nodes and, as the cluster's",
    'settings have it, preempted ones. A worker that ends with 0 has reached the target; one that ends with 2 has found',
    'bad input, and would find it again.',
  ]);
  return `#!/bin/sh
${directives.map((each) => `#SBATCH ${each}`).join('\n')}
${head}

${storageLines(values['storage-file'])}

${RUN_WORKER}
trap 'ending=USR1; pass_on' USR1

run_worker ${commandLine([...workerCommand(placement, concurrency), ...assignedGpus(gpus)])}

case "$ending $status" in
  'USR1 0' | 'USR1 2') ;;
  USR1\\ * | ' 75')
    # SLURM_JOB_ID of one job is the number of the whole array. Slurm ends this script while it sleeps.
    scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && exec sleep 60
    ;;
esac
exit "$status"
`;
}

/** The value of a directive, in which a `"` cannot stand. */
function quotedValue(value: string): string {
  return /^[\w./%=+@:,-]+$/.test(value) ? value : `"${value}"`;
}

/** Gives a script to sbatch. @param logs the folder for the logs, which Slurm does not make. @returns its output. */
function sbatch(content: string, env: NodeJS.ProcessEnv, logs: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sbatch', ['--parsable'], { env });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        output[name] += chunk;
      });
    }
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'ENOENT'
          ? 'there is no sbatch here; launch from a login node of the cluster, or take the script there: hpo manifest slurm'
          : `sbatch cannot be started: ${cause.message}`;
      reject(refusal(`${why.charAt(0).toUpperCase()}${why.slice(1)}.`, cause));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output.stdout);
      else reject(refusal(`sbatch refuses: ${output.stderr.trim() || `it ended with ${code}`}`));
    });
    child.stdin.on('error', () => undefined); // sbatch that ends before it has read all says why on stderr
    child.on('spawn', () => {
      try {
        makeFolder(logs, 'results');
        child.stdin.end(content);
      } catch (error) {
        child.kill();
        reject(error);
      }
    });
  });
}

function refusal(problem: string, cause?: unknown): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem, { cause });
}
