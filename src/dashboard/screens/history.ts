import { fewTrialsDoubt } from '../../importance/doubt.ts';
import { bar } from '../../text/format.ts';
import { labelledPlot } from '../../text/plots.ts';
import { shortNames } from '../../text/short-names.ts';
import type { StudyModel } from '../study-model.ts';
import { cut, type Line, line, pad, span, widthOf } from '../text/line.ts';
import type { Screen } from '../view.ts';

/** The best value so far, trial by trial, and the importance of each parameter. */
export const history: Screen = ({ model }, width, height) => {
  const below = importances(model, width).slice(0, Math.floor(height / 2));
  return [...valuePlot(model, width, height - below.length), ...below].map((each) => cut(each, width));
};

/** The room that the name of a parameter gets beside its bar. */
const LONGEST_NAME = 24;

function importances({ importances: found }: StudyModel, width: number): Line[] {
  if (found === undefined || found.shares.size === 0) return [];
  const { shares, from } = found;
  const doubt = fewTrialsDoubt(from);
  const short = shortNames([...shares.keys()], LONGEST_NAME);
  const names = Math.max(...short.map((name) => widthOf([span(name)])));
  const room = Math.max(1, width - names - 9);
  return [
    line(),
    line(span(`importance: ${doubt ?? `by ${from} complete trials`}`, { dim: true })),
    ...[...shares.values()].map((share, at) =>
      line(
        ...pad(line(short[at] ?? ''), names),
        ` ${share.toFixed(2)}  `,
        span(bar(share, room), doubt !== undefined ? { dim: true } : { color: 'magenta' }),
      ),
    ),
  ];
}

/** A plot of the best value so far, with its scale: `height` lines in all, or two where it has always been the same. */
export function valuePlot(model: StudyModel, width: number, height: number): Line[] {
  if (model.record.directions.length > 1) {
    return [line(span('several directions have no one best value: see the front in the overview', { dim: true }))];
  }
  const rows = labelledPlot(model.bestSoFar, width, height - 1);
  if (rows.length === 0) return [line(span('no complete trial yet', { dim: true }))];
  return [
    line(span('best value so far, by trial', { dim: true })),
    ...rows.map(({ label, dots }) => line(span(label, { dim: true }), span(dots, { color: 'green' }))),
  ];
}
