import type { CustomSeriesRenderItem } from 'echarts';
import type { Chart } from '../chart.ts';
import type { ReportData, ReportTrial } from '../report-data.ts';
import { label } from './label.ts';
import { common, legend, trialBox } from './parts.ts';

/** The time at which each trial ran. */
export const timeline: Chart = {
  kind: 'timeline',
  title: 'Timeline',
  caption: 'The time and the end of each trial, with as many rows as trials ran at once on each machine.',
  hint: 'Shift and the wheel zoom, dragging moves.',
  wide: true,
  choices: [],
  lacks: ({ trials }) => (trials.some(hasRun) ? undefined : 'No trial has been started.'),
  height: (data) => 90 + Math.max(2, Math.min(24, lanesOf(data).count)) * 26,
  option(data, view) {
    const { lanes, count, groups } = lanesOf(data);
    const { palette } = view;
    const names = new Map([...groups].map(([first, machine]) => [first, label(machine, LONGEST_NAME)]));
    const room = Math.max(0, ...[...names.values()].map(({ length }) => length));
    const states = STATES.filter((state) => data.trials.some((trial) => trial.state === state && hasRun(trial)));
    return {
      ...common(view),
      tooltip: trialBox(data, view),
      legend: legend(
        view,
        states.map((state) => state.toLowerCase()),
      ),
      grid: { top: 34, right: 18, bottom: 32, left: Math.max(44, 16 + CHARACTER * room) },
      dataZoom: [{ type: 'inside' as const, filterMode: 'weakFilter' as const, zoomOnMouseWheel: 'shift' as const }],
      xAxis: {
        type: 'time' as const,
        axisLine: { lineStyle: { color: palette.grid } },
        axisTick: { show: false },
        axisLabel: { color: palette.muted, hideOverlap: true, rich: { primary: { fontWeight: 'normal' as const } } },
        splitLine: { show: true, lineStyle: { color: palette.grid } },
      },
      yAxis: {
        type: 'value' as const,
        min: 0,
        max: count,
        inverse: true,
        minInterval: 1,
        axisLine: { show: false },
        axisLabel: names.size === 0 ? { show: false } : machineLabels(names, palette.muted),
        axisTick: { show: false },
        splitLine: { lineStyle: { color: palette.grid } },
      },
      series: states.map((state) => ({
        type: 'custom' as const,
        name: state.toLowerCase(),
        itemStyle: { color: palette.states[state] },
        renderItem: bar,
        encode: { x: [0, 1], y: 2 },
        data: data.trials
          .filter((trial) => trial.state === state && hasRun(trial))
          .map((trial) => [trial.startedAt, endOf(trial, data), lanes.get(trial.number), trial.number]),
      })),
    };
  },
};

const STATES = ['COMPLETE', 'PRUNED', 'FAIL', 'RUNNING'] as const;

function hasRun({ startedAt }: ReportTrial): boolean {
  return startedAt !== null;
}

function endOf({ completedAt, startedAt }: ReportTrial, { readAt }: ReportData): number {
  return Math.max(startedAt ?? 0, completedAt ?? readAt);
}

/** The most machines that have rows of their own; of more, each row is anybody's. */
const MOST_MACHINES = 16;
/** The characters of a machine's name beside its rows, and the width of one. */
const LONGEST_NAME = 16;
const CHARACTER = 7;

/** For each trial the first row of its machine that is free when it begins, and the first row of each machine. */
function lanesOf(data: ReportData) {
  const lanes = new Map<number, number>();
  const groups = new Map<number, string>();
  const { machines } = data;
  const byStart = data.trials.filter(hasRun).sort((a, b) => (a.startedAt as number) - (b.startedAt as number));
  const areApart = machines.length > 1 && machines.length <= MOST_MACHINES;
  const keys = areApart ? [...machines.keys(), null] : ['all'];
  let count = 0;
  for (const key of keys) {
    const free: number[] = [];
    for (const trial of byStart) {
      if (areApart && trial.machine !== key) continue;
      const found = free.findIndex((until) => until <= (trial.startedAt as number));
      const lane = found >= 0 ? found : free.length;
      free[lane] = endOf(trial, data);
      lanes.set(trial.number, count + lane);
    }
    if (areApart && free.length > 0) groups.set(count, typeof key === 'number' ? (machines[key] as string) : 'others');
    count += free.length;
  }
  return { lanes, count, groups };
}

/** The names of machines, each beside the row that its rows begin with. */
function machineLabels(names: ReadonlyMap<number, string>, color: string) {
  return {
    color,
    customValues: [...names.keys()],
    formatter: (lane: number) => names.get(lane) ?? '',
    verticalAlign: 'top' as const,
    padding: [5, 0, 0, 0],
    hideOverlap: true,
  };
}

const bar: CustomSeriesRenderItem = (params, api) => {
  const lane = api.value(2) as number;
  const [left = 0, top = 0] = api.coord([api.value(0), lane]);
  const [right = 0, bottom = 0] = api.coord([api.value(1), lane + 1]);
  const area = params.coordSys as unknown as { readonly x: number; readonly width: number };
  const from = Math.max(left, area.x);
  const to = Math.min(Math.max(right, left + 1), area.x + area.width);
  if (to <= from) return null;
  const gap = Math.min(4, (bottom - top) / 5);
  const apart = to - from > 4 ? 1 : 0; // so that two trials in a row are seen as two
  return {
    type: 'rect',
    shape: {
      x: from,
      y: top + gap,
      width: to - from - apart,
      height: bottom - top - 2 * gap,
      r: to - from > 8 ? 2 : 0,
    },
    style: { fill: api.visual('color') as string },
  };
};
