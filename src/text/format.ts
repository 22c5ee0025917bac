import type { ParamValue } from '../space/distribution.ts';

/** A duration for people: `0.4 s`, `38 s`, `12m 05s`, `3h 20m`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
}

/** A number with five significant digits at most, without trailing zeros. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const short = value.toPrecision(5);
  return short.includes('e') ? short.replace(/\.?0+e/, 'e') : short.replace(/\.?0+$/, '');
}

/** Names and values in a row: `learningRate=0.0012 optimizer=adam`. */
export function formatValues(values: Readonly<Record<string, ParamValue>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? formatNumber(value) : String(value)}`)
    .join(' ');
}

/**
 * The progress of a count: `5.0 of 20.0 MB` for bytes, `3 of 12 epochs`, `7` where the total and the unit are unknown.
 */
export function formatCount(done: number, total: number | undefined, unit: string | undefined): string {
  const show = (amount: number) => (unit === 'bytes' ? (amount / 1e6).toFixed(1) : formatNumber(amount));
  const counted = total === undefined ? show(done) : `${show(done)} of ${show(total)}`;
  return unit === undefined ? counted : `${counted} ${unit === 'bytes' ? 'MB' : unit}`;
}

/** A time of day, `19:04:32`. */
export function formatTime(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

/** A bar of eighths of a column; `share` from 0 to 1 fills a part of `width`. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  const part = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (part > 0 ? (' ▏▎▍▌▋▊▉'[part] as string) : '');
}
