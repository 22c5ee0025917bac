import type { Chart } from '../chart.ts';
import { trialCount } from '../overview.ts';
import { label } from './label.ts';
import { common, countAxis, frame, legend, opacityOf, scaleAxis, trialBox, ZOOM } from './parts.ts';
import { isMaximised, lacksValues, objectiveName, objectiveScale, type Rated, ratedTrials } from './trials.ts';

/** Each trial's value, and the best so far. */
export const history: Chart = {
  kind: 'history',
  title: 'Optimization history',
  caption: 'The value of each complete trial, and the best value so far.',
  hint: 'Click a point for its trial.',
  wide: true,
  choices: ['objective', 'log'],
  lacks: lacksValues,
  height: () => 320,
  option(data, view) {
    const rated = ratedTrials(data, view.objective);
    const scale = objectiveScale(data, view, rated);
    const feasible = rated.filter(({ trial }) => trial.feasible);
    const infeasible = rated.filter(({ trial }) => !trial.feasible);
    const { palette } = view;
    const point = ({ trial, value }: Rated) => [trial.number, scale.place(value), trial.number];
    const dots = { type: 'scatter' as const, symbolSize: rated.length > 1000 ? 3 : 7, large: true };
    // Many marks are drawn as one shape, which does not get denser where there are more.
    const opacity = Math.max(0.5, opacityOf(rated.length));
    const name = label(objectiveName(data, view.objective), 40);
    const series = [
      { ...dots, name, data: feasible.map(point), itemStyle: { color: palette.accent, opacity } },
      ...(infeasible.length === 0
        ? []
        : [{ ...dots, name: 'infeasible', data: infeasible.map(point), itemStyle: { color: palette.faint, opacity } }]),
      {
        type: 'line' as const,
        name: 'best so far',
        step: 'end' as const,
        data: bestSoFar(feasible, isMaximised(data, view.objective), trialCount(data.overview)).map(
          ([number, value, holder]) => [number, scale.place(value), holder],
        ),
        symbol: 'none',
        lineStyle: { color: palette.best, width: 2 },
        itemStyle: { color: palette.best },
        z: 3,
      },
    ];
    return {
      ...common(view),
      tooltip: trialBox(data, view),
      legend: legend(
        view,
        series.map((each) => each.name),
      ),
      grid: frame(),
      dataZoom: ZOOM,
      xAxis: { ...countAxis('trial', view), min: 0, max: Math.max(1, trialCount(data.overview) - 1) },
      yAxis: scaleAxis(scale, view, { nameGap: 46 }),
      series,
    };
  },
};

/** The best value from a trial on, and the trial that has it. */
type Step = readonly [from: number, value: number, trial: number];

/** The trials at which the best value changes, and the last trial of all. */
function bestSoFar(rated: readonly Rated[], maximised: boolean, count: number): readonly Step[] {
  const steps: Step[] = [];
  for (const { trial, value } of rated) {
    const best = steps.at(-1)?.[1];
    if (best === undefined || (maximised ? value > best : value < best))
      steps.push([trial.number, value, trial.number]);
  }
  const last = steps.at(-1);
  return last === undefined ? [] : [...steps, [count - 1, last[1], last[2]]];
}
