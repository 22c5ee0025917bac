import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import type { History } from '../history/history.ts';
import { unfinishedTrials } from '../history/unfinished-trials.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { SEEN_KEY } from './study-keys.ts';

/**
 * The parts that an unfinished trial had: the number of the trial, and how many parameters, system attributes (ours not
 * counted), reports and user attributes it had, as zeros at the end are left out.
 */
export type Extent = readonly [
  number: number,
  params?: number,
  systemAttrs?: number,
  reports?: number,
  userAttrs?: number,
];

/** The other trials of a study as a sampler saw them: which there were, and which of them were not finished. */
export type Sight = {
  /** The number of trials, that of the sampler included. All that are not named below were finished. */
  readonly trials: number;
  readonly running?: readonly Extent[];
  /** The trials that waited and had nothing but the values that they were enqueued with, from the first to the last. */
  readonly waiting?: readonly (readonly [first: number, last: number])[];
  /** The other trials that waited, such as those taken back from a dead run. */
  readonly interrupted?: readonly Extent[];
  /** The number of reports that the sampler's trial had made; left out for none. */
  readonly reports?: number;
};

/** One look of a sampler at the history of its study, as stored with its trial. */
export type Look = Sight & {
  /** The number of parameters that the trial had already; left out for none. */
  readonly at?: number;
  /** The sampler that started the trial by this look: its place in the list of the study's samplers. */
  readonly sampler?: number;
};

/** The other trials as a sampler would see them now. @param own the number of the sampler's trial. */
export function sightOf(history: History, own: number): Sight {
  const unfinished = history.summary(unfinishedTrials);
  const reports = unfinished.get(own)?.intermediateValues.size ?? 0;
  const sight = { trials: history.trials.length, ...(reports > 0 && { reports }) };
  if (unfinished.size <= (unfinished.has(own) ? 1 : 0)) return sight;
  const running: Extent[] = [];
  const interrupted: Extent[] = [];
  const waiting: [number, number][] = [];
  for (const trial of [...unfinished.values()].sort((a, b) => a.number - b.number)) {
    if (trial.number === own) continue;
    const extent = extentOf(trial);
    const last = waiting.at(-1);
    if (trial.state === 'RUNNING') running.push(extent);
    else if (!isMerelyEnqueued(extent)) interrupted.push(extent);
    else if (last?.[1] === trial.number - 1) last[1] = trial.number;
    else waiting.push([trial.number, trial.number]);
  }
  return {
    ...sight,
    ...(running.length > 0 && { running }),
    ...(waiting.length > 0 && { waiting }),
    ...(interrupted.length > 0 && { interrupted }),
  };
}

/** The looks that are stored with a trial; undefined where there are none, or they cannot be read. */
export function looksOf({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>): readonly Look[] | undefined {
  const stored = systemAttrs[SEEN_KEY];
  if (!Array.isArray(stored) || stored.length === 0) return undefined;
  if (!stored.every(isLook)) return undefined; // any program may have written them
  const looks = stored as unknown as readonly Look[];
  return looks[0]?.sampler !== undefined && looks.every(isInOrder) ? looks : undefined;
}

function isInOrder({ at = 0 }: Look, index: number, looks: readonly Look[]): boolean {
  return index === 0 || at >= (looks[index - 1]?.at ?? 0);
}

/** Whether two looks saw the same. */
export function isSameSight(a: Sight, b: Sight): boolean {
  return a.trials === b.trials && a.reports === b.reports && unfinishedText(a) === unfinishedText(b);
}

function unfinishedText({ running, waiting, interrupted }: Sight): string {
  const isNone = running === undefined && waiting === undefined && interrupted === undefined;
  return isNone ? '' : JSON.stringify([running, waiting, interrupted]);
}

function extentOf({ number, params, systemAttrs, intermediateValues, userAttrs }: FrozenTrial): Extent {
  const attrs = Object.keys(systemAttrs).filter((key) => !isOurs(key)).length;
  const extent = [number, Object.keys(params).length, attrs, intermediateValues.size, Object.keys(userAttrs).length];
  while (extent.length > 1 && extent.at(-1) === 0) extent.pop();
  return extent as readonly number[] as Extent;
}

/** Whether a waiting trial has one system attribute, the values that it was enqueued with, and nothing else. */
function isMerelyEnqueued({ 1: params, 2: systemAttrs, length }: Extent): boolean {
  return length === 3 && params === 0 && systemAttrs === 1;
}

/** Whether a system attribute is one of our own, whose number no sampler's view depends on. */
export function isOurs(key: string): boolean {
  return key.startsWith('hpo:');
}

const isCount = (value: JsonValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Whether a value is a list of lists of counts, each of which begins behind the last entry that counts in the former. */
const isAscending = (value: JsonValue, lastOf: (each: readonly number[]) => number): boolean => {
  if (!Array.isArray(value)) return false;
  let before = -1;
  for (const each of value as readonly JsonValue[]) {
    if (!Array.isArray(each) || each.length === 0 || !each.every(isCount) || (each[0] as number) <= before) {
      return false;
    }
    before = lastOf(each);
  }
  return true;
};

/** Whether a value is a list of {@link Extent}s, by ascending numbers. */
const isExtents = (list: JsonValue) => isAscending(list, ([number]) => number as number);

/** Whether a value is a list of the first and last of some trials, one behind the other. */
const isRanges = (list: JsonValue) => isAscending(list, ([first = 0, last = -1]) => (last < first ? Infinity : last));

function isLook(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { trials, at = 0, sampler = 0, reports = 0, ...lists } = value as Readonly<Record<string, JsonValue>>;
  const { running = [], waiting = [], interrupted = [] } = lists;
  return (
    [trials, at, sampler, reports].every(isCount) && isExtents(running) && isExtents(interrupted) && isRanges(waiting)
  );
}
