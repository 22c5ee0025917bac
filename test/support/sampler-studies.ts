import type { SearchSpace, SpaceDefinition } from '../../src/index.ts';
import {
  bruteForce,
  categorical,
  cmaEs,
  float,
  grid,
  int,
  nsga2,
  nsga3,
  qmc,
  type Sampler,
  space,
  TrialPruned,
  variant,
} from '../../src/index.ts';
import type { ResumedStudy } from './resumed-studies.ts';

const mixed = space({
  x: float(-5, 5),
  n: int(1, 4),
  kind: variant({ a: { rate: float(1e-3, 1, { log: true }) }, b: { on: categorical([true, false]) } }),
});

/**
 * A study of a declared space with one trial that fails, one that is pruned, and one that was enqueued.
 * @param asksMore whether its objective asks for a parameter that is not declared.
 */
function declared(sampler: Sampler, trials: number, asksMore = true): ResumedStudy {
  return {
    options: {
      space: mixed as SearchSpace as SearchSpace<SpaceDefinition>,
      sampler,
      seed: 5,
      retries: 1000,
      enqueue: [{ x: 1 }],
    },
    trials,
    async objective({ trial, params }) {
      const { x, n, kind } = params as { x: number; n: number; kind: { kind: string } };
      const y = asksMore ? await trial.suggestFloat('y', 0, 1) : 0;
      if (trial.number === 1) throw 'It fails.';
      await trial.report(x, 0);
      if (trial.number === 3) throw new TrialPruned();
      return (x - 1) ** 2 + n + y + (kind.kind === 'a' ? 0 : 1);
    },
  };
}

/** A study for each sampler that costs next to nothing, to be interrupted and continued. */
export const SAMPLER_STUDIES: Readonly<Record<string, ResumedStudy>> = {
  qmc: declared(qmc(), 6),
  grid: declared(grid({ x: [-1, 1], n: [2], 'kind.a.rate': [0.1] }), 50, false),
  cmaEs: declared(cmaEs({ populationSize: 4, considerPruned: true }), 14),
  nsga2: declared(nsga2({ populationSize: 3, mutation: 'polynomial' }), 10),
  nsga3: {
    options: {
      space: mixed as SearchSpace as SearchSpace<SpaceDefinition>,
      sampler: nsga3({ populationSize: 3, crossover: 'undx' }),
      directions: ['minimize', 'maximize'],
      seed: 7,
      retries: 1000,
    },
    trials: 10,
    async objective({ params }) {
      const { x, n } = params as { x: number; n: number };
      return [x ** 2, n];
    },
  },
  bruteForce: {
    options: { sampler: bruteForce(), seed: 6, retries: 1000 },
    trials: 50,
    async objective({ trial }) {
      const a = await trial.suggestInt('a', 1, 3);
      if (trial.number === 1) throw 'It fails.';
      return a === 2 ? trial.suggestInt('b', a, 3) : a;
    },
  },
};
