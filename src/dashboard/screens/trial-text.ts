import type { ParamValue } from '../../space/distribution.ts';
import { formatNumber, formatValues } from '../../text/format.ts';
import { shortNames } from '../../text/short-names.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import type { Span, Style } from '../text/line.ts';
import { span } from '../text/line.ts';

/** A glyph as well as a colour for each state, for people who cannot see one of them. */
export const looks: Readonly<Record<TrialState, { readonly glyph: string; readonly style: Style }>> = {
  COMPLETE: { glyph: '●', style: { color: 'green' } },
  RUNNING: { glyph: '▶', style: { color: 'cyan' } },
  PRUNED: { glyph: '◌', style: { color: 'yellow' } },
  FAIL: { glyph: '✗', style: { color: 'red' } },
  WAITING: { glyph: '○', style: { color: 'gray' } },
};

export function stateSpan(state: TrialState): Span {
  const { glyph, style } = looks[state];
  return span(`${glyph} ${state.toLowerCase()}`, style);
}

export function valueText(value: ParamValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}

/** A trial's values, or the last value that it reported, in brackets. */
export function resultText({ values, intermediateValues }: FrozenTrial): string {
  if (values !== null) return values.map(formatNumber).join(', ');
  const last = [...intermediateValues.entries()].at(-1);
  return last === undefined ? '' : `(${formatNumber(last[1])})`;
}

/** A trial's parameters in a row, long names shortened. */
export function paramsText(params: FrozenTrial['params']): string {
  const names = Object.keys(params);
  const short = shortNames(names, LONGEST_NAME);
  return formatValues(Object.fromEntries(names.map((name, at) => [short[at] ?? name, params[name] ?? null])));
}

/** The room that a name gets in a row of names and values. */
const LONGEST_NAME = 20;
