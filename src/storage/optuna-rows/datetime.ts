import { storedText } from './unreadable.ts';

/** A time as Optuna 5 stores it: `YYYY-MM-DD HH:MM:SS.ffffff`, in UTC without a mark of the time zone. */
export function formatDatetime(date: Date): string {
  const text = date.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}000`;
}

/** The inverse of {@link formatDatetime}, cut to milliseconds. @throws TypeError for another text. */
export function parseDatetime(text: string): Date {
  if (typeof text !== 'string') throw new TypeError(`${storedText(text)} is stored as a time`);
  const usual = usualTime(text);
  if (usual !== undefined) return new Date(usual);
  const date = new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`);
  if (Number.isNaN(date.getTime())) throw new TypeError(`${storedText(text)} is stored as a time`);
  return date;
}

const [ZERO, MARKS] = [48, '0000-00-00 00:00:00.000'];

/**
 * The milliseconds of a time of the years 1000 to 9999 with all its digits, which `new Date` takes five times as long to
 * read; undefined for another text.
 */
function usualTime(text: string): number | undefined {
  if (text.length < MARKS.length) return undefined;
  for (let at = 0; at < MARKS.length; at++) {
    const [code, mark] = [text.charCodeAt(at), MARKS.charCodeAt(at)];
    if (mark === ZERO ? code < ZERO || code > ZERO + 9 : code !== mark) return undefined;
  }
  const [year, month, day] = [pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8)];
  const [hours, minutes, seconds] = [pair(text, 11), pair(text, 14), pair(text, 17)];
  const isDay = day >= 1 && day <= (month === 2 ? 28 : 30); // of any later one `new Date` says whether there is one
  if (year < 1000 || month < 1 || month > 12 || !isDay || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return Date.UTC(year, month - 1, day, hours, minutes, seconds, digit(text, 20) * 100 + pair(text, 21));
}

function pair(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - ZERO;
}
