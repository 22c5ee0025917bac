import type { Chart, View } from '../chart.ts';
import type { PlacedImage } from '../report-data.ts';
import { tooltipHtml } from '../tooltip.ts';
import { label } from './label.ts';
import { common, legend, tooltip } from './parts.ts';

/** The most classes that are named in the legend. */
const MOST_NAMED = 20;
const HEAD = 34;

/** The images of the retrained winner's test in the plane, by its features of them. */
export const tsne: Chart = {
  kind: 't-sne',
  title: 't-SNE of the features',
  caption:
    'The images of the test, near each other where the net finds them alike. The colour is the predicted class; wrong predictions are outlined.',
  hint: 'Click a class to hide it.',
  wide: true,
  choices: [],
  lacks: ({ retrained }) =>
    retrained?.insight?.layout == null
      ? 'No retraining has laid out the features of its images (saveInsight).'
      : undefined,
  caveat({ retrained }) {
    const layout = retrained?.insight?.layout;
    if (layout == null) return undefined;
    const { width, layer, kept } = layout;
    const share = Number.isNaN(kept) ? 'some' : `${Math.round(100 * kept)} %`;
    const features = Number.isNaN(width) ? 'the features' : `the ${width} features`;
    return `The plane keeps ${share} of each image’s ten nearest neighbours by ${features} of the layer ${label(layer, 40)}. The size of a cluster, and the distance between two, mean little.`;
  },
  height: (_, { width }) => heightAt(width),
  option({ retrained }, view) {
    const { layout, classes = [] } = retrained?.insight ?? {};
    const points = layout?.points ?? [];
    const names = classes.map(({ name }) => label(name, 20));
    const isNamed = names.length <= MOST_NAMED;
    const groups = isNamed
      ? names.map((name, at) => ({
          name,
          members: points.filter((point) => point[3] === at),
          color: classColour(at, view),
        }))
      : [{ name: 'images', members: points, color: undefined }];
    const { palette } = view;
    const size = points.length > 1500 ? 4 : 6;
    const marks = ({ name, color, members }: (typeof groups)[number], isWrong: boolean) => ({
      type: 'scatter' as const,
      name,
      z: isWrong ? 3 : 2,
      symbolSize: isWrong ? size + 2 : size,
      itemStyle: {
        ...(color && { color }),
        ...(isWrong ? { borderColor: palette.text, borderWidth: 1 } : { opacity: 0.7 }),
      },
      data: members
        .filter(([, , actual, predicted]) => (actual !== predicted) === isWrong)
        .map(([x, y, actual, predicted]) => ({
          value: [x, y, actual, predicted, null], // elsewhere the last one is the number of a trial
          ...(color === undefined && { itemStyle: { color: classColour(predicted, view) } }),
        })),
    });
    return {
      ...common(view),
      tooltip: tooltip(view, (params) => {
        const [, , actual = 0, predicted = 0] = (params as { readonly value: readonly number[] }).value;
        return tooltipHtml(
          actual === predicted ? `${names[predicted]}` : `${names[actual]} taken for ${names[predicted]}`,
          [
            ['predicted', names[predicted] ?? ''],
            ['actual', names[actual] ?? ''],
          ],
        );
      }),
      legend: { ...legend(view, isNamed ? names : []), type: 'scroll' as const },
      grid: { top: HEAD, right: 8, bottom: 8, left: 8 },
      ...axes(points, view.width - 16, heightAt(view.width) - HEAD - 8),
      dataZoom: [0, 1].map((axis) => ({
        type: 'inside' as const,
        filterMode: 'none' as const,
        zoomOnMouseWheel: 'shift' as const,
        ...(axis === 0 ? { xAxisIndex: 0 } : { yAxisIndex: 0 }),
      })),
      series: groups.flatMap((group) => [marks(group, false), marks(group, true)]),
    };
  },
};

function heightAt(width: number): number {
  return Math.round(Math.max(360, Math.min(720, 0.6 * width)));
}

/** The colour of a class; those beyond the palette's have hues as far from each other as can be. */
function classColour(at: number, { palette }: View): string {
  return palette.classes[at] ?? `hsl(${Math.round((at * 137.508) % 360)}, 55%, 55%)`;
}

/** Hidden axes on which a unit is as long in both directions. */
function axes(points: readonly PlacedImage[], width: number, height: number) {
  const [x, y] = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis] as number);
    const low = values.reduce((least, value) => Math.min(least, value), Infinity);
    const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
    return { middle: (low + high) / 2, extent: 1.06 * (high - low) || 1 };
  }) as [Extent, Extent];
  const unit = Math.max(x.extent / width, y.extent / height);
  const axis = ({ middle }: Extent, pixels: number) => ({
    type: 'value' as const,
    show: false,
    min: middle - (unit * pixels) / 2,
    max: middle + (unit * pixels) / 2,
  });
  return { xAxis: axis(x, width), yAxis: axis(y, height) };
}

interface Extent {
  readonly middle: number;
  readonly extent: number;
}
