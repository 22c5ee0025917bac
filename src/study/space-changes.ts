import type { JsonValue } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import { incompatibility } from '../space/compatibility.ts';
import type { Distribution } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';
import { distributionsOf } from '../trial/shared-distributions.ts';
import { missingParams } from './completed-params.ts';
import { recordedSpace } from './space-record.ts';

/** The parameters of stored trials that are incompatible with the space, each with the reason. */
export function incompatibleParams(trials: readonly FrozenTrial[], space: SearchSpace): readonly string[] {
  const checked = new Set<Distribution>();
  const problems = new Map<string, string>();
  for (const distributions of distributionsOf(trials)) {
    for (const [name, known] of Object.entries(distributions)) {
      const wanted = ownValue(space.distributions, name);
      if (wanted === undefined || checked.has(known)) continue;
      checked.add(known); // storages share equal distributions among trials
      const problem = incompatibility(known, wanted);
      if (problem !== undefined && !problems.has(name)) problems.set(name, `of its parameter \`${name}\`, ${problem}`);
    }
  }
  return [...problems.values()];
}

/** The stored side of a comparison of spaces. */
export interface StoredSide {
  readonly trials: readonly FrozenTrial[];
  readonly directions: readonly Direction[];
  /** The space that the study was last run with; undefined where none is stored. */
  readonly recorded: DistributionMap | undefined;
}

/**
 * The parameters that were added to a space, or removed from it, since the complete trials of its study were run, in
 * words; undefined where there are none. Without a record of the earlier space (a study of Optuna's) only parameters
 * that the best trials lack count: other trials may lack some for reasons of their own, and may have asked for further
 * ones as they ran.
 */
export function changedParams({ trials, directions, recorded }: StoredSide, space: SearchSpace): string | undefined {
  const declared = Object.keys(space.distributions);
  if (recorded !== undefined && hasNames(recorded, declared)) return undefined;
  const best = paretoFront(trials, directions);
  const judged = recorded === undefined ? best : trials.filter(({ state }) => state === 'COMPLETE');
  const lacking = new Map<string, number>();
  for (const trial of judged) {
    for (const name of missingParams(space, trial)) if (!lacking.has(name)) lacking.set(name, trial.number);
  }
  const had = new Set(judged.flatMap(({ params }) => Object.keys(params)));
  const gone = [...(recorded?.keys() ?? [])].filter((name) => had.has(name) && !declared.includes(name));
  if (lacking.size === 0 && gone.length === 0) return undefined;
  const undeclared = recorded === undefined ? [...had].filter((name) => !declared.includes(name)) : gone;
  const came = [...lacking].map(([name, number]) => `\`${name}\` is new (trial ${number} has none)`);
  const left = undeclared.map((name) => `\`${name}\` is declared no longer`);
  const isRenamed = lacking.size === 1 && undeclared.length === 1;
  const changes = [...came, ...left].join(', ');
  return `its space has other parameters than its trials: ${changes}${isRenamed ? ', as after a renaming' : ''}`;
}

/**
 * The difference between a declared space and the one that its study was last run with, bounds included, in words;
 * undefined where there is none, or no space is stored.
 */
export function spaceDifference(recorded: DistributionMap | undefined, space: SearchSpace): string | undefined {
  if (recorded === undefined) return undefined;
  const names = new Set([...recorded.keys(), ...Object.keys(space.distributions)]);
  const differences = [...names].flatMap((name) => {
    const [known, wanted] = [recorded.get(name), ownValue(space.distributions, name)];
    if (known !== undefined && wanted !== undefined && known.equals(wanted)) return [];
    return [`\`${name}\` was ${known ?? 'not there'} and is ${wanted ?? 'not there'} now`];
  });
  return differences.length === 0 ? undefined : `in its space ${differences.join('; ')}`;
}

/** Whether the space that is stored with a study has exactly the parameters of this one. */
export function isRecordedWith(stored: JsonValue | undefined, space: SearchSpace): boolean {
  const recorded = recordedSpace(stored);
  return recorded !== undefined && hasNames(recorded, Object.keys(space.distributions));
}

function hasNames(recorded: DistributionMap, names: readonly string[]): boolean {
  return recorded.size === names.length && names.every((name) => recorded.has(name));
}
