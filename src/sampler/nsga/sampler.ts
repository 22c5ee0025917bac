import type { JsonValue } from '../../base/json.ts';
import { refusal } from '../../base/option-checks.ts';
import type { History, HistoryReader, StudyShape } from '../../history/history.ts';
import { intersectionSpace } from '../../history/intersection-space.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { RandomSampler } from '../random.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler.ts';
import { childOf } from './child.ts';
import { type Generations, generationsReader, type Selection } from './generations.ts';
import {
  checkReferencePoints,
  type Nsga3Options,
  type NsgaOptions,
  type NsgaSettings,
  nsgaSettings,
} from './options.ts';
import { leastCrowded, nicheSelection } from './selections.ts';

/** The parts in which the two kinds of sampler differ. */
interface NsgaKind {
  readonly name: 'nsga2' | 'nsga3';
  /** The system attribute that a trial's generation stands in: Optuna's, so that its samplers go on with a study. */
  readonly generationKey: string;
  readonly settings: NsgaSettings;
  readonly options: JsonValue;
  checkStudy?(study: StudyShape): void;
  /** The choice of parents in a study. */
  selection(study: StudyShape, trial: StartingTrial): Selection;
}

/** Breeds trials of the best ones before, generation by generation. Made by {@link nsga2} and {@link nsga3}. */
class NsgaSampler implements Sampler {
  readonly name: string;
  readonly ignoresRunningReports = true;
  readonly options: JsonValue;
  readonly #kind: NsgaKind;
  readonly #reader: HistoryReader<Generations>;
  readonly #random = new RandomSampler();

  constructor(kind: NsgaKind) {
    this.name = kind.name;
    this.options = kind.options;
    this.#kind = kind;
    this.#reader = generationsReader(kind.generationKey);
  }

  checkStudy(study: StudyShape): void {
    this.#kind.checkStudy?.(study);
  }

  start(history: History, trial: StartingTrial): Draw {
    const { settings, generationKey } = this.#kind;
    const generations = history.summary(this.#reader);
    const generation = generations.next(settings.populationSize);
    const attrs = { [generationKey]: generation };
    const parents = generations.parentsOf(generation, this.#kind.selection(history.study, trial));
    const space = history.summary(intersectionSpace).distributions;
    if (parents.length === 0 || space.size === 0) return { params: new Map(), attrs };
    const isMultiObjective = history.study.directions.length > 1;
    return { params: childOf(parents, space, settings, trial.rng('sampler'), isMultiObjective), attrs };
  }

  sample(history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    return this.#random.sample(history, trial, name, distribution);
  }
}

/**
 * NSGA-II (Deb et al. 2002), by the rules of Optuna 5: trials come in generations of `populationSize` COMPLETE ones. The
 * first one is random; each trial of a later one is a child of parents that were chosen among the trials before by
 * domination, those that break constraints behind the others, and then by how far they are from each other. For many
 * trials that cost little, and several directions; with one direction it is a genetic algorithm.
 *
 * Parameters that not all trials with a result have are drawn evenly, and so are those that mutate. Pruned and failed
 * trials are in no generation. Generations are stored under Optuna's keys, so that a study goes on in either.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range.
 * @example defineStudy({ sampler: nsga2({ populationSize: 20, crossover: 'sbx' }), … })
 */
export function nsga2(options: NsgaOptions = {}): Sampler {
  const settings = nsgaSettings(options, 'nsga2()');
  return new NsgaSampler({
    name: 'nsga2',
    generationKey: 'NSGAIISampler:generation',
    settings,
    options: asJson(settings),
    selection: () => (population) => leastCrowded(population, settings.populationSize),
  });
}

/**
 * NSGA-III (Deb and Jain 2014): as {@link nsga2}, but keeps trials that are spread over reference points, which serves
 * better with three directions and more. Unlike in Optuna, losses and not values are compared with the reference points,
 * so that directions may be maximised.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range; when a study is declared or opened, for
 *   reference points of another number of directions.
 * @example defineStudy({ directions: ['minimize', 'minimize', 'maximize'], sampler: nsga3(), … })
 */
export function nsga3(options: Nsga3Options = {}): Sampler {
  const refuse = refusal('HPO_INVALID_STUDY', 'nsga3()');
  const settings = nsgaSettings(options, 'nsga3()');
  const referencePoints = checkReferencePoints(options.referencePoints, refuse);
  const { dividingParameter = 3 } = options;
  return new NsgaSampler({
    name: 'nsga3',
    generationKey: 'NSGAIIISampler:generation',
    settings,
    options: { ...asJson(settings), dividingParameter, ...(referencePoints && { referencePoints }) },
    checkStudy({ name, directions }) {
      const wrong = referencePoints?.find((point) => point.length !== directions.length);
      if (wrong) {
        refuse(
          `a reference point has ${wrong.length} numbers, and the study "${name}" ${directions.length} directions.`,
        );
      }
    },
    selection: ({ directions }, { studyRng }) =>
      nicheSelection({
        size: settings.populationSize,
        objectives: directions.length,
        referencePoints,
        dividingParameter,
        studyRng,
      }),
  });
}

/** The options from which {@link nsgaSettings} makes the settings. */
function asJson({ mutationEta: eta, ...settings }: NsgaSettings): Readonly<Record<string, JsonValue>> {
  const mutation = eta !== undefined && { mutation: { kind: 'polynomial', eta } };
  return JSON.parse(JSON.stringify({ ...settings, ...mutation })) as Readonly<Record<string, JsonValue>>;
}
