import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../base/is-object.ts';
import { type JsonValue, parsePythonJson, stringifyPythonJson } from '../base/json.ts';
import { VERSION } from '../base/version.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { Duplicates } from './duplicates.ts';
import { spaceRecord } from './space-record.ts';
import { SAMPLERS_KEY } from './study-keys.ts';

/** Everything besides seed and history that a sampler's choices depend on, as the study keeps it. */
export type SamplerEntry = {
  /** The name of the sampler. */
  readonly sampler: string;
  readonly options?: JsonValue;
  /** The name of the pruner, where that divides the trials into brackets. */
  readonly pruner?: string;
  /** The pruner's options, where it has brackets and options. */
  readonly prunerOptions?: JsonValue;
  /** The name that the study had, where there are brackets, which may follow from it. */
  readonly study?: string;
  /** Whether it was asked again for points that trials have had; left out where it was not. */
  readonly duplicates?: 'resample';
  /** The declared space, as in `hpo:space`; left out where none is declared. */
  readonly space?: JsonValue;
  /** The version of hpo. */
  readonly version: string;
};

/** The parts of a study that its sampler's choices depend on. */
export interface SampledStudy {
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly space?: SearchSpace | undefined;
  /** The name of the study. */
  readonly name: string;
  readonly duplicates?: Duplicates | undefined;
}

/** The entry of a sampler in the list of its study. */
export function samplerEntry({ sampler, pruner, space, name, duplicates }: SampledStudy): SamplerEntry {
  const hasBrackets = pruner.peers !== undefined;
  const entry: SamplerEntry = {
    sampler: sampler.name,
    ...(sampler.options !== undefined && { options: sampler.options }),
    ...(hasBrackets && { pruner: pruner.name, study: name }),
    ...(hasBrackets && pruner.options !== undefined && { prunerOptions: pruner.options }),
    ...(duplicates === 'resample' && { duplicates }),
    ...(space && !space.isEmpty && { space: spaceRecord(space) }),
    version: VERSION,
  };
  return parsePythonJson(stringifyPythonJson(entry)) as SamplerEntry; // as it will be read back
}

/** The samplers that a study's trials were started by; undefined stands for an entry that cannot be read. */
export function samplersOf({ systemAttrs }: Pick<StudyRecord, 'systemAttrs'>): readonly (SamplerEntry | undefined)[] {
  return listOf(systemAttrs[SAMPLERS_KEY]).map((entry) => {
    if (!isObject(entry) || typeof (entry as SamplerEntry).sampler !== 'string') return undefined;
    return typeof (entry as SamplerEntry).version === 'string' ? (entry as SamplerEntry) : undefined;
  });
}

/** The place of an open study's sampler in the list of samplers that the study keeps in `hpo:samplers`. */
export class SamplerPlace {
  readonly #storage: Storage;
  readonly #record: StudyRecord;
  readonly #entry: SamplerEntry;
  #found: number | undefined;

  constructor(storage: Storage, record: StudyRecord, study: SampledStudy) {
    this.#storage = storage;
    this.#record = record;
    this.#entry = samplerEntry(study);
    this.#found = placeIn(record.systemAttrs[SAMPLERS_KEY], this.#entry);
  }

  /** The place, where it is known; otherwise {@link find} finds it. */
  get known(): number | undefined {
    return this.#found;
  }

  /** The place. A sampler that is not in the list yet is added. */
  async find(): Promise<number> {
    let expected: JsonValue | undefined = this.#record.systemAttrs[SAMPLERS_KEY];
    for (;;) {
      const place = placeIn(expected, this.#entry);
      if (place !== undefined) {
        this.#found = place;
        return place;
      }
      // When several processes add one at once, each finds the other's in the list that stands then.
      const longer: JsonValue = [...listOf(expected), this.#entry];
      expected = await this.#storage.setStudyAttr(this.#record, 'system', SAMPLERS_KEY, longer, { expected });
    }
  }
}

function listOf(stored: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(stored) ? stored : [];
}

function placeIn(stored: JsonValue | undefined, entry: SamplerEntry): number | undefined {
  const place = listOf(stored).findIndex((other) => isDeepStrictEqual(other, entry));
  return place < 0 ? undefined : place;
}
