import { HpoError } from '../../base/errors.ts';
import { type CategoricalDistribution, categorical } from '../../space/categorical-distribution.ts';
import type { ParamValue } from '../../space/distribution.ts';
import { type FloatDistribution, float } from '../../space/float-distribution.ts';
import { type IntDistribution, int } from '../../space/int-distribution.ts';

/** A parameter of a study that is to be written. */
export interface DraftedParam {
  readonly name: string;
  readonly distribution: FloatDistribution | IntDistribution | CategoricalDistribution<ParamValue>;
}

/** The form in which {@link draftedParams} takes parameters, for people. */
export const PARAMS_FORM = 'name=low..high, name=low..high:log or name=one,other with blanks between them';

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})((?::(?:log|step=${NUMBER}))*)$`);
const IS_NUMBER = new RegExp(`^${NUMBER}$`);
const IS_WHOLE = /^[+-]?\d+$/;

/**
 * The parameters that a text names, as in `learningRate=1e-4..1e-1:log layers=1..4 activation=relu,tanh`. A range is of
 * whole numbers where both bounds are written as such, and of real ones otherwise (`1.0..4`); `:log` and `:step=2` are
 * options of it. Choices are texts, numbers, `true` and `false`.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for a text that names none, with the part that is wrong.
 */
export function draftedParams(text: string): readonly DraftedParam[] {
  const params = text.split(/\s+/).filter(Boolean).map(draftedParam);
  if (params.length === 0) throw refusal(`no parameter is named; give ${PARAMS_FORM}.`);
  for (const [at, { name }] of params.entries()) {
    if (params.findIndex((other) => other.name === name) < at) throw refusal(`${name} is there twice.`);
  }
  return params;
}

/** The text that {@link draftedParams} reads as these parameters. */
export function paramsText(params: readonly DraftedParam[]): string {
  return params.map(({ name, distribution }) => `${name}=${domainText(distribution)}`).join(' ');
}

function domainText(distribution: DraftedParam['distribution']): string {
  if (distribution.kind === 'categorical') return distribution.choices.join(',');
  const { kind, low, high, log, step } = distribution;
  const bound = (value: number) => (kind === 'float' && IS_WHOLE.test(String(value)) ? `${value}.0` : String(value));
  const hasStep = step !== null && !(kind === 'int' && step === 1);
  return `${bound(low)}..${bound(high)}${log ? ':log' : ''}${hasStep ? `:step=${step}` : ''}`;
}

function draftedParam(word: string): DraftedParam {
  const [, name = '', domain = ''] = /^([A-Za-z][A-Za-z0-9_]*)=(.*)$/.exec(word) ?? [];
  if (name === '') throw refusal(`"${word}" is no parameter; give ${PARAMS_FORM}.`);
  try {
    return { name, distribution: distributionOf(domain) };
  } catch (error) {
    throw HpoError.is(error) ? refusal(`${word}: ${error.message}`) : error;
  }
}

function distributionOf(domain: string): DraftedParam['distribution'] {
  const [range, low = '', high = '', options = ''] = RANGE.exec(domain) ?? [];
  if (range !== undefined) {
    const step = /:step=([^:]*)/.exec(options)?.[1];
    const given = { log: options.includes(':log'), ...(step === undefined ? {} : { step: Number(step) }) };
    const isWhole = [low, high, step ?? '1'].every((number) => IS_WHOLE.test(number));
    return (isWhole ? int : float)(Number(low), Number(high), given);
  }
  const choices = domain.split(',').map(choiceOf);
  if (choices.length < 2 || choices.includes('')) {
    throw refusal('it needs a range, such as 0.1..1, or two choices and more, such as relu,tanh.');
  }
  return categorical(choices);
}

function choiceOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return IS_NUMBER.test(text) ? Number(text) : text;
}

function refusal(problem: string): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem);
}
