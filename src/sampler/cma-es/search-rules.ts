import { HpoError } from '../../base/errors.ts';
import type { Rng } from '../../base/rng.ts';
import type { EarlierTrial } from '../../history/history.ts';
import type { Cube } from './cube.ts';
import type { LineageRules, Run, Told } from './lineage.ts';
import { Optimizer, type OptimizerStart, type Tried } from './optimizer.ts';
import type { CmaEsSettings } from './options.ts';
import { type Solution, warmStart } from './warm-start.ts';

const DEFAULT_SIGMA = 1 / 6;

/** The searches in one space: how they begin, begin anew and take trials. */
export class SearchRules implements LineageRules {
  readonly #cube: Cube;
  readonly #settings: CmaEsSettings;
  readonly #sign: 1 | -1;
  readonly #studyRng: (purpose: string) => Rng;
  readonly #earlier: readonly EarlierTrial[];

  /**
   * @param sign 1 where values are losses, -1 where they are to be maximised.
   * @param studyRng the stream of a purpose that all trials of the study share.
   * @param earlier trials of earlier studies.
   */
  constructor(
    cube: Cube,
    settings: CmaEsSettings,
    sign: 1 | -1,
    studyRng: (purpose: string) => Rng,
    earlier: readonly EarlierTrial[],
  ) {
    this.#earlier = earlier;
    this.#cube = cube;
    this.#settings = settings;
    this.#sign = sign;
    this.#studyRng = studyRng;
  }

  first(): Run {
    const { sourceTrials, sigma0 = DEFAULT_SIGMA, x0 } = this.#settings;
    const mean = Float64Array.from(this.#cube.numbers, (_, at) => inside(this.#cube.placeOf(at, x0) ?? 0.5));
    const warm = sourceTrials.length > 0 && mean.length > 0 ? this.#sourceSolutions() : this.#earlierSolutions();
    const optimizer = this.#optimizer(warm.length > 0 ? aboutBest(warm) : { mean, sigma: sigma0 });
    // As in BIPOP's paper the first run's trials count as those of a small one.
    return { run: 0, optimizer, isSmall: true, growths: 0, toldLarge: 0, toldSmall: 0 };
  }

  next(run: Run): Run {
    const { restarts, growth, sigma0 = DEFAULT_SIGMA } = this.#settings;
    if (restarts === 'none' || !run.optimizer.hasConverged) return run;
    const next = run.run + 1;
    const rng = this.#studyRng(`sampler:restart ${next}`);
    const isSmall = restarts === 'bipop' && run.toldSmall < run.toldLarge;
    const growths = isSmall ? run.growths : run.growths + 1;
    const scale = isSmall ? growth ** (growths * rng.uniform() ** 2) : growth ** growths;
    const populationSize = Math.floor(this.first().optimizer.populationSize * scale);
    const mean = Float64Array.from(this.#cube.numbers, () => rng.uniform());
    const optimizer = this.#optimizer({ mean, sigma: sigma0, populationSize });
    return { ...run, run: next, optimizer, isSmall, growths };
  }

  triedOf({ trial, place, loss }: Told): Tried | undefined {
    const places = this.#cube.placesOf(trial.params);
    const choices = this.#cube.indicesOf(trial.params);
    if (places === undefined || choices === undefined) return undefined;
    const drawn = Float64Array.from(place.drawn ?? []);
    if (drawn.length !== places.length) return { drawn: places, choices, loss };
    const stepped = new Set(this.#cube.steps.map(({ at }) => at));
    return { drawn: places.map((own, at) => (stepped.has(at) ? (drawn[at] as number) : own)), choices, loss };
  }

  #optimizer(start: Pick<OptimizerStart, 'mean' | 'sigma' | 'covariance' | 'populationSize'>): Optimizer {
    const { populationSize, margin, separable, adaptLearningRate } = this.#settings;
    const { steps, choiceCounts } = this.#cube;
    return Optimizer.start({
      ...(populationSize !== undefined && { populationSize }),
      ...start,
      choiceCounts,
      separable,
      steps: margin ? steps : [],
      adaptsLearningRate: adaptLearningRate,
    });
  }

  /** @throws HpoError HPO_INVALID_ARGUMENT where there are none. */
  #sourceSolutions(): readonly Solution[] {
    const { sourceTrials, considerPruned } = this.#settings;
    const solutions = sourceTrials.flatMap((trial): Solution[] => {
      const point = this.#cube.placesOf(trial.params);
      const isCounted = trial.state === 'COMPLETE' || (considerPruned && trial.state === 'PRUNED');
      const value = isCounted ? trial.values?.[0] : undefined;
      return point === undefined || value === undefined ? [] : [{ point, loss: this.#sign * value }];
    });
    if (solutions.length === 0) {
      const names = this.#cube.numbers.map(({ name }) => name).join(', ');
      const problem = `cmaEs(): none of the ${sourceTrials.length} source trials has a value and all of ${names}.`;
      throw new HpoError('HPO_INVALID_ARGUMENT', problem);
    }
    return solutions;
  }

  #earlierSolutions(): readonly Solution[] {
    const { x0, sigma0, separable } = this.#settings;
    if (this.#cube.numbers.length === 0 || separable || sigma0 !== undefined || Object.keys(x0).length > 0) return [];
    return this.#earlier.flatMap(({ params, loss }): Solution[] => {
      const point = this.#cube.placesOf(params);
      return point === undefined ? [] : [{ point, loss }];
    });
  }
}

function aboutBest(solutions: readonly Solution[]): Pick<OptimizerStart, 'mean' | 'sigma' | 'covariance'> {
  const { mean, sigma, covariance } = warmStart(solutions);
  return { mean: mean.map(inside), sigma, covariance };
}

function inside(place: number): number {
  return Math.min(Math.max(place, 0), 1);
}
