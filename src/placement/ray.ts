import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { counted } from '../base/counted.ts';
import { HpoError } from '../base/errors.ts';
import { hasPassword } from '../base/url-password.ts';
import { defineEngine, type EngineValues } from './engine.ts';
import { jobName, type Placement, secondsToEnd } from './placement.ts';
import { cpusOption, gpusOption, resources, storageFileOption } from './shared-options.ts';
import { commandTable, commentLines, restartingWorker, storageFileLine, storageLines } from './shell-script.ts';
import { assignedGpus, commandLine, runLine, word, workerCommand } from './worker-command.ts';

const OPTIONS = {
  cpus: cpusOption,
  gpus: gpusOption,
  address: {
    kind: 'text',
    accepts: /^https?:\/\/[^\s/]+/,
    wanted: "the address of Ray's dashboard, such as http://head:8265",
    describe: "Ray's dashboard, which takes jobs (default: RAY_API_SERVER_ADDRESS, else http://127.0.0.1:8265)",
  },
  'storage-file': storageFileOption,
} as const;

type Values = EngineValues<typeof OPTIONS>;

const TIME_LIMIT_MS = 60_000;

/** Ray: each worker is a job of its Jobs API, with an entry point that needs cores and GPUs. */
export const ray = defineEngine({
  name: 'ray',
  describe: 'a Ray cluster, by its Jobs API',
  options: OPTIONS,
  files: (placement, values) => [{ name: 'ray.sh', content: script(placement, values) }],
  submitLine: (file) => `sh ${file}`,
  async launch(placement, values, storage) {
    const address = addressOf(values);
    const env = storageVariable(storage, values);
    const { ray_version: version } = await ask(address, 'version');
    if (typeof version !== 'string') throw refusal(`${address} is not the dashboard of a Ray cluster; ${OTHER}.`);
    const stamp = Date.now().toString(36);
    const ids = Array.from({ length: placement.workers }, (_, index) => submissionId(placement, stamp, index + 1));
    for (const [done, id] of ids.entries()) {
      try {
        await ask(address, 'jobs/', { ...job(placement, values, env), submission_id: id });
      } catch (error) {
        if (done === 0 || !HpoError.is(error)) throw error;
        const stop = stopLine(address, placement, stamp, done);
        throw refusal(`${error.message} ${done} of ${ids.length} workers are submitted; stop them by: ${stop}`, error);
      }
    }
    const at = `--address ${word(address)}`;
    return {
      started: `Ray ${version} has taken ${counted(ids.length, 'worker')} as ${ids[0]}${ids.length > 1 ? ` to -${ids.length}` : ''}`,
      watch: [`ray job list ${at}`, `ray job logs ${at} --follow ${ids[0]}`],
      stop: [stopLine(address, placement, stamp, ids.length)],
    };
  },
});

function submissionId(placement: Placement, stamp: string, number: number | string): string {
  return `${jobName(placement)}-${stamp}-${number}`;
}

function stopLine(address: string, placement: Placement, stamp: string, count: number): string {
  const id = submissionId(placement, stamp, '$n');
  return `for n in $(seq ${count}); do ray job stop --address ${word(address)} --no-wait ${id}; done`;
}

/** The request of a worker's job, as the Jobs API takes it. */
function job(placement: Placement, values: Values, env: Readonly<Record<string, string>>) {
  const { cpus, gpus } = resources(values);
  return {
    entrypoint: entrypoint(placement, values),
    entrypoint_num_cpus: cpus,
    ...(gpus > 0 ? { entrypoint_num_gpus: gpus } : {}),
    // Ray kills what has not ended 3 s after the stop of a job, unless asked to wait longer.
    runtime_env: { env_vars: { RAY_JOB_STOP_WAIT_TIME_S: String(secondsToEnd(placement)), ...env } },
    metadata: { 'hpo-study': placement.study },
  };
}

/** The shell script that a job runs on whichever node has room. */
function entrypoint(placement: Placement, values: Values): string {
  const { gpus, concurrency } = resources(values);
  return [
    `cd ${word(placement.folder)} || exit 2`,
    storageLines(values['storage-file']),
    restartingWorker(commandLine([...workerCommand(placement, concurrency), ...assignedGpus(gpus)])),
  ].join('\n');
}

/** A script that posts the jobs by curl. */
function script(placement: Placement, values: Values): string {
  const body = { submission_id: submissionId(placement, '@STAMP@', '@N@'), ...job(placement, values, {}) };
  const address = addressOf(values);
  const head = commentLines([
    `Workers of the study ${JSON.stringify(placement.study)} on Ray: each is a job of the Jobs API. All nodes have Node`,
    'and this folder (by a shared file system or an image), and find the trials in the database.',
    '',
    ...commandTable([
      [storageFileLine(values['storage-file']), "once on each node, with HPO_STORAGE set to the database's URL"],
      ['sh ray.sh', 'start; again: more workers. RAY_API_SERVER_ADDRESS names the dashboard'],
      [`ray job list --address ${word(address)}`, 'watch'],
      [`ray job stop --address ${word(address)} ID`, 'stop one; its running trials are handed back to the database'],
      [runLine(placement), 'in the end: best.json and the retraining'],
    ]),
    '',
    'A job that has FAILED because its node died stays so: Ray does not start it again, and other workers take its',
    'trials. One that has FAILED with exit code 2 has found bad input. The URL of the database is not part of a job,',
    'since Ray shows a job with its environment to all who see the dashboard.',
  ]);
  return `#!/bin/sh
${head}
set -eu

address=\${RAY_API_SERVER_ADDRESS:-${word(address)}}
stamp=$(date +%s)
for n in $(seq ${placement.workers}); do
  sed -e "s/@STAMP@/$stamp/" -e "s/@N@/$n/" << 'END' | curl -fsS -H 'content-type: application/json' -d @- "$address/api/jobs/"
${JSON.stringify(body, null, 2)}
END
  echo
done
`;
}

const OTHER = 'name the dashboard of the cluster by --address http://head:8265';

function addressOf(values: Values): string {
  const given = values.address ?? (process.env.RAY_API_SERVER_ADDRESS || 'http://127.0.0.1:8265');
  if (OPTIONS.address.accepts.test(given)) return given.replace(/\/+$/, '');
  throw refusal(`RAY_API_SERVER_ADDRESS is ${JSON.stringify(given)}; give ${OPTIONS.address.wanted}.`);
}

/** The variable by which a job gets the URL of the database; none where nodes have it in a file. */
function storageVariable(url: string | undefined, values: Values): Readonly<Record<string, string>> {
  if (values['storage-file'] !== undefined) return {};
  if (url === undefined) {
    throw refusal('No storage is named: set HPO_STORAGE, or name a file on the nodes with its URL by --storage-file.');
  }
  if (!hasPassword(url)) return { HPO_STORAGE: url };
  const problem = 'HPO_STORAGE holds a password, and Ray would show it to all who see its dashboard';
  const mend = `write the URL to a file on each node and name that by --storage-file: ${storageFileLine(undefined)}`;
  throw refusal(`${problem}; ${mend}.`);
}

/**
 * Asks the dashboard: a POST with a body, a GET without. It refuses to take jobs from browsers, which it knows by headers
 * that `fetch` sends, so the request is one of node:http. @returns the answer's object.
 */
async function ask(address: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const { status, text } = await exchange(`${address}/api/${path}`, body).catch((cause: NodeJS.ErrnoException) => {
    // Where a name has several addresses, the error of each is in a list, and the message is empty.
    const why = cause.message || cause.code || 'it cannot be reached';
    throw refusal(`Ray does not answer at ${address}: ${why}; ${OTHER}.`, cause);
  });
  if (status !== 200) throw refusal(`Ray at ${address} refuses: ${status} ${lastLine(text)}; ${OTHER}.`);
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? (answer as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** Sends a request of HTTP. @returns the status of the answer, and all of its text. */
async function exchange(url: string, body: object | undefined): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const { request } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers, signal }, resolve);
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return { status: answer.statusCode ?? 0, text: await textOf(answer) };
}

/** The last line of an answer with an error: Ray sends a traceback. */
function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 300);
}

function refusal(problem: string, cause?: unknown): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem, { cause });
}
