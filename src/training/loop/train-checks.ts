import { isObject } from '../../base/is-object.ts';
import {
  checkFields,
  checkOption,
  flag,
  numberFromZero,
  type OptionKind,
  oneOf,
  partOfOne,
  positiveNumber,
  refusal,
  wholeNumberFrom,
} from '../../base/option-checks.ts';
import { type EpochMetric, epochMetrics } from './epoch-metric.ts';
import { metricsOf, type TrainOptions } from './train-options.ts';

const aSchedule: OptionKind = { wanted: 'a schedule, as oneCycle()', accepts: (value) => typeof value === 'function' };

const bestBy: OptionKind = {
  wanted: `true, false, ${oneOf(...epochMetrics).wanted}`,
  accepts: (value) => typeof value === 'boolean' || epochMetrics.includes(value as EpochMetric),
};

const aClipping: OptionKind = {
  wanted: '{ norm } or { value } with a number above 0',
  accepts: (value) => {
    const [[name = '', limit] = [], ...others] = isObject(value) ? Object.entries(value) : [];
    return ['norm', 'value'].includes(name) && positiveNumber.accepts(limit) && others.length === 0;
  },
};

/** The options that are checked here; types speak for the others. */
const kinds: Partial<Record<keyof TrainOptions, OptionKind>> = {
  checkpointEvery: wholeNumberFrom(1),
  schedule: aSchedule,
  labelSmoothing: partOfOne,
  mixup: numberFromZero,
  gradientClipping: aClipping,
  restoreBest: bestBy,
  patience: wholeNumberFrom(1),
  logEvery: wholeNumberFrom(1),
  trainEvaluation: flag,
  perClass: flag,
};

export const refuseTraining = refusal('HPO_INVALID_ARGUMENT', 'train()');

/** @throws HPO_INVALID_ARGUMENT in a line that names the first wrong value. */
export function checkTrainOptions(options: TrainOptions): void {
  for (const name of ['epochs', 'batchSize'] as const) {
    checkOption(name, options[name], wholeNumberFrom(1), refuseTraining);
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const value = options[name as keyof TrainOptions];
    if (value !== undefined) checkOption(name, value, kind, refuseTraining);
  }
  const { restoreBest, weightAverage } = options;
  if (weightAverage !== undefined) {
    const refuse = refusal('HPO_INVALID_ARGUMENT', 'train(), `weightAverage`');
    checkFields(weightAverage, { decay: partOfOne, fromStep: wholeNumberFrom(1) }, refuse);
    checkOption('decay', weightAverage.decay, partOfOne, refuse);
  }
  const metrics = metricsOf(options);
  if (typeof restoreBest === 'string' && !metrics.includes(restoreBest)) {
    refuseTraining(
      `\`restoreBest\` is '${restoreBest}', which the epochs do not have without \`trainEvaluation: true\`.`,
    );
  }
}
