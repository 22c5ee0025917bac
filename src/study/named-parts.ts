import { HpoError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import { isPrunerName, PRUNERS, type PrunerName } from '../pruner/by-name.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { isSamplerName, SAMPLERS, type SamplerName } from '../sampler/by-name.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { NAMED_PARTS_KEY } from './study-keys.ts';

/** The name that stands for a study file's own sampler or pruner. */
export const OF_STUDY = 'study';

/** The parts of a study that were named on the command line, in place of those of its file; kept with the study. */
export type NamedParts = {
  readonly sampler?: string;
  readonly pruner?: string;
};

/** The names that a command may give. */
export const PART_NAMES = {
  sampler: [...(Object.keys(SAMPLERS) as SamplerName[]), OF_STUDY],
  pruner: [...(Object.keys(PRUNERS) as PrunerName[]), OF_STUDY],
} as const;

/** The parts that a command names. */
export type PartNames = { readonly [Part in keyof typeof PART_NAMES]?: (typeof PART_NAMES)[Part][number] | undefined };

/** The parts that were named for a study earlier. */
export function namedParts(record: Pick<StudyRecord, 'systemAttrs'> | undefined): NamedParts {
  const kept = record?.systemAttrs[NAMED_PARTS_KEY];
  if (!isObject(kept)) return {};
  return Object.fromEntries(Object.entries(kept).filter(([, name]) => typeof name === 'string'));
}

/** The run whose command named a part: this one, or an earlier one; undefined for a part of the study's file. */
export function namedBy(name: string | undefined, kept: string | undefined): 'flag' | 'study' | undefined {
  if (name === OF_STUDY) return undefined;
  if (name !== undefined) return 'flag';
  return kept === undefined ? undefined : 'study';
}

/** The parts named for a study from now on: those kept, and those named now, of which `study` withdraws a kept one. */
export function partsFromNow(kept: NamedParts, names: PartNames): NamedParts {
  const all = { ...kept, ...Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined)) };
  return Object.fromEntries(Object.entries(all).filter(([, name]) => name !== OF_STUDY));
}

/**
 * The parts of these names; undefined where there is none.
 * @throws HpoError HPO_INVALID_ARGUMENT for a name that this version of hpo does not have.
 */
export function partsOf({ sampler, pruner }: NamedParts): {
  readonly sampler: Sampler | undefined;
  readonly pruner: Pruner | undefined;
} {
  if (sampler !== undefined && !isSamplerName(sampler)) throw unknownPart('sampler', sampler);
  if (pruner !== undefined && !isPrunerName(pruner)) throw unknownPart('pruner', pruner);
  return {
    sampler: sampler === undefined ? undefined : SAMPLERS[sampler].make(),
    pruner: pruner === undefined ? undefined : PRUNERS[pruner].make(),
  };
}

function unknownPart(part: keyof NamedParts, name: string): HpoError {
  const problem = `The study was run with --${part} ${name}, which this version of hpo does not have`;
  const remedy = `give --${part} ${OF_STUDY} for that of its file, or another one`;
  return new HpoError('HPO_INVALID_ARGUMENT', `${problem}; ${remedy}.`);
}
