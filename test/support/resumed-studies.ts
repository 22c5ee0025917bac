import {
  type Attributes,
  categorical,
  type FrozenTrial,
  float,
  hyperband,
  int,
  median,
  type Pruner,
  type Sampler,
  type SearchSpace,
  type StopWhen,
  type Storage,
  space,
  TrialPruned,
  tpe,
  variant,
} from '../../src/index.ts';
import type { SpaceDefinition } from '../../src/space/variant.ts';
import { type CreateStudyOptions, openStudy } from '../../src/study/open-study.ts';
import type { LocalContext } from '../../src/study/optimize.ts';
import { SAMPLER_STUDIES } from './sampler-studies.ts';

// Studies of several kinds that cost next to nothing, to be interrupted and continued.

/** A study, and the objective that it is run with. */
export interface ResumedStudy {
  readonly options: Omit<CreateStudyOptions<SpaceDefinition>, 'name' | 'storage'>;
  readonly trials: number;
  readonly stopWhen?: StopWhen;
  objective(context: LocalContext<SpaceDefinition>): Promise<number | number[]>;
}

/**
 * A sampler whose start depends on the parameters that the trial has, and on the other trials; it chooses `b` then, and
 * the others alone by TPE.
 */
function wary(): Sampler {
  const others = tpe({ startupTrials: 3 });
  return {
    name: 'wary',
    start({ trials }, trial) {
      const b = (trial.rng('wary').uniform() + Object.keys(trial.params).length) / 10;
      return { params: new Map([['b', b]]), attrs: { 'wary:finished': trials.filter(isOver).length } };
    },
    sample: (history, trial, name, distribution) => others.sample(history, trial, name, distribution),
  };
}

const isOver = ({ state }: FrozenTrial) => state !== 'RUNNING' && state !== 'WAITING';

/** Prunes the worse half at reports 1, 2 and 4, once each, which it marks with the trial as Optuna's halving does. */
function halving(): Pruner {
  return {
    name: 'halving',
    judge({ trials }, trial) {
      const values = [...trial.intermediateValues.values()];
      const key = `rung:${values.length}`;
      if (![1, 2, 4].includes(values.length) || key in trial.systemAttrs) return false;
      const own = values.at(-1) as number;
      const rivals = trials.flatMap(({ systemAttrs: { [key]: value } }) => (typeof value === 'number' ? [value] : []));
      const better = rivals.filter((value) => value < own).length;
      return { prune: better > rivals.length / 2, attrs: { [key]: own } };
    },
  };
}

const mixed = space({
  x: float(-5, 5),
  n: int(1, 9, { step: 2 }),
  size: categorical([32, 64, null]),
  optimizer: variant({
    adam: { beta: float(0.1, 1, { log: true }) },
    sgd: { momentum: float(0, 1), on: categorical([true, false]) },
  }),
});

export const RESUMED: Readonly<Record<string, ResumedStudy>> = {
  declared: {
    options: {
      space: mixed as SearchSpace as SearchSpace<SpaceDefinition>,
      sampler: tpe({ startupTrials: 3 }),
      pruner: median({ startupTrials: 2 }),
      seed: 1,
      retries: 1000,
      enqueue: [
        { x: -0, n: 3 },
        { size: null, optimizer: { kind: 'sgd' } },
      ],
    },
    trials: 8,
    async objective({ trial, params }) {
      const { x, n, optimizer } = params as { x: number; n: number; optimizer: { kind: string } };
      const value = x ** 2 + n + (optimizer.kind === 'adam' ? 0 : 1) + (1 / x < 0 ? 0.25 : 0);
      await trial.setUserAttr('kind', optimizer.kind);
      for (let step = 0; step < 3; step++) {
        await trial.report(value / (step + 1), step, { n });
        if (await trial.shouldPrune()) throw new TrialPruned();
      }
      if (trial.number === 1) throw 'It fails.';
      return trial.number === 4 ? Number.NaN : value + trial.rng('noise').normal();
    },
  },
  'by run': {
    options: { sampler: wary(), pruner: halving(), seed: 2, retries: 1000 },
    trials: 5,
    async objective({ trial }) {
      const a = await trial.suggestFloat('a', -1, 1);
      for (let step = 1; step <= 2; step++) {
        await trial.report(a ** 2 / step + step, step);
        if (await trial.shouldPrune()) throw new TrialPruned();
      }
      const b = await trial.suggestFloat('b', 0, 1);
      const more = a > 0 ? await trial.suggestInt('c', 1, 5) : await trial.suggestFloat('d', 1, 5, { log: true });
      for (let step = 3; step <= 4; step++) {
        await trial.report(a ** 2 + b / step, step);
        if (await trial.shouldPrune()) throw new TrialPruned();
      }
      return a ** 2 + b + more;
    },
  },
  brackets: {
    options: {
      space: space({ x: float(-1, 1) }) as SearchSpace as SearchSpace<SpaceDefinition>,
      sampler: wary(),
      pruner: hyperband({ reductionFactor: 2 }),
      seed: 7,
      retries: 1000,
    },
    trials: 9,
    async objective({ trial, params }) {
      const { x } = params as { x: number };
      for (let step = 1; step <= 4; step++) {
        await trial.report(x ** 2 + trial.rng(`noise ${step}`).normal() / step, step);
        if (await trial.shouldPrune()) throw new TrialPruned();
      }
      return x ** 2 + (await trial.suggestFloat('y', 0, 1));
    },
  },
  ...Object.fromEntries(
    (['reuse', 'resample'] as const).map((duplicates): [string, ResumedStudy] => [
      duplicates,
      {
        options: {
          space: space({ n: int(1, 3), of: categorical(['a', 'b']) }) as SearchSpace as SearchSpace<SpaceDefinition>,
          sampler: tpe({ startupTrials: 3 }),
          duplicates,
          seed: 8,
          retries: 1000,
        },
        trials: 8,
        async objective({ trial, params }) {
          const { n } = params as { n: number };
          await trial.setConstraint('odd', n % 2);
          return n;
        },
      },
    ]),
  ),
  'several directions': {
    options: {
      space: mixed as SearchSpace as SearchSpace<SpaceDefinition>,
      directions: ['minimize', 'maximize'],
      sampler: tpe({ startupTrials: 3, group: true }),
      seed: 3,
      retries: 1000,
    },
    trials: 6,
    async objective({ trial, params }) {
      const { x, n } = params as { x: number; n: number };
      const y = await trial.suggestFloat('y', 0, 1);
      return [x ** 2 + y, n - y];
    },
  },
  stopped: {
    options: { sampler: tpe({ startupTrials: 2 }), seed: 4, retries: 1000 },
    trials: 40,
    stopWhen: { trialsWithoutGain: 4, minGain: 0.01 },
    async objective({ trial }) {
      return (await trial.suggestFloat('x', -1, 1)) ** 2;
    },
  },
  ...SAMPLER_STUDIES,
};

/** Begins or continues a study of {@link RESUMED}, and runs it to its end. */
export async function runResumed(kind: string, storage: string | Storage): Promise<void> {
  const { options, trials, stopWhen, objective } = RESUMED[kind] as ResumedStudy;
  const study = await openStudy({ ...options, name: kind, storage, ifExists: 'load' });
  try {
    await study.optimize(objective, { trials, ...(stopWhen && { stopWhen }) });
  } finally {
    await study.close();
  }
}

const OF_ATTEMPTS = ['hpo:lease', 'hpo:attempt', 'hpo:attempts'];

/** Whether a method of a storage writes to it. */
export function isWrite(method: string | symbol): boolean {
  return /^(create|set|start|finish|requeue)/.test(String(method));
}

/** All that a study's trials are, without the attempts, the times and the rows, by which two runs may differ. */
export async function contentOf(kind: string, storage: Storage) {
  const record = await storage.findStudy(kind);
  if (record === undefined) throw new Error('no such study');
  const systemAttrs = without(record, ['hpo:token']);
  const { trials } = await storage.changesSince(record);
  const contents = trials.map(({ number, state, params, values, intermediateValues, userAttrs, ...trial }) => {
    const reports = [...intermediateValues];
    return { number, state, params, values, reports, userAttrs, systemAttrs: without(trial, OF_ATTEMPTS) };
  });
  return { systemAttrs, trials: contents };
}

function without({ systemAttrs }: { readonly systemAttrs: Attributes }, keys: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(systemAttrs).filter(([key]) => !keys.includes(key)));
}
