import { storedText } from './unreadable.ts';

/** A time as Optuna 5 stores it: `YYYY-MM-DD HH:MM:SS.ffffff`, in UTC without a mark of the time zone. */
export function formatDatetime(date: Date): string {
  const text = date.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}000`;
}

/** The inverse of {@link formatDatetime}, cut to milliseconds. @throws TypeError for another text. */
export function parseDatetime(text: string): Date {
  if (typeof text !== 'string') throw new TypeError(`${storedText(text)} is stored as a time`);
  const date = new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`);
  if (Number.isNaN(date.getTime())) throw new TypeError(`${storedText(text)} is stored as a time`);
  return date;
}
