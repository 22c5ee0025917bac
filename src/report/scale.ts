import { magnitudeOf } from '../math/magnitude.ts';
import type { ParamValue } from '../space/distribution.ts';
import type { ReportParam } from './report-data.ts';
import { numberText } from './text.ts';

/** A mark of an axis. */
export interface Tick {
  readonly place: number;
  readonly label: string;
}

/** The places of values along an axis, which runs evenly from {@link low} to {@link high}. */
export interface Scale {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  /** The place of a value; NaN for one that has none. */
  place(value: number): number;
  /** The text of a value. */
  label(value: number): string;
}

/** The part of an axis that is left free beside its outermost values. */
const MARGIN = 0.03;

/** The scale of a parameter, over all its possible values. */
export function paramScale(param: ReportParam): Scale {
  if (param.kind === 'number') return numberScale(param.name, param.low, param.high, param.log);
  const labels = choiceLabels(param.choices);
  return {
    name: param.name,
    low: -0.5,
    high: labels.length - 0.5,
    ticks: labels.map((label, place) => ({ place, label })),
    place: (value) => value,
    label: (value) => labels[value] ?? '',
  };
}

/**
 * The scale of trials' values; those that are not finite have no place.
 * @param log whether to take logarithms, if all values are above 0.
 */
export function valueScale(name: string, values: readonly number[], log: boolean): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  return numberScale(name, low, high, log && low > 0);
}

/** A scale of numbers, or of their decadic logarithms. */
export function numberScale(name: string, low: number, high: number, log: boolean): Scale {
  const unit = log ? 1 : unitOf(low, high);
  const place = (value: number) => {
    const at = log ? Math.log10(value) : value / unit;
    return Number.isFinite(at) ? at : Number.NaN;
  };
  const [from, to] = [place(low), place(high)];
  // A single value gets a part of itself as a margin on either side.
  const margin = to > from ? (to - from) * MARGIN : log ? 0.5 : Math.abs(from) * 0.1 || 1;
  const ticks = log
    ? logTicks(from - margin, to + margin)
    : linearTicks(from - margin, to + margin)
        .map((at) => Number((at * unit).toPrecision(12)))
        .filter(Number.isFinite);
  return {
    name,
    low: from - margin,
    high: to + margin,
    ticks: ticks.map((value) => ({ place: place(value), label: tickLabel(value) })),
    place,
    label: numberText,
  };
}

/** The magnitude above which, and below whose inverse, the margin and the marks of an axis cannot be computed. */
const LARGEST = 1e100;

/** The power of ten by which very large or very small numbers are divided to compute positions between them. */
function unitOf(low: number, high: number): number {
  const magnitude = magnitudeOf([low, high]);
  if (magnitude < LARGEST && magnitude > 1 / LARGEST) return 1;
  return 10 ** Math.max(Math.floor(Math.log10(magnitude)), -323);
}

/** The shortest text of a mark. */
function tickLabel(value: number): string {
  const isPlain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6);
  return isPlain ? numberText(value) : Number(value.toPrecision(5)).toExponential().replace('e+', 'e');
}

/** The approximate number of marks on an axis. */
const TICKS = 5;

/** Round numbers from `low` to `high`, both of which are finite. */
function linearTicks(low: number, high: number): readonly number[] {
  const rough = high / TICKS - low / TICKS;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * decade >= rough) ?? 10) * decade;
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  // Some numbers are too close to each other to have others between them.
  if (!Number.isFinite(step) || !(last - first < 4 * TICKS)) return [low, high];
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12))).filter(
    (value) => value >= low && value <= high,
  );
}

/** Powers of ten between two exponents; where these are few, 2 and 5 times them, too. */
function logTicks(low: number, high: number): readonly number[] {
  const [first, last] = [Math.floor(low), Math.ceil(high)];
  const every = Math.max(1, Math.ceil((last - first) / (2 * TICKS)));
  const factors = high - low > 3 ? [1] : high - low > 0.7 ? [1, 2, 5] : [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9];
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += every) {
    for (const factor of factors) {
      const value = Number(`${factor}e${exponent}`);
      const at = Math.log10(value);
      if (at >= low && at <= high) ticks.push(value);
    }
  }
  return ticks;
}

/** Choices as texts, no two of them alike: a text that looks like a value of another kind stands in quotes. */
export function choiceLabels(choices: readonly ParamValue[]): readonly string[] {
  const isAmbiguous = (text: string) =>
    text.trim() !== text ||
    text === '' ||
    /^(null|true|false|NaN|-?Infinity)$/.test(text) ||
    !Number.isNaN(Number(text));
  return choices.map((choice) => {
    if (typeof choice === 'string') return isAmbiguous(choice) ? JSON.stringify(choice) : choice;
    return typeof choice === 'object' && choice !== null ? JSON.stringify(choice) : String(choice);
  });
}
