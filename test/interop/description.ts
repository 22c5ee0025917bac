import type { JsonValue } from '../../src/base/json.ts';
import { distributionToJson } from '../../src/space/distribution-json.ts';
import type { Storage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { runPython } from './optuna-python.ts';

/** A study in the words of `describe_storage.py`. */
export interface StudyDescription {
  readonly name: string;
  readonly directions: readonly string[];
  readonly userAttrs: JsonValue;
  readonly systemAttrs: JsonValue;
  readonly trials: readonly TrialDescription[];
}

/** A trial in the words of `describe_storage.py`. */
export interface TrialDescription {
  readonly number: number;
  readonly state: string;
  readonly params: JsonValue;
  readonly distributions: JsonValue;
  readonly values: readonly number[] | null;
  readonly intermediateValues: readonly (readonly [step: number, value: number])[];
  readonly userAttrs: JsonValue;
  readonly systemAttrs: JsonValue;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

/** Every study of a storage, as we read it. */
export async function describeStorage(storage: Storage): Promise<readonly StudyDescription[]> {
  const studies = await storage.listStudies();
  return Promise.all(
    studies.map(async (study) => {
      const { name, directions, userAttrs, systemAttrs } = study;
      const { trials } = await storage.changesSince(study);
      return { name, directions, userAttrs, systemAttrs, trials: trials.map(describeTrial) };
    }),
  );
}

/** Every study of a storage, as Optuna reads it, with the trials that it finds the best. */
export async function describeByOptuna(
  url: string,
): Promise<{ studies: readonly StudyDescription[]; best: readonly (readonly number[])[] }> {
  const described = (await runPython('describe_storage.py', url)) as unknown as (StudyDescription & {
    best: number[];
  })[];
  const best = described.map((study) => study.best);
  return { studies: described.map(({ best: _, ...study }) => study), best };
}

function describeTrial(trial: FrozenTrial): TrialDescription {
  const distributions = Object.entries(trial.distributions).map(
    ([name, distribution]) => [name, JSON.parse(distributionToJson(distribution))] as const,
  );
  return {
    number: trial.number,
    state: trial.state,
    params: trial.params,
    distributions: Object.fromEntries(distributions),
    values: trial.values,
    intermediateValues: [...trial.intermediateValues],
    userAttrs: trial.userAttrs,
    systemAttrs: trial.systemAttrs,
    startedAt: trial.startedAt?.toISOString() ?? null,
    completedAt: trial.completedAt?.toISOString() ?? null,
  };
}
