import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { leasedTrial } from '../../../test/support/leased-trial.ts';
import { storedStudy } from '../../../test/support/stored-study.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { firstView, type View } from '../chart.ts';
import { gatherReport } from '../gather.ts';
import { LIGHT } from '../palette.ts';
import type { ReportData, Retrained } from '../report-data.ts';
import { CHARTS } from './index.ts';

const distributions = {
  rate: float(1e-4, 1, { log: true }),
  optimizer: categorical(['adam', 'sgd', null]),
  'optimizer.adam.beta': float(0.8, 1),
};

function trial(number: number, rate: number, optimizer: 'adam' | null, value: number, fields = {}): FrozenTrial {
  const own = { rate, optimizer, ...(optimizer === 'adam' && { 'optimizer.adam.beta': 0.9 }) };
  return frozenTrial(number, {
    params: own,
    distributions: Object.fromEntries(Object.entries(distributions).filter(([name]) => name in own)),
    values: [value],
    intermediateValues: new Map([
      [1, value + 2],
      [2, value + 1],
    ]),
    startedAt: new Date(1000 * number),
    completedAt: new Date(1000 * number + 1500),
    ...fields,
  });
}

const trials = [
  trial(0, 0.01, 'adam', 3),
  trial(1, 0.1, null, 4),
  trial(2, 0.001, 'adam', 1, { systemAttrs: { constraints: [1] } }),
  trial(3, 1, null, 0, { state: 'PRUNED', values: null, intermediateValues: new Map([[1, 9]]) }),
  trial(4, 0.02, 'adam', 2),
  trial(5, 0.02, null, Infinity),
];
const retrained: Retrained = {
  trial: 4,
  elapsedMs: 60_000,
  settings: [],
  metrics: [['accuracy', 0.75]],
  classes: ['cat', 'dog'].map((name) => ({ name, accuracy: 0.75, precision: 0.75, f1: 0.75, support: 4 })),
  confusion: [
    [3, 1],
    [1, 3],
  ],
  history: {
    columns: ['epoch', 'trainLoss', 'val_loss', 'seconds', 'learningRate', 'trainEvaluationLoss'],
    rows: [
      [1, 0.9, 1, 5, 0.01, 0.8],
      [2, 0.5, 0.7, 5, 0.001, 0.6],
    ],
  },
  insight: {
    images: 6,
    classes: [
      { name: 'cat', images: 3, right: 2 },
      { name: '__proto__', images: 3, right: 3 },
    ],
    layout: {
      layer: 'dense_2',
      width: 64,
      kept: 0.347,
      points: [
        [-10, 2, 0, 0],
        [-11, 1, 0, 0],
        [9, 3, 0, 1],
        [10, 4, 1, 1],
      ],
    },
    wrong: 1,
    mistakes: [],
    samples: [],
    channels: [],
    channelsPicture: null,
  },
};
const data = gatherReport(storedStudy(trials), retrained, new Date(9000));
const view = firstView(data, LIGHT, 600);

const chart = (kind: string) => CHARTS.find((each) => each.kind === kind) as (typeof CHARTS)[number];

interface Axis {
  readonly name?: string;
  readonly min?: number;
  readonly max?: number;
  readonly axisLabel?: { readonly customValues?: readonly number[]; formatter?(place: number, at: number): string };
}

/** An option in lines: its axes with their marks, and the items of its series. */
function drawn(kind: string, of: ReportData = data, by: View = view): string {
  const option = chart(kind).option(of, by) as Readonly<Record<string, unknown>>;
  const axes = ['xAxis', 'yAxis', 'parallelAxis'].flatMap((name) => (option[name] ?? []) as Axis[] | Axis);
  const series = [option.series].flat() as readonly { name?: string; type: string; data: readonly unknown[] }[];
  return [
    ...axes.map(({ name, min, max, axisLabel }) => {
      const marks = axisLabel?.customValues?.map((place, at) => axisLabel.formatter?.(place, at));
      return `axis ${name ?? ''} ${round(min)} to ${round(max)}${marks === undefined ? '' : `: ${marks.join(' ')}`}`;
    }),
    ...series.map(
      ({ name = '', type, data: items }) => `${type} ${name}: ${items.map((item) => show(item)).join(' ')}`,
    ),
  ].join('\n');
}

const round = (value: unknown) => (typeof value === 'number' ? String(Number(value.toFixed(3))) : String(value));

function show(item: unknown): string {
  if (Array.isArray(item)) return `[${item.map(show).join(' ')}]`;
  if (typeof item !== 'object' || item === null) return round(item);
  const { coords, value } = item as { readonly coords?: unknown; readonly value?: unknown };
  return coords === undefined ? show(value) : `${show(coords)}${show(value)}`;
}

describe('the charts of one direction', () => {
  it('history: complete trials, infeasible ones apart, and the best so far', () => {
    expect(drawn('history')).toMatchInlineSnapshot(`
      "axis trial 0 to 5
      axis value 0.91 to 4.09: 1 2 3 4
      scatter value: [0 3 0] [1 4 1] [4 2 4]
      scatter infeasible: [2 1 2]
      line best so far: [0 3 0] [4 2 4] [5 2 4]"
    `);
  });

  it('intermediate-values: a line for each state and for the best, with gaps where values are not finite', () => {
    const broken = [
      trial(0, 0.1, null, 2),
      trial(1, 0.1, null, 1, {
        intermediateValues: new Map([
          [1, 3],
          [2, Number.NaN],
          [3, 4],
          [4, 5],
        ]),
      }),
    ];
    expect(drawn('intermediate-values')).toMatchInlineSnapshot(`
      "axis step 1 to 2
      axis reported 1.79 to 9.21: 2 4 6 8
      lines pruned: 
      lines complete: [[1 5] [2 4]][0] [[1 6] [2 5]][1] [[1 3] [2 2]][2] [[1 4] [2 3]][4]
      lines the best: [[1 4] [2 3]][4]
      scatter pruned: [1 9 3]
      scatter : "
    `);
    expect(drawn('intermediate-values', gatherReport(storedStudy(broken), null, new Date(0)))).toMatchInlineSnapshot(`
      "axis step 1 to 4
      axis reported 2.94 to 5.06: 3 3.5 4 4.5 5
      lines complete: [[1 4] [2 3]][0] [[3 4] [4 5]][1]
      lines the best: [[3 4] [4 5]][1]
      scatter pruned: 
      scatter : "
    `);
  });

  it('intermediate-values: a metric by choice', () => {
    const measured = trials.map((each) => ({
      ...each,
      systemAttrs: { ...each.systemAttrs, 'hpo:metrics:0': { 1: { accuracy: 0.5 }, 2: { accuracy: each.number / 4 } } },
    }));
    const gathered = gatherReport(storedStudy(measured), null, new Date(0));
    expect(drawn('intermediate-values', gathered, { ...view, metric: 1, log: true })).toMatchInlineSnapshot(`
      "axis step 1 to 2
      axis accuracy -0.037 to 1.288: 0 0.5 1
      lines pruned: [[1 0.5] [2 0.75]][3]
      lines complete: [[1 0.5] [2 0]][0] [[1 0.5] [2 0.25]][1] [[1 0.5] [2 0.5]][2] [[1 0.5] [2 1]][4] [[1 0.5] [2 1.25]][5]
      lines the best: [[1 0.5] [2 1]][4]
      scatter pruned: [2 0.75 3]
      scatter : "
    `);
    expect(chart('intermediate-values').lacks(gathered, { ...view, metric: 2 })).toMatch(
      'No trial has reported a finite',
    );
  });

  it('parallel-coordinates: the best last, logarithms on their axis, and below it trials that lack a parameter', () => {
    expect(drawn('parallel-coordinates')).toMatchInlineSnapshot(`
      "axis value 0.91 to 4.09: 1 2 3 4
      axis rate -4.12 to 0.12: 1e-4 0.001 0.01 0.1 1
      axis optimizer -0.5 to 2.5: adam sgd null
      axis optimizer.adam.beta 0.769 to 1.006: none 0.8 0.85 0.9 0.95 1
      parallel : [4 -1 2 0.769 1] [3 -2 0 0.9 0] [2 -1.699 0 0.9 4] [1 -3 0 0.9 2]"
    `);
  });

  it('slice: each parameter with the trials that have it', () => {
    expect(drawn('slice')).toMatchInlineSnapshot(`
      "axis rate -4.12 to 0.12: 1e-4 0.001 0.01 0.1 1
      axis optimizer -0.5 to 2.5: adam sgd null
      axis optimizer.adam.beta 0.794 to 1.006: 0.8 0.85 0.9 0.95 1
      axis value 0.91 to 4.09: 1 2 3 4
      axis  0.91 to 4.09: 1 2 3 4
      axis value 0.91 to 4.09: 1 2 3 4
      scatter : [-2 3 0] [-1 4 1] [-3 1 2] [-1.699 2 4]
      scatter : [0 3 0] [2 4 1] [0 1 2] [0 2 4]
      scatter : [0.9 3 0] [0.9 1 2] [0.9 2 4]"
    `);
  });

  it('contour: the trials that have both parameters, on a background near them', () => {
    const [ground, points] = drawn('contour', data, { ...view, params: [0, 2] })
      .split('\n')
      .slice(2);
    expect(points).toMatchInlineSnapshot(`"scatter : [-2 0.9 3 0] [-3 0.9 1 2] [-1.699 0.9 2 4]"`);
    expect(ground?.split('] [').length).toBeLessThan(64 * 44);
  });

  it('importance, edf and timeline', () => {
    expect(['importance', 'edf', 'timeline'].map((kind) => drawn(kind)).join('\n\n')).toMatchInlineSnapshot(`
      "axis  0 to undefined
      axis  undefined to undefined
      bar : 0.959 0.038 0.003
      custom interval: [0 0.959 0.903 1] [1 0.038 0 0.09] [2 0.003 0 0.014]

      axis value 0.91 to 4.09: 1 2 3 4
      axis share of the trials 0 to 1
      line : [0.91 0] [1 0.25 2] [2 0.5 4] [3 0.75 0] [4 1 1] [4.09 1]

      axis  undefined to undefined
      axis  0 to 2
      custom complete: [0 1500 0 0] [1000 2500 1 1] [2000 3500 0 2] [4000 5500 0 4] [5000 6500 1 5]
      custom pruned: [3000 4500 1 3]"
    `);
  });

  it('timeline: the trials of each machine in rows of its own, where there are several', () => {
    const on = (hosts: readonly (string | null)[]) =>
      hosts.map((host, number) => {
        const times = { startedAt: new Date(1000 * number), completedAt: new Date(1000 * number + 1500) };
        if (host === null) return frozenTrial(number, times);
        return leasedTrial(number, { process: { host } }, { state: 'COMPLETE', values: [0], ...times });
      });
    const timelineOf = (hosts: readonly (string | null)[]) => {
      const study = gatherReport(storedStudy(on(hosts)), null, new Date(9000));
      const { yAxis } = chart('timeline').option(study, view) as unknown as { readonly yAxis: { axisLabel: object } };
      const { customValues = [], formatter } = yAxis.axisLabel as {
        customValues?: number[];
        formatter: (at: number) => string;
      };
      return [drawn('timeline', study).split('\n').at(-1), ...customValues.map((at) => `${at} ${formatter(at)}`)];
    };
    expect(timelineOf(['node-9', 'node-10', 'node-9', 'node-9', null])).toEqual([
      'custom complete: [0 1500 0 0] [1000 2500 2 1] [2000 3500 0 2] [3000 4500 1 3] [4000 5500 3 4]',
      '0 node-9',
      '2 node-10',
      '3 others',
    ]);
    const [many, ...names] = timelineOf(Array.from({ length: 17 }, (_, number) => `node-${number}`));
    expect(names).toEqual([]);
    expect(many).toMatch(/^custom complete: \[0 1500 0 0\] \[1000 2500 1 1\] \[2000 3500 0 2\]/);
  });

  it("training-curves and confusion-matrix of the winner's retraining", () => {
    expect(['training-curves', 'confusion-matrix'].map((kind) => drawn(kind)).join('\n\n')).toMatchInlineSnapshot(`
      "axis epoch dataMin to dataMax
      axis loss 0.485 to 1.015: 0.6 0.8 1
      line train: [1 0.9 0.9] [2 0.5 0.5]
      line validation: [1 1 1] [2 0.7 0.7]
      line train, in inference: [1 0.8 0.8] [2 0.6 0.6]

      axis predicted undefined to undefined
      axis actual undefined to undefined
      heatmap : [0 0 0.75] [1 0 0.25] [0 1 0.25] [1 1 0.75]"
    `);
  });

  it('t-sne: the predicted classes, wrong ones outlined and in front, with a unit as long in both directions', () => {
    expect(drawn('t-sne')).toMatchInlineSnapshot(`
      "axis  -11.63 to 10.63
      axis  -3.561 to 8.561
      scatter cat: [-10 2 0 0 null] [-11 1 0 0 null]
      scatter cat: 
      scatter __proto__​: [10 4 1 1 null]
      scatter __proto__​: [9 3 0 1 null]"
    `);
    const { series, xAxis, yAxis } = chart('t-sne').option(data, view) as unknown as {
      readonly series: readonly { readonly z: number; readonly itemStyle: object }[];
      readonly xAxis: Axis;
      readonly yAxis: Axis;
    };
    expect(series.map(({ z, itemStyle }) => [z, itemStyle])).toMatchInlineSnapshot(`
      [
        [
          2,
          {
            "color": "#2563b8",
            "opacity": 0.7,
          },
        ],
        [
          3,
          {
            "borderColor": "#1c2330",
            "borderWidth": 1,
            "color": "#2563b8",
          },
        ],
        [
          2,
          {
            "color": "#e69f00",
            "opacity": 0.7,
          },
        ],
        [
          3,
          {
            "borderColor": "#1c2330",
            "borderWidth": 1,
            "color": "#e69f00",
          },
        ],
      ]
    `);
    const lengthOf = ({ min, max }: Axis) => (max as number) - (min as number);
    const height = chart('t-sne').height(data, view);
    expect(lengthOf(xAxis) / (600 - 16)).toBeCloseTo(lengthOf(yAxis) / (height - 42), 12);
    expect(chart('t-sne').caveat?.(data, view)).toMatchInlineSnapshot(
      `"The plane keeps 35 % of each image’s ten nearest neighbours by the 64 features of the layer dense_2. The size of a cluster, and the distance between two, mean little."`,
    );
  });

  it('puts values on a logarithmic axis if all are above 0', () => {
    expect(drawn('edf', data, { ...view, log: true }).split('\n')[0]).toMatchInlineSnapshot(
      `"axis value -0.018 to 0.62: 1 1.5 2 2.5 3 4"`,
    );
    const negative = gatherReport(storedStudy([trial(0, 0.1, null, -1), trial(1, 0.1, null, 1)]), null, new Date(0));
    expect(drawn('edf', negative, { ...view, log: true })).toBe(drawn('edf', negative));
  });
});

describe('the charts of several directions', () => {
  const several = gatherReport(
    storedStudy(
      trials.slice(0, 3).map((each, at) => ({ ...each, values: [at, 2 * at], systemAttrs: {} })),
      ['minimize', 'maximize'],
    ),
    null,
    new Date(0),
  );

  it('pareto-front: the front, and the others', () => {
    expect(drawn('pareto-front', several)).toMatchInlineSnapshot(`
      "axis value 0 (minimize) -0.06 to 2.06: 0 0.5 1 1.5 2
      axis value 1 (maximize) -0.12 to 4.12: 0 1 2 3 4
      scatter Pareto front: [0 0 0] [1 2 1] [2 4 2]"
    `);
  });

  it('history: of the objective that is chosen, in its direction', () => {
    expect(
      drawn('history', several, { ...view, objective: 1 })
        .split('\n')
        .at(-1),
    ).toMatchInlineSnapshot(`"line best so far: [0 0 0] [1 2 1] [2 4 2] [2 4 2]"`);
  });
});

it('name the data that they lack', () => {
  const empty = gatherReport(storedStudy([frozenTrial(0, { state: 'WAITING' })]), null, new Date(0));
  const lacks = (of: ReportData) => CHARTS.map((each) => `${each.kind}: ${each.lacks(of, firstView(of, LIGHT, 600))}`);
  expect(lacks(empty)).toMatchInlineSnapshot(`
    [
      "history: No trial is complete with a finite value yet.",
      "pareto-front: It takes several objectives.",
      "intermediate-values: No trial has reported an intermediate value.",
      "importance: There is no complete trial with a finite value; importance takes at least two.",
      "edf: No trial is complete with a finite value yet.",
      "parallel-coordinates: No trial has a parameter.",
      "contour: It takes two parameters.",
      "slice: No trial has a parameter.",
      "timeline: No trial has been started.",
      "confusion-matrix: No retraining has written a confusion matrix.",
      "training-curves: There is no retraining with a history.csv that has columns such as trainLoss and validationLoss.",
      "t-sne: No retraining has laid out the features of its images (saveInsight).",
    ]
  `);
  expect(lacks(data).filter((line) => !line.endsWith('undefined'))).toEqual([
    'pareto-front: It takes several objectives.',
  ]);
});
