import { type JsonValue, parsePythonJson, stringifyPythonJson } from '../base/json.ts';
import type { Distribution } from '../space/distribution.ts';
import { distributionFromJson, distributionToJson } from '../space/distribution-json.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import type { SearchSpace } from '../space/search-space.ts';

/** A declared space as it is stored with its study: by each stored name the distribution, in Optuna's JSON. */
export function spaceRecord(space: SearchSpace): JsonValue {
  const entries = Object.entries(space.distributions);
  return Object.fromEntries(
    entries.map(([name, distribution]) => [name, parsePythonJson(distributionToJson(distribution)) as JsonValue]),
  );
}

/**
 * The space that a study was last run with; undefined where none is stored. Entries that cannot be read are left out.
 */
export function recordedSpace(stored: JsonValue | undefined): DistributionMap | undefined {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return undefined;
  return new Map(
    Object.entries(stored).flatMap(([name, entry = null]): [string, Distribution][] => {
      try {
        return [[name, distributionFromJson(stringifyPythonJson(entry))]];
      } catch {
        return []; // any program may have written it
      }
    }),
  );
}
