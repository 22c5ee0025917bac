import { ownValue } from '../../base/own-value.ts';
import type { Direction } from '../../trial/direction.ts';
import type { StudyRecord } from '../storage.ts';
import { tokenOf } from '../study-ref.ts';
import { type AttributeText, LenientReading, storedText } from './unreadable.ts';

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  MINIMIZE: 'minimize',
  MAXIMIZE: 'maximize',
  NOT_SET: 'minimize', // as Optuna treats a study that was created without a direction
};

/** The rows of one study in Optuna's tables. */
export interface StoredStudy {
  readonly id: number;
  readonly name: string;
  /** By objective. */
  readonly directions: readonly string[];
  readonly userAttrs: readonly AttributeText[];
  readonly systemAttrs: readonly AttributeText[];
}

/** The study of these rows. Parts that cannot be read are left out, and named. */
export function studyFromRows({ id, name, ...rows }: StoredStudy): StudyRecord {
  const reading = new LenientReading();
  const directions = reading.part(() => readDirections(rows.directions)) ?? [];
  const readName = reading.part(() => asName(name)) ?? storedText(name);
  const systemAttrs = reading.attributes(rows.systemAttrs);
  const userAttrs = reading.attributes(rows.userAttrs);
  const { problems } = reading;
  return Object.freeze({
    id,
    name: readName,
    token: tokenOf(systemAttrs),
    directions,
    userAttrs,
    systemAttrs,
    ...(problems && { unreadable: problems }),
  });
}

/** The directions of a study's rows, by objective. @throws TypeError if there is none, or one cannot be read. */
export function readDirections(stored: readonly string[]): readonly Direction[] {
  if (stored.length === 0) throw new TypeError('it has no direction');
  return Object.freeze(stored.map(readDirection));
}

function asName(stored: unknown): string {
  if (typeof stored === 'string') return stored;
  throw new TypeError('its name is no text');
}

function readDirection(stored: string): Direction {
  const direction = ownValue(DIRECTIONS, stored);
  if (direction === undefined) throw new TypeError(`its direction is ${storedText(stored)}`);
  return direction;
}
