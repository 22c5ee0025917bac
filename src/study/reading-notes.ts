import { ownValue } from '../base/own-value.ts';
import type { Distribution } from '../space/distribution.ts';
import { IntDistribution } from '../space/int-distribution.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** The most parameters that a note names. */
const MOST_NAMED = 5;

/** Lines without a full stop about a study that was read only in part; none where all of it could be. */
export function studyNotes({ name, unreadable }: StudyRecord): readonly string[] {
  return unreadable === undefined ? [] : [unreadableStudy(name, unreadable)];
}

/** As {@link studyNotes}, about those of its trials that were read only in part, or only roughly. */
export function trialNotes({ name }: StudyRecord, trials: readonly FrozenTrial[]): readonly string[] {
  const notes = new TrialNotes();
  notes.take(trials);
  return notes.of(name);
}

/** As {@link trialNotes}, of trials that come page by page and are not kept. */
export class TrialNotes {
  #partial = 0;
  #first: FrozenTrial | undefined;
  readonly #checked = new Set<Distribution>(); // storages share equal distributions among trials
  /** The parameters whose bounds are only nearly those that were stored. */
  readonly #rough = new Set<string>();

  /** Takes note of these trials. */
  take(trials: readonly FrozenTrial[]): void {
    for (const trial of trials) {
      if (trial.unreadable !== undefined) {
        this.#partial++;
        this.#first ??= trial;
      }
      this.#check(trial);
    }
  }

  /** The lines. @param study the study's name. */
  of(study: string): readonly string[] {
    const notes: string[] = [];
    const first = this.#first;
    if (first !== undefined) {
      const whose =
        this.#partial === 1 ? `trial ${first.number}` : `${this.#partial} trials, trial ${first.number} first`;
      notes.push(`of '${study}', ${whose}, not all can be read: ${first.unreadable?.join('; ')}`);
    }
    if (this.#rough.size > 0) {
      const names = `${[...this.#rough].slice(0, MOST_NAMED).join(', ')}${this.#rough.size > MOST_NAMED ? ', …' : ''}`;
      notes.push(`the bounds of ${names} are beyond ±(2^53 - 1), and are shown as near as a number goes`);
    }
    return notes;
  }

  #check({ distributions }: FrozenTrial): void {
    for (const name of Object.keys(distributions)) {
      const distribution = ownValue(distributions, name) as Distribution;
      if (this.#checked.has(distribution)) continue;
      this.#checked.add(distribution);
      if (distribution instanceof IntDistribution && !distribution.isExact) this.#rough.add(`\`${name}\``);
    }
  }
}

/** A study that cannot be read, or not all of it. */
export function unreadableStudy(name: string, unreadable: readonly string[]): string {
  return `of the study '${name}' not all can be read: ${unreadable.join('; ')}`;
}
