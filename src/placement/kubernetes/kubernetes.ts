import type { IPersistentVolumeClaim } from 'kubernetes-models/v1';
import { HpoError } from '../../base/errors.ts';
import { yaml } from '../../base/lazy-yaml.ts';
import { defineEngine, type EngineValues, type PlacementFile } from '../engine.ts';
import { jobName, type Placement, secondsToEnd } from '../placement.ts';
import { cpusOption, gpusOption, memoryOption, resources } from '../shared-options.ts';
import { commandTable, commentLines } from '../shell-script.ts';
import { runCommand, runLine, word, workerCommand } from '../worker-command.ts';
import { containerFiles } from './container-file.ts';
import { postgresCluster } from './postgres-cluster.ts';
import { conclusionJob, labels, type StudyPod, VOLUME, workerJob } from './worker-job.ts';

const OPTIONS = {
  cpus: cpusOption,
  gpus: gpusOption,
  memory: memoryOption,
  image: {
    kind: 'text',
    accepts: /^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/,
    wanted: 'the name of an image that holds this folder, such as ghcr.io/you/cifar:1',
    describe: 'the image that holds this folder, which the Dockerfile builds: ghcr.io/you/cifar:1',
  },
  volume: {
    kind: 'text',
    accepts: /^[1-9]\d*[MGT]i$/,
    wanted: 'a size, such as 50Gi',
    describe: 'a volume of this size that all pods share, for checkpoints, data and results (default: none)',
  },
  cloudnativepg: { kind: 'flag', describe: 'a database, too, by the operator CloudNativePG (default: one of yours)' },
} as const;

/** Kubernetes: the workers are the pods of one Job, a work queue. */
export const kubernetes = defineEngine({
  name: 'kubernetes',
  describe: 'Kubernetes, as a Job',
  options: OPTIONS,
  files,
  submitLine: (file) => `kubectl apply -f ${file}`,
});

/** Matches a path that leads out of the working folder. */
const OUTSIDE = /^(\/|[A-Za-z]:|\.\.\/)/;

const MAIN = 'kubernetes.yaml';
const CONCLUSION = 'conclusion.yaml';

function files(placement: Placement, values: EngineValues<typeof OPTIONS>): readonly PlacementFile[] {
  const { image } = values;
  if (image === undefined) throw refusal(`--image is missing; give ${OPTIONS.image.wanted}.`);
  if (OUTSIDE.test(placement.studyFile)) {
    throw refusal(
      `The study file ${placement.studyFile} is outside of this folder, which the image holds; go to a folder above it.`,
    );
  }
  const name = jobName(placement);
  const needs = resources(values);
  const database = values.cloudnativepg ? postgresCluster(name) : undefined;
  const inImage = { ...placement, program: programInImage(placement.program) };
  const hasVolume = values.volume !== undefined;
  const hasOwn = placement.studyArguments.includes('--checkpoints');
  const checkpoints = hasVolume && !hasOwn ? ['--checkpoints', `${VOLUME}/checkpoints`] : [];
  const gpus = needs.gpus > 1 ? ['--gpus', Array.from({ length: needs.gpus }, (_, index) => index).join(',')] : [];
  const pod: StudyPod = {
    name,
    image,
    command: [...workerCommand(inImage, needs.concurrency), ...checkpoints, ...gpus],
    resources: needs,
    memory: values.memory,
    storage: database?.storage ?? { secret: `${name}-storage`, key: 'url' },
    claim: hasVolume ? `${name}-shared` : undefined,
    secondsToEnd: secondsToEnd(placement),
  };
  const conclusion: StudyPod = { ...pod, command: [...runCommand(inImage), '--no-dashboard', ...checkpoints, ...gpus] };
  const documents = [
    ...(database ? [commented(database.cluster, {})] : []),
    ...(values.volume === undefined ? [] : [commented(volumeClaim(name, values.volume), VOLUME_COMMENTS)]),
    commented(workerJob(pod, placement.workers), JOB_COMMENTS),
  ];
  return [
    { name: MAIN, content: `${head(placement, pod, values)}\n${documents.join('---\n')}` },
    ...containerFiles(image, needs.gpus > 0),
    ...(hasVolume ? [{ name: CONCLUSION, content: commented(conclusionJob(conclusion), {}) }] : []),
  ];
}

function volumeClaim(name: string, size: string) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: `${name}-shared`, labels: labels(name, 'volume') },
    spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: size } } },
  } satisfies IPersistentVolumeClaim;
}

/** The program as the image has it: below the project's folder. */
function programInImage([node, hpo]: Placement['program']): Placement['program'] {
  return [node, OUTSIDE.test(hpo) ? 'node_modules/hpo/bin/hpo.js' : hpo];
}

type Comments = Readonly<Record<string, string>>;

const VOLUME_COMMENTS: Comments = {
  'spec.accessModes': 'a storage class that several nodes can write to: NFS, CephFS, EFS, Filestore, …',
};

const JOB_COMMENTS: Comments = {
  'spec.parallelism': 'completions are left out on purpose: the first worker that ends with 0 has reached the target',
  'spec.backoffLimit': 'failed workers in all; Kubernetes waits longer after each',
  'spec.podFailurePolicy.rules.0': 'bad input: no worker would get further',
  'spec.podFailurePolicy.rules.1': 'a limit of its own ended the worker (--timeout, --max-trials): another one is due',
  'spec.podFailurePolicy.rules.2': 'a drained, preempted or lost node',
  'spec.template.spec.terminationGracePeriodSeconds': "the worker's --grace, and time to hand its trials back",
  'spec.template.spec.shareProcessNamespace': 'what a trial leaves running has a parent',
};

/** An object as a document of YAML, with comments before the fields that a path names. */
function commented(value: object, comments: Comments): string {
  const document = new (yaml().Document)(value);
  for (const [path, comment] of Object.entries(comments)) {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const parent: unknown = document.getIn(keys.slice(0, -1), true);
    const key = keys.at(-1);
    const { items = [] } = (parent ?? {}) as { items?: { key?: { value?: unknown; commentBefore?: string } }[] };
    const node = typeof key === 'number' ? items[key] : items.find((item) => item.key?.value === key)?.key;
    if (node !== undefined) (node as { commentBefore?: string }).commentBefore = ` ${comment}`;
  }
  return document.toString({ lineWidth: 0 });
}

function head(placement: Placement, pod: StudyPod, values: EngineValues<typeof OPTIONS>): string {
  const { name, image, storage } = pod;
  const database: readonly (readonly [string, string])[] = values.cloudnativepg
    ? [['kubectl get crd clusters.postgresql.cnpg.io', 'the operator CloudNativePG has to be installed']]
    : [
        [
          `printenv HPO_STORAGE | tr -d '\\n' | kubectl create secret generic ${storage.secret} --from-file=${storage.key}=/dev/stdin`,
          "once, with HPO_STORAGE set to the database's URL",
        ],
      ];
  const conclusion: readonly (readonly [string, string])[] =
    pod.claim === undefined
      ? [[runLine(placement), 'in the end, with HPO_STORAGE set: best.json and the retraining']]
      : [
          [
            `kubectl wait --for=condition=complete --timeout=-1s job/${name} && kubectl apply -f ${CONCLUSION}`,
            'in the end: best.json and the retraining, in runs/ on the volume',
          ],
        ];
  return commentLines([
    `Workers of the study ${JSON.stringify(placement.study)} on Kubernetes. They have no share of their own: all find`,
    `their trials in the database. \`hpo manifest kubernetes … --out .\` writes the Dockerfile${pod.claim === undefined ? '' : ` and ${CONCLUSION}`}, too.`,
    '',
    ...commandTable([
      [`docker build --tag ${word(image)} . && docker push ${word(image)}`, 'the image'],
      ...database,
      [`kubectl apply -f ${MAIN}`, 'start'],
      [`kubectl get pods --selector job-name=${name} --watch`, 'watch'],
      [`kubectl logs --selector job-name=${name} --prefix --follow --max-log-requests ${placement.workers}`, 'read'],
      [`kubectl patch job ${name} --patch '{"spec":{"parallelism":200}}'`, 'more workers, or fewer'],
      [`kubectl delete job ${name}`, 'stop; running trials are handed back to the database'],
      ...conclusion,
    ]),
    '',
  ]);
}

function refusal(problem: string): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem);
}
