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

/** The importance of a parameter, and its uncertainty. */
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
  /** The number of trials that the importances come from. */
  readonly trials: number;
  /** The reason why the importances are not to be relied on, as a sentence; undefined where there is none. */
  readonly doubt: string | undefined;
}

/** The number of samples drawn from the trials. */
const SAMPLES = 100;
/** The most trials in a sample. With more trials the interval is scaled down by the root of their number. */
const LARGEST_SAMPLE = 500;
/** The share of the samples that the interval leaves out at either end, in per cent. */
const TAIL_PERCENT = 5;

/**
 * Measures as `importance()` does, and gives each share an interval by the bootstrap (Efron 1979): the trials are drawn
 * anew with replacement, a hundred times, and each sample's importances are measured. Equal trials give equal
 * intervals.
 *
 * The interval shows how much depends on which trials happened to be run. It does not cover the parts of the space that
 * a sampler which gathers its trials in one corner never visits.
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
    // Where samples are off to one side of all trials, these are off to that side of the truth: both ways count.
    return {
      param,
      importance: share,
      low: Math.max(0, share + Math.min(0, below, -above)),
      high: Math.min(1, share + Math.max(0, above, -below)),
    };
  });
  return { params, trials, doubt: doubtOf(params, trials) };
}

/** The shares of the parameters in each sample that has any. */
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
      return { ...drawn }; // a trial drawn twice counts as two
    }),
  ).flatMap((sample) => {
    try {
      return [new Map(shares([...evaluator.evaluate({ ...question, rated: sample })]))];
    } catch (error) {
      if (HpoError.is(error) && error.code === 'HPO_NOTHING_TO_SHOW') return []; // all values are the same
      throw error;
    }
  });
}

function doubtOf([first, second]: readonly ImportanceEstimate[], trials: number): string | undefined {
  const few = fewTrialsDoubt(trials);
  if (few !== undefined) return `${few} With so few, an unimportant parameter often comes first.`;
  if (first === undefined || second === undefined || first.low > second.high) return undefined;
  return `Whether ${first.param} or ${second.param} matters more is open: their intervals overlap.`;
}
