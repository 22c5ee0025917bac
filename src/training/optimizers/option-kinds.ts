import { checkOption, numberFromZero, type OptionKind, partOfOne, refusal } from '../../base/option-checks.ts';

/** A learning rate; NaN and infinity are taken, as a rate that makes a training fail. */
const rate: OptionKind = {
  wanted: 'a number from 0 on',
  accepts: (value) => typeof value === 'number' && !(value < 0),
};

/** The kinds of the optimizers' options; `share` is that of an old mean that a new one keeps. */
export const kinds = { fromZero: numberFromZero, rate, share: partOfOne };

/**
 * Refuses values of the wrong kind. Other fields are let pass, since a trial's parameters as a whole are taken for
 * options, as `adam(params)`.
 */
export function checkOptions<Options extends object>(
  owner: string,
  options: Options,
  fields: Readonly<Record<keyof Options, OptionKind>>,
): void {
  const refuse = refusal('HPO_INVALID_ARGUMENT', owner);
  for (const [name, kind] of Object.entries(fields) as [keyof Options & string, OptionKind][]) {
    if (options[name] !== undefined) checkOption(name, options[name], kind, refuse);
  }
}
