import type { View } from '../chart.ts';
import { FONTS } from '../palette.ts';
import type { ReportData } from '../report-data.ts';
import type { Scale } from '../scale.ts';
import { trialTooltip } from '../tooltip.ts';
import { label } from './label.ts';
import { isMaximised, type Rated, trialOf } from './trials.ts';

/** The common part of all charts' options. */
export function common({ palette }: View) {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONTS, color: palette.text, fontSize: 12 },
    tooltip: tooltip({ palette }, () => ''),
  } as const;
}

/** The box beside the pointer. @param write returns its HTML, in which all foreign text must be escaped. */
export function tooltip({ palette }: Pick<View, 'palette'>, write: (params: unknown) => string) {
  return {
    trigger: 'item' as const,
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.grid,
    textStyle: { color: palette.text, fontFamily: FONTS, fontSize: 12 },
    formatter: write,
  };
}

/** The box that shows the trial under the pointer. */
export function trialBox(data: ReportData, view: View) {
  return tooltip(view, (params) => {
    const trial = trialOf(data, (params as { readonly data?: unknown }).data);
    return trial === undefined ? '' : trialTooltip(data, trial);
  });
}

/** An axis along which values have the places of a scale. */
export function scaleAxis(scale: Scale, { palette }: View, more: { readonly nameGap?: number } = {}) {
  const places = scale.ticks.map(({ place }) => place);
  const labels = new Map(scale.ticks.map((tick) => [tick.place, label(tick.label, 18)]));
  return {
    ...axis(palette, scale.name, more),
    min: scale.low,
    max: scale.high,
    axisTick: { show: false, customValues: places },
    axisLabel: {
      color: palette.muted,
      customValues: places,
      formatter: (place: number) => labels.get(place) ?? '',
      hideOverlap: true,
    },
  };
}

/** An axis of whole numbers, such as those of trials and steps, that may be zoomed. */
export function countAxis(name: string, { palette }: View) {
  return {
    ...axis(palette, name, {}),
    minInterval: 1,
    axisTick: { show: false },
    axisLabel: { color: palette.muted, hideOverlap: true },
    splitLine: { show: false },
  };
}

function axis(palette: View['palette'], name: string, { nameGap = 28 }: { readonly nameGap?: number }) {
  return {
    type: 'value' as const,
    name: label(name, 40),
    nameLocation: 'middle' as const,
    nameGap,
    nameTextStyle: { color: palette.muted, fontSize: 12 },
    axisLine: { show: true, lineStyle: { color: palette.grid } },
    splitLine: { lineStyle: { color: palette.grid } },
  };
}

/** The place of a chart with one pair of axes. */
export function frame(top = 34) {
  return { top, right: 18, bottom: 48, left: 64 };
}

/** A legend above the chart. */
export function legend({ palette }: View, names: readonly string[]) {
  return {
    show: names.length > 1,
    top: 0,
    left: 'center' as const,
    itemWidth: 14,
    itemHeight: 8,
    textStyle: { color: palette.muted },
    itemStyle: { opacity: 1 },
    lineStyle: { opacity: 1 },
    data: [...names],
  };
}

/** Zooming by the wheel and dragging, along an axis. */
export const ZOOM = [{ type: 'inside' as const, filterMode: 'none' as const, zoomOnMouseWheel: 'shift' as const }];

/** The opacity of each of many marks: few are drawn strongly, many so faintly that their density shows. */
export function opacityOf(count: number): number {
  return Math.min(0.85, Math.max(0.12, 12 / Math.sqrt(count)));
}

/** The share of the trials that have colours of their own; all worse trials share one colour. */
const COLOURED = 0.95;

/** Colours by value, the strongest for the best, from the places of the values on a scale. */
export function valueColours(data: ReportData, view: View, scale: Scale, rated: readonly Rated[], dimension: number) {
  const sorted = Float64Array.from(rated, ({ value }) => scale.place(value)).sort();
  const greater = isMaximised(data, view.objective);
  const last = sorted.length - 1;
  const [low, high] = greater
    ? [sorted[Math.floor(last * (1 - COLOURED))], sorted[last]]
    : [sorted[0], sorted[Math.ceil(last * COLOURED)]];
  const colours = view.palette.scale;
  return colourBar(view, {
    dimension,
    min: low as number,
    max: (high as number) > (low as number) ? (high as number) : (low as number) + 1e-9,
    text: greater ? ['better', 'worse'] : ['worse', 'better'],
    inRange: { color: greater ? [...colours].reverse() : [...colours] },
  });
}

/**
 * The bar above the chart that explains its colours: the dimension of the items that they stand for, and a text at each
 * end.
 */
interface ColourBar {
  readonly dimension: number;
  readonly min: number;
  readonly max: number;
  readonly text: string[];
  readonly inRange: { readonly color: string[] };
}

/** Colours by a dimension of the items, with a bar at the right above the chart. */
export function colourBar({ palette }: View, { dimension, min, max, text, inRange }: ColourBar) {
  return {
    type: 'continuous' as const,
    dimension,
    min,
    max,
    calculable: false,
    orient: 'horizontal' as const,
    right: 12,
    top: 0,
    itemWidth: 10,
    itemHeight: 110,
    text,
    textStyle: { color: palette.muted },
    inRange,
  };
}
