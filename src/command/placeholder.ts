import { HpoError } from '../base/errors.ts';
import type { ParamValue } from '../space/distribution.ts';

/** The text between a pair of braces of a command line: `{learningRate}`, or a flag, `{amp?--amp:--no-amp}`. */
export interface Placeholder {
  readonly name: string;
  readonly flag?: Flag;
}

/** The texts for true and for false; where a text is empty, nothing stands in the command line. */
interface Flag {
  readonly yes: string;
  readonly no: string;
}

/** Parses the text between braces. @throws HpoError HPO_INVALID_STUDY for a placeholder without a name. */
export function parsePlaceholder(inside: string): Placeholder {
  const [, name = '', rest] = /^([^?]*)(?:\?(.*))?$/s.exec(inside) ?? [];
  if (name === '') {
    const mend = 'name a parameter between the braces, or write {{}} for braces';
    throw new HpoError('HPO_INVALID_STUDY', `command(): \`run\` has {${inside}} in it; ${mend}.`);
  }
  if (rest === undefined) return { name };
  const colon = rest.indexOf(':');
  const [yes, no] = colon < 0 ? [rest, ''] : [rest.slice(0, colon), rest.slice(colon + 1)];
  if (yes !== '' || no !== '') return { name, flag: { yes, no } };
  throw new HpoError('HPO_INVALID_STUDY', `command(): {${inside}} is no flag; write {${name}?--${name}}.`);
}

/**
 * The text for a value in a command line; undefined where there is none: the trial has no such parameter, it is null,
 * or the flag has no text for it.
 * @throws HpoError HPO_INVALID_STUDY for a flag whose value is neither true, false nor null.
 */
export function textOf({ name, flag }: Placeholder, value: ParamValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (flag === undefined) return String(value);
  if (typeof value === 'boolean') return (value ? flag.yes : flag.no) || undefined;
  throw noFlag(name, `it is ${JSON.stringify(value)}`);
}

/** The error of a flag whose values are not true and false. @param why names its values. */
export function noFlag(name: string, why: string): HpoError {
  const mend = `a flag is for true and false; write {${name}} for its text`;
  return new HpoError('HPO_INVALID_STUDY', `command(): {${name}?…} is a flag, and ${why}; ${mend}.`);
}
