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
export function trialNotes(record: StudyRecord, trials: readonly FrozenTrial[]): readonly string[] {
  const notes: string[] = [];
  const partial = trials.filter(({ unreadable }) => unreadable !== undefined);
  const [first] = partial;
  if (first !== undefined) {
    const whose = partial.length === 1 ? `trial ${first.number}` : `${partial.length} trials`;
    const which = partial.length === 1 ? '' : `, trial ${first.number} first`;
    notes.push(`${whose} of '${record.name}' cannot be read in full${which}: ${first.unreadable?.join('; ')}`);
  }
  const rough = roughParams(trials);
  if (rough.length > 0) {
    const names = `${rough.slice(0, MOST_NAMED).join(', ')}${rough.length > MOST_NAMED ? ', …' : ''}`;
    notes.push(`the bounds of ${names} are beyond ±(2^53 - 1), and are shown as near as a number goes`);
  }
  return notes;
}

/** The line about a study that cannot be read, or not all of it. */
export function unreadableStudy(name: string, unreadable: readonly string[]): string {
  return `the study '${name}' cannot be read in full: ${unreadable.join('; ')}`;
}

/** The parameters whose bounds are only nearly those that were stored. */
function roughParams(trials: readonly FrozenTrial[]): readonly string[] {
  const checked = new Set<Distribution>(); // storages share equal distributions among trials
  const names = new Set<string>();
  for (const { distributions } of trials) {
    for (const name of Object.keys(distributions)) {
      const distribution = ownValue(distributions, name) as Distribution;
      if (checked.has(distribution)) continue;
      checked.add(distribution);
      if (distribution instanceof IntDistribution && !distribution.isExact) names.add(`\`${name}\``);
    }
  }
  return [...names];
}
