import type { IJob } from 'kubernetes-models/batch/v1';
import type { IPodSpec } from 'kubernetes-models/v1';
import type { Resources } from '../shared-options.ts';

/** A pod of the study: what all of its jobs have in common. */
export interface StudyPod {
  /** The name of the study's jobs. */
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly resources: Resources;
  /** The memory of a pod, such as 8Gi. */
  readonly memory: string | undefined;
  /** The Secret and the key in it that hold the URL of the database. */
  readonly storage: { readonly secret: string; readonly key: string };
  /** The claim of the volume that all pods share; undefined where there is none. */
  readonly claim: string | undefined;
  /** The seconds from SIGTERM to SIGKILL. */
  readonly secondsToEnd: number;
}

/** The folder in which pods have the shared volume. */
export const VOLUME = '/data';

/** The folder of the image that holds the project. */
export const WORKDIR = '/app';

/** The labels of everything that belongs to a study. */
export function labels(name: string, component: string) {
  return {
    'app.kubernetes.io/name': 'hpo',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/component': component,
  };
}

/**
 * The job of the workers: a work queue. Without `completions`, the first pod that ends with 0 (the target is reached)
 * ends the making of new ones, and the job is complete when the others have ended.
 */
export function workerJob(pod: StudyPod, workers: number) {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: pod.name, labels: labels(pod.name, 'worker') },
    spec: {
      parallelism: workers,
      backoffLimit: Math.max(20, 10 * workers),
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onExitCodes: { containerName: 'worker', operator: 'In', values: [2] } },
          { action: 'Ignore', onExitCodes: { containerName: 'worker', operator: 'In', values: [75] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: { metadata: { labels: labels(pod.name, 'worker') }, spec: podSpec(pod, 'worker', 'Never') },
    },
  } satisfies IJob;
}

/** The job that concludes the study: one pod that runs what is left, writes best.json and retrains the winner. */
export function conclusionJob(pod: StudyPod) {
  const name = `${pod.name}-conclusion`;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: labels(pod.name, 'conclusion') },
    spec: {
      backoffLimit: 3,
      template: { metadata: { labels: labels(pod.name, 'conclusion') }, spec: podSpec(pod, 'conclusion', 'Never') },
    },
  } satisfies IJob;
}

function podSpec(pod: StudyPod, container: string, restartPolicy: 'Never') {
  const { cpus, gpus } = pod.resources;
  const limits = { ...(gpus > 0 ? { 'nvidia.com/gpu': gpus } : {}), ...(pod.memory ? { memory: pod.memory } : {}) };
  const shared = pod.claim === undefined ? undefined : 'shared';
  return {
    restartPolicy,
    terminationGracePeriodSeconds: pod.secondsToEnd,
    shareProcessNamespace: true,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
    containers: [
      {
        name: container,
        image: pod.image,
        workingDir: WORKDIR,
        command: [...pod.command],
        env: [
          {
            name: 'HPO_STORAGE',
            valueFrom: { secretKeyRef: { name: pod.storage.secret, key: pod.storage.key } },
          },
          ...(shared ? [{ name: 'HPO_CACHE', value: `${VOLUME}/cache` }] : []),
        ],
        resources: {
          requests: { cpu: cpus, ...(pod.memory ? { memory: pod.memory } : {}) },
          ...(Object.keys(limits).length > 0 ? { limits } : {}),
        },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        ...(shared
          ? {
              volumeMounts: [
                { name: shared, mountPath: VOLUME },
                { name: shared, mountPath: `${WORKDIR}/runs`, subPath: 'runs' },
              ],
            }
          : {}),
      },
    ],
    ...(shared ? { volumes: [{ name: shared, persistentVolumeClaim: { claimName: pod.claim ?? '' } }] } : {}),
  } satisfies IPodSpec;
}
