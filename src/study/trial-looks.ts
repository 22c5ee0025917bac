import type { JsonValue } from '../base/json.ts';
import type { History } from '../history/history.ts';
import { attemptOf } from '../storage/lease.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { isSameSight, type Look, looksOf, sightOf } from './look.ts';
import type { StoredHistory } from './stored-history.ts';
import { SEEN_KEY } from './study-keys.ts';

/** The attribute of a trial that starts next, as {@link TrialLooks} will have it where no other process writes. */
export function expectedLook(history: History, sampler: number | undefined): Attributes {
  if (sampler === undefined) return {};
  const next = history.trials.length;
  const look = { sampler, ...sightOf(history, next), trials: next + 1 };
  return { [SEEN_KEY]: [look as JsonValue] };
}

/** The looks of a sampler at the history while it chooses the parameters of one trial; they are stored with them. */
export class TrialLooks {
  readonly #history: StoredHistory;
  readonly #sampler: number;
  readonly #trial: number;
  readonly #looks: Look[];
  /** The look that the trial was started with; undefined where it was started before, or was enqueued. */
  readonly #expected: Look | undefined;
  #paramCount: number;
  #revision = Number.NaN;
  #isChanged = false;

  /** @param sampler the place of the sampler in the list of the study's samplers. */
  constructor(trial: FrozenTrial, history: StoredHistory, sampler: number) {
    this.#trial = trial.number;
    this.#history = history;
    this.#sampler = sampler;
    const stored = looksOf(trial) ?? [];
    const isFirst = attemptOf(trial) === 1;
    this.#expected = isFirst ? stored[0] : undefined;
    this.#looks = isFirst ? [] : [...stored];
    this.#paramCount = Object.keys(trial.params).length;
  }

  /** The look by which the same sampler started an earlier attempt at the trial; undefined where there was none. */
  get earlierStart(): Look | undefined {
    const start = this.#looks.findLast(({ sampler }) => sampler !== undefined);
    return start?.sampler === this.#sampler ? start : undefined;
  }

  /** Notes that the sampler starts the trial now. */
  start(): void {
    const look = { ...this.#at, sampler: this.#sampler, ...sightOf(this.#history.history, this.#trial) };
    this.#add(look);
    this.#isChanged = this.#expected?.sampler !== this.#sampler || !isSameSight(this.#expected, look);
  }

  /** Notes that the sampler chooses one parameter now. */
  sample(): void {
    if (this.#history.revision === this.#revision) return;
    const sight = sightOf(this.#history.history, this.#trial);
    const last = this.#looks.at(-1);
    if (last === undefined || !isSameSight(last, sight)) this.#add({ ...this.#at, ...sight });
    this.#revision = this.#history.revision;
  }

  /** Notes that the trial has one parameter more. */
  take(): void {
    this.#paramCount++;
  }

  /** The attribute to store, where there are looks that the last call did not return. */
  attrs(): Attributes {
    if (!this.#isChanged) return {};
    this.#isChanged = false;
    return { [SEEN_KEY]: this.#looks as JsonValue };
  }

  get #at(): Pick<Look, 'at'> {
    return this.#paramCount === 0 ? {} : { at: this.#paramCount };
  }

  #add(look: Look): void {
    this.#looks.push(look);
    this.#revision = this.#history.revision;
    this.#isChanged = true;
  }
}
