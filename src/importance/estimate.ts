import { HpoError } from '../base/errors.ts';
import { Rng } from '../base/rng.ts';
import { percentileOf } from '../math/percentile.ts';
import { fewTrialsDoubt } from './doubt.ts';
import type { ImportanceEvaluator, ImportanceQuestion, RatedTrial } from './evaluator.ts';
import {
  type FrozenStudy,
  type ImportanceOptions,
  isReadable,
  questionOf,
  type ReadableStudy,
  ranked,
  shares,
} from './importance.ts';
import { pedAnova } from './ped-anova/ped-anova.ts';

/** How much a parameter matters, and how sure that is. */
export interface ImportanceEstimate {
  readonly param: string;
  /** Its share, from 0 to 1; those of all parameters add up to 1. */
  readonly importance: number;
  /** The ends of the interval in which nine of ten samples of as many trials would put it. */
  readonly low: number;
  readonly high: number;
}

/** The answer of {@link estimateImportance}. */
export interface ImportanceEstimates {
  /** The most important first. */
  readonly params: readonly ImportanceEstimate[];
  /** The number of trials that they were found from. */
  readonly trials: number;
  /** The sentence on why they are not to be relied on; undefined where nothing speaks against it. */
  readonly doubt: string | undefined;
}

/** How many samples of the trials are drawn. */
const SAMPLES = 100;
/** No sample is larger; of more trials the interval is as much narrower as the root of their number says. */
const LARGEST_SAMPLE = 500;
/** The interval leaves out this much at either end. */
const TAIL_PERCENT = 5;

/**
 * As `importance()`, each share with an interval: the trials are drawn anew with replacement, a hundred times, and the
 * importances measured of each sample (the bootstrap: Efron 1979). Equal trials give equal intervals.
 *
 * The interval shows how much depends on which trials happened to be run. It does not show what a sampler that has
 * gathered its trials in one corner leaves unseen.
 *
 * @param options `normalize` does not matter: shares add up to 1.
 * @throws HpoError as `importance()`.
 * @example
 * const { params, doubt } = await estimateImportance(study);
 * for (const { param, importance, low, high } of params) console.log(param, importance, low, high);
 */
export function estimateImportance(study: FrozenStudy, options?: ImportanceOptions): ImportanceEstimates;
export function estimateImportance(study: ReadableStudy, options?: ImportanceOptions): Promise<ImportanceEstimates>;
export function estimateImportance(
  study: FrozenStudy | ReadableStudy,
  options: ImportanceOptions = {},
): ImportanceEstimates | Promise<ImportanceEstimates> {
  const { directions } = study;
  if (!isReadable(study)) return estimate(study, options);
  return study.trials().then((trials) => estimate({ directions, trials }, options));
}

function estimate(study: FrozenStudy, options: ImportanceOptions): ImportanceEstimates {
  const { evaluator = pedAnova(), params: wanted } = options;
  const question = questionOf(study, options);
  const trials = question.rated.length;
  const found = wanted?.length === 0 ? [] : shares(ranked(evaluator.evaluate(question)));
  if (found.length === 0) return { params: [], trials, doubt: undefined };
  const names = found.map(([name]) => name);
  const samples = sharesOfSamples(evaluator.quick ?? evaluator, { ...question, params: names });
  const narrowing = Math.sqrt(Math.min(1, LARGEST_SAMPLE / trials));
  const params = found.map(([param, share]): ImportanceEstimate => {
    if (samples.length < SAMPLES / 2) return { param, importance: share, low: 0, high: 1 };
    const off = samples.map((each) => narrowing * ((each.get(param) ?? 0) - share)).sort((a, b) => a - b);
    const [below, above] = [percentileOf(off, TAIL_PERCENT), percentileOf(off, 100 - TAIL_PERCENT)];
    // Samples are off to one side of what all trials say where these are off to that side of the truth: both ways
    // count.
    return {
      param,
      importance: share,
      low: Math.max(0, share + Math.min(0, below, -above)),
      high: Math.min(1, share + Math.max(0, above, -below)),
    };
  });
  return { params, trials, doubt: doubtOf(params, trials) };
}

/** The shares of the parameters in each sample that shows any. */
function sharesOfSamples(
  evaluator: ImportanceEvaluator,
  question: ImportanceQuestion,
): readonly ReadonlyMap<string, number>[] {
  const rng = new Rng('importance/samples');
  const { rated } = question;
  const size = Math.min(rated.length, LARGEST_SAMPLE);
  return Array.from({ length: SAMPLES }, () =>
    Array.from({ length: size }, (): RatedTrial => {
      const drawn = rated[rng.integer(rated.length)] as RatedTrial;
      return { ...drawn }; // one drawn twice counts as two
    }),
  ).flatMap((sample) => {
    try {
      return [new Map(shares([...evaluator.evaluate({ ...question, rated: sample })]))];
    } catch (error) {
      if (HpoError.is(error) && error.code === 'HPO_NOTHING_TO_SHOW') return []; // all of its values are the same
      throw error;
    }
  });
}

function doubtOf([first, second]: readonly ImportanceEstimate[], trials: number): string | undefined {
  const few = fewTrialsDoubt(trials);
  if (few !== undefined) return `${few} With so few, what matters little often comes first.`;
  if (first === undefined || second === undefined || first.low > second.high) return undefined;
  return `Whether ${first.param} or ${second.param} matters more is open: their intervals overlap.`;
}
