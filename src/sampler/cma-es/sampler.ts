import { HpoError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import type { JsonValue } from '../../base/json.ts';
import { refusal, shown } from '../../base/option-checks.ts';
import { ownValue } from '../../base/own-value.ts';
import type { History, HistoryReader, StudyShape } from '../../history/history.ts';
import { intersectionSpace } from '../../history/intersection-space.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { signOf } from '../../trial/direction.ts';
import { type FrozenTrial, lastStep } from '../../trial/frozen-trial.ts';
import { RandomSampler } from '../random.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler.ts';
import { Cube } from './cube.ts';
import { Lineage, type LineageRules, type StoredPlace } from './lineage.ts';
import { type CmaEsOptions, type CmaEsSettings, cmaEsSettings, storedSettings } from './options.ts';
import { SearchRules } from './search-rules.ts';

/** The system attribute of a trial that says which generation of which search it belongs to. */
export const CMA_ES_ATTR = 'hpo:cma-es';

/** A history as one CMA-ES sampler sums it up. */
interface CmaEsSummary {
  readonly sign: 1 | -1;
  /** The number of trials with a value. */
  count: number;
  /** By the key of the search space. */
  readonly lineages: Map<string, Lineage>;
}

/** The covariance matrix adaptation evolution strategy. Made by {@link cmaEs}. */
export class CmaEsSampler implements Sampler {
  readonly name = 'cmaEs';
  readonly ignoresRunningReports = true;
  readonly learnsFromEarlier = true;
  readonly #settings: CmaEsSettings;
  readonly #random = new RandomSampler();
  readonly #reader: HistoryReader<CmaEsSummary> = {
    start: ({ directions }) => ({ sign: signOf(directions[0]), count: 0, lineages: new Map() }),
    take: (summary, trial) => {
      const value = countedValue(trial, this.#settings.considerPruned);
      if (value === undefined) return;
      summary.count++;
      const place = storedPlace(trial);
      if (place !== undefined) lineageOf(summary, place.of).take({ trial, place, loss: summary.sign * value });
    },
  };
  /** The last space, so that it is not made anew for each trial. */
  #cube: { readonly space: ReadonlyMap<string, Distribution>; readonly cube: Cube } | undefined;

  constructor(options: CmaEsOptions = {}) {
    this.#settings = cmaEsSettings(options);
  }

  get options(): JsonValue {
    return storedSettings(this.#settings);
  }

  checkStudy({ name, directions, space }: StudyShape): void {
    if (directions.length !== 1) {
      throw new HpoError(
        'HPO_INVALID_STUDY',
        `cmaEs() takes one direction and the study "${name}" has ${directions.length}; use nsga2() or tpe().`,
        { data: { directions } },
      );
    }
    const refuse = refusal('HPO_INVALID_STUDY', 'cmaEs()');
    for (const [param, value] of Object.entries(this.#settings.x0)) {
      const distribution = space.get(param);
      if (space.size > 0 && distribution === undefined) refuse(`\`x0\` has \`${param}\`, which "${name}" does not.`);
      if (distribution && !distribution.contains(value)) {
        refuse(`\`x0\` has ${shown(value)} for \`${param}\`, ${distribution}.`, { [param]: value });
      }
    }
  }

  /** @throws HpoError HPO_INVALID_ARGUMENT where no source trial has the parameters of the search. */
  start(history: History, trial: StartingTrial): Draw {
    const summary = history.summary(this.#reader);
    const cube = this.#cubeOf(history);
    if (summary.count < this.#settings.startupTrials || cube.isEmpty) return { params: new Map() };
    const { earlier = [] } = history.study;
    const rules: LineageRules = new SearchRules(cube, this.#settings, summary.sign, trial.studyRng, earlier);
    const { run, optimizer } = lineageOf(summary, cube.key).current(rules);
    const candidate = optimizer.ask(trial.rng('sampler'));
    // A value that the trial has already is learnt as it is tried.
    const drawn = Array.from(candidate.drawn, (x, at) => cube.placeOf(at, trial.params) ?? x);
    const place: StoredPlace = {
      of: cube.key,
      run,
      generation: optimizer.generation,
      ...(this.#settings.margin && cube.steps.length > 0 && { drawn }),
    };
    return { params: cube.paramsOf(candidate), attrs: { [CMA_ES_ATTR]: place } };
  }

  sample(history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    return this.#random.sample(history, trial, name, distribution);
  }

  #cubeOf(history: History): Cube {
    const space = history.summary(intersectionSpace).distributions;
    if (this.#cube?.space !== space) this.#cube = { space, cube: new Cube(space, this.#settings.choices) };
    return this.#cube.cube;
  }
}

function lineageOf({ lineages }: CmaEsSummary, key: string): Lineage {
  const known = lineages.get(key) ?? new Lineage();
  lineages.set(key, known);
  return known;
}

/** The value that a trial counts by: of a PRUNED one its last report. */
function countedValue(trial: FrozenTrial, considerPruned: boolean): number | undefined {
  if (trial.state === 'COMPLETE') return trial.values?.[0];
  const step = trial.state === 'PRUNED' && considerPruned ? lastStep(trial) : undefined;
  const value = step === undefined ? undefined : trial.intermediateValues.get(step);
  return Number.isNaN(value) ? undefined : value;
}

function storedPlace({ systemAttrs }: FrozenTrial): StoredPlace | undefined {
  const stored = ownValue(systemAttrs, CMA_ES_ATTR);
  if (!isObject(stored)) return undefined;
  const { of, run, generation } = stored as Partial<StoredPlace>;
  const isPlace = typeof of === 'string' && Number.isSafeInteger(run) && Number.isSafeInteger(generation);
  return isPlace ? (stored as StoredPlace) : undefined;
}

/**
 * CMA-ES (Hansen 2016, arXiv 1604.00772): draws each generation of trials from a normal distribution that moves and
 * turns towards the better ones. For numbers that depend on each other, and some hundred trials and more.
 *
 * It searches the parameters that all trials with a result have: numbers in their ranges, logarithmic ones in
 * logarithms; integers and steps keep a margin (Hamano et al. 2022), choices a distribution of their own (CatCMA, Hamano
 * et al. 2024). Other parameters, such as those of a variant's branches, are drawn evenly, and so are the first
 * {@link CmaEsOptions.startupTrials} trials. Failed trials count for none, constraints are not looked at. A generation is
 * complete when as many of its trials have ended as its size; those that run beside it are counted if they end in time.
 *
 * With `transferFrom`, and no `sourceTrials`, `x0`, `sigma0` or `separable`, it begins about the best trials of those
 * studies.
 *
 * The search follows from the stored trials: nothing else is kept, so that any number of processes go on with it. It
 * equals the library `cmaes` that Optuna uses, with margin, choices and restarts by default, which Optuna has as options.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range; when a study is declared or opened, for one
 *   of several directions. Trials fail with HPO_INVALID_ARGUMENT where no source trial has the study's parameters.
 * @example defineStudy({ sampler: cmaEs({ populationSize: 16, restarts: 'bipop' }), … })
 */
export function cmaEs(options: CmaEsOptions = {}): Sampler {
  return new CmaEsSampler(options);
}
