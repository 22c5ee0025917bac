import { type JsonValue, parsePythonJson } from '../base/json.ts';

/** The contents of one line of stdout in which a program reports. */
export interface ReportLine {
  /** An intermediate value. */
  readonly report?: { readonly step: number; readonly value: number };
  /** The trial's value, or one for each direction. */
  readonly result?: number | readonly number[];
  /** User attributes. */
  readonly attrs?: Readonly<Record<string, JsonValue>>;
}

/**
 * Reads a line of JSON: `{"step": 3, "value": 0.61}`, `{"value": 0.53}`, `{"values": [0.53, 12]}`,
 * `{"attr": {"device": "cpu"}}`, or several of these in one object; further keys mean nothing. NaN and the infinities
 * stand bare, as Python writes them; null for a number is NaN, as JavaScript writes it.
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
  const { step, value, values, attr } = json as Readonly<Record<string, JsonValue | undefined>>;
  const number = numberOf(value);
  const isAttrs = typeof attr === 'object' && attr !== null && !Array.isArray(attr);
  const found: ReportLine = {
    ...(typeof step === 'number' && number !== undefined && { report: { step, value: number } }),
    ...(step === undefined && number !== undefined && { result: number }),
    ...(isNumbers(values) && { result: values.map((one) => numberOf(one) ?? Number.NaN) }),
    ...(isAttrs && { attrs: attr as Readonly<Record<string, JsonValue>> }),
  };
  return Object.keys(found).length === 0 ? undefined : found;
}

function isNumbers(values: JsonValue | undefined): values is readonly (number | null)[] {
  return Array.isArray(values) && values.every((value) => numberOf(value as JsonValue) !== undefined);
}

function numberOf(value: JsonValue | undefined): number | undefined {
  if (value === null) return Number.NaN;
  return typeof value === 'number' ? value : undefined;
}
