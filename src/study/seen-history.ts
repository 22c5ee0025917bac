import type { History, StudyShape } from '../history/history.ts';
import { RecordedHistory } from '../history/recorded-history.ts';
import { type Attributes, type FrozenTrial, isFinished, lastStep } from '../trial/frozen-trial.ts';
import { droppedMetrics, METRICS_PREFIX } from '../trial/reported-metrics.ts';
import { type Extent, isOurs, type Look, type Sight } from './look.ts';
import { FIXED_PARAMS_KEY, START_POINT_KEY } from './study-keys.ts';

/** An unfinished trial, as a sampler saw it. */
interface Unfinished {
  readonly state: 'RUNNING' | 'WAITING';
  readonly extent: Extent;
}

/**
 * A study as its samplers saw it, made of its trials as they are now: finished trials never change, and unfinished ones
 * only grow. Going from one sight to a later one takes the trials that have changed in between.
 */
export class SeenHistory {
  readonly #study: StudyShape;
  readonly #trials: readonly FrozenTrial[];
  #recorded: RecordedHistory;
  #count = 0;
  /** The extents of the unfinished trials, as texts, by number. */
  #unfinished = new Map<number, string>();

  constructor(study: StudyShape, trials: readonly FrozenTrial[]) {
    this.#study = study;
    this.#trials = trials;
    this.#recorded = new RecordedHistory(study);
  }

  /**
   * The history that was seen; it is valid until the next call.
   * @param own the sampler's own trial, as it was then.
   * @returns undefined where trials that were finished then are not there any more.
   */
  at(sight: Sight, own: FrozenTrial): History | undefined {
    if (sight.trials > this.#trials.length) return undefined;
    const seen = unfinishedIn(sight);
    const isLater = [...seen.keys(), own.number].every(
      (number) => number >= this.#count || this.#unfinished.has(number),
    );
    if (!isLater || sight.trials < this.#count) this.#restart();
    const changed = this.#finishedBy(sight, seen, own.number);
    if (own.number >= sight.trials || !changed.every(({ state }) => isFinished(state))) return undefined;
    const unfinished = new Map<number, string>();
    for (const [number, part] of seen) {
      const trial = this.#trials[number];
      if (trial === undefined || number === own.number) continue;
      const text = `${part.state} ${part.extent}`;
      unfinished.set(number, text);
      if (this.#unfinished.get(number) !== text) changed.push(trialOf(trial, part.state, part.extent));
    }
    unfinished.set(own.number, 'own');
    this.#unfinished = unfinished;
    this.#count = sight.trials;
    this.#recorded.update([...changed, own]);
    return this.#recorded;
  }

  /** The trials that were finished by a sight, and not by the one before. */
  #finishedBy({ trials }: Sight, seen: ReadonlyMap<number, Unfinished>, own: number): FrozenTrial[] {
    const isFinishedNow = ({ number }: FrozenTrial) => !seen.has(number) && number !== own;
    const before = [...this.#unfinished.keys()].flatMap((number) => this.#trials[number] ?? []);
    return [...before, ...this.#trials.slice(this.#count, trials)].filter(isFinishedNow);
  }

  #restart(): void {
    this.#recorded = new RecordedHistory(this.#study);
    this.#count = 0;
    this.#unfinished = new Map();
  }
}

/** A trial as it was when its sampler looked at the others to choose a parameter for it. */
export function ownTrial(trial: FrozenTrial, { at = 0, reports = 0 }: Look): FrozenTrial {
  return trialOf(trial, 'RUNNING', [trial.number, at, FIXED_PARAMS_KEY in trial.systemAttrs ? 1 : 0, reports]);
}

/** A trial as it was when it ran or waited and had no more than the first of its parts. */
function trialOf(
  trial: FrozenTrial,
  state: Unfinished['state'],
  [, params = 0, systemAttrs = 0, reports = 0, userAttrs = 0]: Extent,
): FrozenTrial {
  const intermediateValues = new Map([...trial.intermediateValues].slice(0, reports));
  return Object.freeze({
    ...trial,
    state,
    params: firstOf(trial.params, params),
    distributions: firstOf(trial.distributions, params),
    values: null,
    intermediateValues,
    userAttrs: firstOf(trial.userAttrs, userAttrs),
    systemAttrs: attrsOf(trial.systemAttrs, systemAttrs, lastStep({ ...trial, intermediateValues }) ?? null),
    startedAt: state === 'WAITING' ? null : trial.startedAt,
    completedAt: null,
  });
}

function unfinishedIn({ trials, running = [], waiting = [], interrupted = [] }: Sight): Map<number, Unfinished> {
  const unfinished = new Map<number, Unfinished>();
  for (const extent of running) unfinished.set(extent[0], { state: 'RUNNING', extent });
  for (const extent of interrupted) unfinished.set(extent[0], { state: 'WAITING', extent });
  for (const [first, last] of waiting) {
    for (let number = first; number <= last && number < trials; number++) {
      unfinished.set(number, { state: 'WAITING', extent: [number, 0, 1] });
    }
  }
  return unfinished;
}

function firstOf<T>(fields: Readonly<Record<string, T>>, count: number): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(fields).slice(0, count));
}

/** The first system attributes of others; of ours the mark of a start point, and the figures of the reports so far. */
function attrsOf(all: Attributes, count: number, step: number | null): Attributes {
  let others = 0;
  const isThere = (key: string) => {
    if (isOurs(key)) return key === START_POINT_KEY || key.startsWith(METRICS_PREFIX);
    return others++ < count;
  };
  const reported = { ...all, ...droppedMetrics(all, step) };
  return Object.fromEntries(
    Object.entries(reported).filter(([key, value]) => isThere(key) && !(isOurs(key) && value === null)),
  );
}
