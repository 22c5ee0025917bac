import { type Chart, firstView, prefersLog, type View } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { select } from './dom.ts';

/**
 * The controls of a single chart: its metric, its two parameters or, if there are more than two, its two objectives.
 */
export function chartControls(
  chart: Chart,
  { metrics, params, study }: ReportData,
  view: View,
  choose: (chosen: Partial<View>) => void,
): readonly HTMLElement[] {
  const metric =
    chart.choices.includes('metric') && metrics.length > 0
      ? [select('of', ['intermediate value', ...metrics], view.metric, (at) => choose({ metric: at }))]
      : [];
  const pairs = [
    { choice: 'params', names: params.map(({ name }) => name) },
    { choice: 'objectives', names: study.objectives.map(({ name }) => name) },
  ] as const;
  let chosen = view;
  const selects = pairs
    .filter(({ choice, names }) => chart.choices.includes(choice) && names.length > 2)
    .flatMap(({ choice, names }) =>
      (['x', 'y'] as const).map((axis, side) =>
        select(axis, names, view[choice][side] as number, (at) => {
          const [x, y] = chosen[choice];
          chosen = { ...chosen, [choice]: side === 0 ? [at, y] : [x, at] };
          choose({ [choice]: chosen[choice] });
        }),
      ),
    );
  return [...metric, ...selects];
}

/**
 * A view of newer data: choices that are the reader's own go by the names that they had, others by the data.
 *
 * @param own the choices that are the reader's own.
 */
export function keptView(view: View, former: ReportData, data: ReportData, own: ReadonlySet<keyof View>): View {
  const placeOf = (names: readonly string[], name: string | undefined) => Math.max(0, names.indexOf(name ?? ''));
  const params = data.params.map(({ name }) => name);
  const [x, y] = view.params.map((at) => placeOf(params, former.params[at]?.name)) as [number, number];
  return {
    ...view,
    metric: view.metric === 0 ? 0 : 1 + placeOf(data.metrics, former.metrics[view.metric - 1]),
    params: own.has('params') ? [x, y] : firstView(data, view.palette, view.width).params,
    log: own.has('log') ? view.log : prefersLog(data, view.objective),
  };
}
