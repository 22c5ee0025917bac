import { Job } from 'kubernetes-models/batch/v1';
import { PersistentVolumeClaim } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { GivenValues } from '../engine.ts';
import type { Placement } from '../placement.ts';
import { kubernetes } from './kubernetes.ts';

const PLACEMENT: Placement = {
  study: 'Yes: 1e3', // which YAML would read as something else
  studyFile: 'studies/on.ts',
  folder: '/home/you/project',
  program: ['node', 'node_modules/hpo/bin/hpo.js'],
  workers: 50,
  concurrency: undefined,
  graceS: 60,
  studyArguments: ['--profile', 'no'],
  workerArguments: ['--max-trials', '20'],
};

interface Manifest {
  readonly kind: string;
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { command: string[] }[] } } };
}

/** Checks each file of YAML against the schemas of Kubernetes' API. @returns the objects, by their kinds. */
function manifests(values: GivenValues, placement = PLACEMENT) {
  const files = kubernetes.files(placement, { image: 'ghcr.io/you/project:1', ...values });
  const parsed = files
    .filter(({ name }) => name.endsWith('.yaml'))
    .map(({ content }) =>
      parseAllDocuments(content).map((document) => document.toJS({ maxAliasCount: 0 }) as Manifest),
    );
  for (const object of parsed.flat()) {
    if (object.kind === 'Job') new Job(object as unknown as ConstructorParameters<typeof Job>[0]).validate();
    else if (object.kind === 'PersistentVolumeClaim') new PersistentVolumeClaim(object as object).validate();
    else expect(object.kind).toBe('Cluster');
  }
  return { files, names: files.map(({ name }) => name), parsed };
}

const commandOf = (object: Manifest | undefined) => object?.spec.template.spec.containers[0]?.command;

describe('the files for Kubernetes', () => {
  it('are objects of its API, whatever options are given', () => {
    const { names, parsed } = manifests({});
    expect(names).toEqual(['kubernetes.yaml', 'Dockerfile', '.dockerignore']);
    expect(parsed.flat().map(({ kind }) => kind)).toEqual(['Job']);

    const all = manifests({ cpus: '4', gpus: '2', memory: '8Gi', volume: '50Gi', cloudnativepg: true });
    expect(all.names).toEqual(['kubernetes.yaml', 'Dockerfile', '.dockerignore', 'conclusion.yaml']);
    expect(all.parsed.map((objects) => objects.map(({ kind }) => kind))).toEqual([
      ['Cluster', 'PersistentVolumeClaim', 'Job'],
      ['Job'],
    ]);
  });

  it('start workers with every word as it was given, and conclude with the same settings', () => {
    const { parsed } = manifests({ gpus: '2', volume: '50Gi' });
    const [[, worker] = [], [conclusion] = []] = parsed;
    expect(commandOf(worker)).toEqual([
      ...['node', 'node_modules/hpo/bin/hpo.js', 'worker', 'studies/on.ts', '--grace', '60'],
      ...['--profile', 'no', '--max-trials', '20', '--checkpoints', '/data/checkpoints', '--gpus', '0,1'],
    ]);
    expect(commandOf(conclusion)).toEqual([
      ...['node', 'node_modules/hpo/bin/hpo.js', 'run', 'studies/on.ts', '--profile', 'no', '--no-dashboard'],
      ...['--checkpoints', '/data/checkpoints', '--gpus', '0,1'],
    ]);
  });

  it('make a job that goes on after limits and lost nodes, and ends at bad input', () => {
    const { parsed } = manifests({});
    expect(parsed[0]?.[0]).toMatchObject({
      spec: {
        parallelism: 50,
        podFailurePolicy: {
          rules: [
            { action: 'FailJob', onExitCodes: { containerName: 'worker', values: [2] } },
            { action: 'Ignore', onExitCodes: { containerName: 'worker', values: [75] } },
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
          ],
        },
        template: {
          spec: {
            restartPolicy: 'Never', // podFailurePolicy demands it
            terminationGracePeriodSeconds: 90, // more than --grace
            containers: [{ name: 'worker' }],
          },
        },
      },
    });
    expect(parsed[0]?.[0]?.spec).not.toHaveProperty('completions'); // which would make it more than a work queue
  });

  it('are refused for a study outside of the folder that the image holds', () => {
    const outside = { ...PLACEMENT, studyFile: '../other/study.ts' };
    expect(() => manifests({}, outside)).toThrow('outside of this folder');
  });
});
