import { ownValue } from '../../base/own-value.ts';
import { storedFailure } from '../../study/trial/stored-failure.ts';
import { programLines } from '../../text/foreign-text.ts';
import { formatDuration, formatNumber, formatValues } from '../../text/format.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { metricsAt } from '../../trial/reported-metrics.ts';
import { durationOf, type StudyModel } from '../study-model.ts';
import { beside, cut, type Line, line, span, widthOf } from '../text/line.ts';
import { table } from '../text/table.ts';
import { selectedOf } from '../ui-state.ts';
import type { Screen } from '../view.ts';
import { margin } from './overview.ts';
import { paramNames, resultText, stateSpan, valueText } from './trial-text.ts';

/** Parameters and attributes, which are at the left, take this part of the width at most. */
const MOST_LEFT = 0.6;
const GAP = 3;
/** The number of last lines of a failed trial's worker's stderr that are shown. */
const LAST_WORDS = 5;

/** One trial beside the best: parameters, reports against the median, attributes, and why it failed. */
export const trial: Screen = ({ model, ui, now }, width, height) => {
  const selected = selectedOf(ui, model);
  const shown = selected === undefined ? undefined : model.trials[selected];
  if (shown === undefined) return [line(span('no trial yet', { dim: true }))];
  const head = line(
    span(`trial ${shown.number}  `, { bold: true }),
    stateSpan(shown.state),
    `  ${resultText(shown)}  ${formatDuration(durationOf(shown, now.getTime()) ?? 0)}`,
  );
  const left = [...params(shown, model.best, Math.floor(width * MOST_LEFT) - GAP), ...attributes(shown)];
  const above = [head, line(), ...failure(shown)];
  const leftWidth = Math.min(Math.floor(width * MOST_LEFT), Math.max(...left.map(widthOf)) + GAP);
  const blocks = beside(left, leftWidth, reports(shown, model, height - above.length - 1));
  return [...above, ...blocks].slice(0, height).map((each) => cut(each, width));
};

function params(shown: FrozenTrial, best: FrozenTrial | undefined, width: number): Line[] {
  const compared = best !== undefined && best !== shown ? [best] : [];
  const titles = ['parameter', `trial ${shown.number}`, ...compared.map(({ number }) => `best (${number})`)];
  const rows = paramNames([shown, ...compared]).map((name) => [
    span(name),
    ...[shown, ...compared].map((each) => span(valueText(ownValue(each.params, name)))),
  ]);
  return table(
    titles.map((title) => ({ title })),
    rows,
    width,
  );
}

function attributes({ userAttrs }: FrozenTrial): Line[] {
  const rows = Object.entries(userAttrs).map(([name, value]) =>
    line(span(`${name}  `, { dim: true }), JSON.stringify(value)),
  );
  return rows.length === 0 ? [] : [line(), ...rows];
}

function reports(shown: FrozenTrial, model: StudyModel, height: number): Line[] {
  const all = [...shown.intermediateValues];
  const kept = all.slice(-Math.max(1, height));
  if (kept.length === 0) return [line(span('no reports', { dim: true }))];
  return [
    line(
      span(kept.length < all.length ? `the last ${kept.length} of ${all.length} reports` : 'reports', { dim: true }),
    ),
    ...kept.map(([step, value]) =>
      line(
        `step ${step}  `.padEnd(10),
        `${formatNumber(value)}  `.padEnd(12),
        ...margin(model, step, value),
        span(metricsText(shown, step), { color: 'cyan' }),
      ),
    ),
  ];
}

function metricsText(shown: FrozenTrial, step: number): string {
  const metrics = metricsAt(shown, step);
  return metrics === undefined ? '' : `  ${formatValues(metrics)}`;
}

function failure(trial: FrozenTrial): Line[] {
  const found = storedFailure(trial);
  if (found === undefined) return [];
  const lines = `${found.name}: ${found.message}`.split('\n');
  const words = found.stderr === undefined ? [] : programLines(found.stderr, false).slice(-LAST_WORDS);
  return [
    ...lines.map((text) => line(span(text, { color: 'red' }))),
    ...words.map((text) => line(span(text, { dim: true }))),
    line(),
  ];
}
