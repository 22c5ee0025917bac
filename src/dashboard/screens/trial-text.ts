import type { ParamValue } from '../../space/distribution.ts';
import { formatNumber } from '../../text/format.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import type { Span, Style } from '../text/line.ts';
import { span } from '../text/line.ts';

/** A glyph as well as a colour for each state, for those who do not see the one or the other. */
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

/** The names of all parameters that some trial has, in the order in which they were met. */
export function paramNames(trials: readonly FrozenTrial[]): string[] {
  const names = new Set<string>();
  for (const { params } of trials) for (const name of Object.keys(params)) names.add(name);
  return [...names];
}
