import type { Chart } from '../chart.ts';
import type { Reported, ReportTrial } from '../report-data.ts';
import { type Scale, valueScale } from '../scale.ts';
import { common, countAxis, frame, legend, opacityOf, scaleAxis, trialBox, ZOOM } from './parts.ts';

/** The values that trials reported, step by step. */
export const intermediateValues: Chart = {
  kind: 'intermediate-values',
  title: 'Intermediate values',
  caption: 'The values that trials reported, step by step; a pruned trial ends in a dot, the best one stands out.',
  wide: true,
  choices: ['metric', 'log'],
  lacks: ({ trials, metrics }, { metric }) =>
    trials.some((trial) => reportsOf(trial, metric).some(([, value]) => Number.isFinite(value)))
      ? undefined
      : `No trial has reported ${metric === 0 ? 'an intermediate value' : `a finite ${metrics[metric - 1]}`}.`,
  height: () => 320,
  option(data, view) {
    const { metric } = view;
    const all = data.trials.map((trial) => ({ ...trial, reports: reportsOf(trial, metric) })).filter(hasReported);
    const every = Math.ceil(all.length / MOST_LINES);
    const best = new Set(data.best);
    const reporting = all.filter(({ number }, at) => at % every === 0 || best.has(number));
    const steps = reporting.flatMap(({ reports }) => reports.map(([step]) => step));
    const scale = valueScale(
      metric === 0 ? 'reported' : (data.metrics[metric - 1] ?? ''),
      reporting.flatMap(({ reports }) => reports.map(([, value]) => value)),
      view.log && (metric === 0 || !reporting.some(({ reports }) => reports.some(([, value]) => value <= 0))),
    );
    const states = STATES.filter((state) => reporting.some((trial) => trial.state === state));
    const opacity = opacityOf(4 * reporting.length);
    const lines = states.map((state) => ({
      ...CURVE,
      name: state.toLowerCase(),
      data: reporting.filter((trial) => trial.state === state).flatMap((trial) => pieces(trial, scale)),
      lineStyle: { color: view.palette.states[state], width: 1.2, opacity },
      itemStyle: { color: view.palette.states[state] },
    }));
    const winners = {
      ...CURVE,
      name: best.size === 1 ? 'the best' : 'the best ones',
      data: reporting.filter(({ number }) => best.has(number)).flatMap((trial) => pieces(trial, scale)),
      lineStyle: { color: view.palette.best, width: 2.5, opacity: 1 },
      itemStyle: { color: view.palette.best },
      z: 4,
    };
    const series = winners.data.length === 0 ? lines : [...lines, winners];
    return {
      ...common(view),
      tooltip: trialBox(data, view),
      legend: legend(
        view,
        series.map(({ name }) => name),
      ),
      grid: frame(),
      dataZoom: ZOOM,
      xAxis: {
        ...countAxis(every === 1 ? 'step' : `step (one of ${every} trials is drawn)`, view),
        min: steps.reduce((least, step) => Math.min(least, step), Infinity),
        max: steps.reduce((greatest, step) => Math.max(greatest, step), -Infinity),
      },
      yAxis: scaleAxis(scale, view, { nameGap: 46 }),
      series: [
        ...series,
        {
          type: 'scatter' as const,
          name: 'pruned',
          symbolSize: 5,
          data: reporting
            .filter((trial) => trial.state === 'PRUNED')
            .map((trial) => {
              const [step = Number.NaN, value = Number.NaN] = trial.reports.at(-1) ?? [];
              return [step, scale.place(value), trial.number];
            }),
          itemStyle: { color: view.palette.states.PRUNED, opacity: Math.min(1, 2 * opacity) },
        },
        {
          // A trial with a single step has no line.
          type: 'scatter' as const,
          symbolSize: 4,
          data: reporting
            .filter(({ state, reports }) => state !== 'PRUNED' && reports.length === 1)
            .map(({ reports: [report = [Number.NaN, Number.NaN]], number }) => [
              report[0],
              scale.place(report[1]),
              number,
            ]),
          itemStyle: { color: view.palette.accent, opacity },
        },
      ],
    };
  },
};

/** The reports of a trial for a metric, by its index in {@link View.metric}. */
function reportsOf({ reports, metrics }: ReportTrial, metric: number): readonly Reported[] {
  return metric === 0 ? reports : (metrics[metric - 1] ?? []);
}

function hasReported({ reports }: ReportTrial): boolean {
  return reports.length > 0;
}

/** The most lines, since more of them could not be distinguished. */
const MOST_LINES = 2000;

/** The states in the order of drawing, the last above the others. */
const STATES = ['FAIL', 'PRUNED', 'COMPLETE', 'RUNNING'] as const;

const CURVE = { type: 'lines' as const, coordinateSystem: 'cartesian2d' as const, polyline: true };

/** A trial's reports as lines, which break where a value is not finite. */
function pieces(trial: ReportTrial, scale: Scale) {
  const found: number[][][] = [];
  let piece: number[][] = [];
  for (const [step, value] of trial.reports) {
    const place = scale.place(value);
    if (Number.isNaN(place)) piece = [];
    else if (piece.push([step, place]) === 2) found.push(piece);
  }
  return found.map((coords) => ({ coords, value: [trial.number] }));
}
