import { type JsonValue, parsePythonJson } from '../base/json.ts';
import { isWholeNumber } from '../base/option-checks.ts';
import type { Metrics } from '../trial/reported-metrics.ts';

/** The contents of one line of stdout in which a program reports. */
export interface ReportLine {
  /** An intermediate value, with further figures of its step. */
  readonly report?: { readonly step: number; readonly value: number; readonly extras?: Metrics };
  /** The step whose state is on the disk, and the name of its file or folder. */
  readonly checkpoint?: { readonly step: number; readonly path: string };
  /** The trial's value, or one for each direction. */
  readonly result?: number | readonly number[];
  /** User attributes, and the further figures of a result. */
  readonly attrs?: Readonly<Record<string, JsonValue>>;
  /** Constraints by name, met at 0 or below. */
  readonly constraints?: Readonly<Record<string, number>>;
  /** The names of further figures that are not numbers, and so are not kept. */
  readonly ignored?: readonly string[];
}

/**
 * Reads a line of JSON: `{"step": 3, "value": 0.61}`, `{"value": 0.53}`, `{"values": [0.53, 12]}`,
 * `{"attr": {"device": "cpu"}}`, `{"constraints": {"memory": -12}}`,
 * `{"checkpoint": 3}` (or with a `"path"`), or several of these in one object. Further keys are further figures: of the report's
 * step, or user attributes beside the trial's value. NaN and the infinities stand bare, as Python writes them; null for
 * a number is NaN, as JavaScript writes it.
 *
 * @returns undefined for any other line: text, broken JSON, JSON of another shape.
 */
export function parseReportLine(line: string): ReportLine | undefined {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  let json: JsonValue;
  try {
    json = parsePythonJson(text);
  } catch {
    return undefined;
  }
  const { step, value, values, attr, ...more } = json as Readonly<Record<string, JsonValue | undefined>>;
  const number = numberOf(value);
  const isAttrs = typeof attr === 'object' && attr !== null && !Array.isArray(attr);
  const isReport = typeof step === 'number' && number !== undefined;
  const isResult = isNumbers(values) || (step === undefined && number !== undefined);
  const checkpoint = checkpointOf(more);
  const constraints = constraintsIn(more.constraints);
  const isOurs = isReport || isResult || isAttrs || checkpoint !== undefined || constraints !== undefined;
  if (!isOurs) return undefined;
  const others = { ...more };
  if (checkpoint !== undefined) for (const key of ['checkpoint', 'path']) delete others[key];
  if (constraints !== undefined) delete others.constraints;
  const figures = Object.entries(others).map(([name, own]) => [name, numberOf(own)] as const);
  const extras = Object.fromEntries(figures.filter(([, own]) => own !== undefined)) as Metrics;
  const hasExtras = Object.keys(extras).length > 0;
  const attrs = { ...(!isReport && isResult && extras), ...(isAttrs && attr) } as Readonly<Record<string, JsonValue>>;
  const ignored = figures.filter(([, own]) => own === undefined || (!isReport && !isResult)).map(([name]) => name);
  return {
    ...(isReport && { report: { step, value: number, ...(hasExtras && { extras }) } }),
    ...(checkpoint && { checkpoint }),
    ...(step === undefined && number !== undefined && { result: number }),
    ...(isNumbers(values) && { result: values.map((one) => numberOf(one) ?? Number.NaN) }),
    ...((isAttrs || Object.keys(attrs).length > 0) && { attrs }),
    ...(constraints && { constraints }),
    ...(ignored.length > 0 && { ignored }),
  };
}

/** The checkpoint that a line names; its path is the step itself where none is given. */
function checkpointOf({ checkpoint, path }: Readonly<Record<string, JsonValue | undefined>>): ReportLine['checkpoint'] {
  if (typeof checkpoint !== 'number' || !isWholeNumber(checkpoint, 0)) return undefined;
  return { step: checkpoint, path: typeof path === 'string' ? path : String(checkpoint) };
}

/** Constraints as a line names them; undefined for anything but numbers by name, of which there is at least one. */
function constraintsIn(constraints: JsonValue | undefined): ReportLine['constraints'] {
  if (typeof constraints !== 'object' || constraints === null || Array.isArray(constraints)) return undefined;
  const entries = Object.entries(constraints).map(([name, value]) => [name, numberOf(value)] as const);
  if (entries.length === 0 || entries.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(entries) as Readonly<Record<string, number>>;
}

function isNumbers(values: JsonValue | undefined): values is readonly (number | null)[] {
  return Array.isArray(values) && values.every((value) => numberOf(value as JsonValue) !== undefined);
}

function numberOf(value: JsonValue | undefined): number | undefined {
  if (value === null) return Number.NaN;
  return typeof value === 'number' ? value : undefined;
}
