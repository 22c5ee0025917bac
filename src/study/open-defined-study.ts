import { isDeepStrictEqual } from 'node:util';
import type { SpaceDefinition } from '../space/variant.ts';
import type { Storage } from '../storage/storage.ts';
import type { StudyDefinition } from './definition/definition.ts';
import { namedParts, type PartNames, partsFromNow, partsOf } from './named-parts.ts';
import { type CreateStudyOptions, type OpeningTerms, openStudy } from './open-study.ts';
import type { Study } from './study.ts';
import { NAMED_PARTS_KEY } from './study-keys.ts';

type GivenToRun = 'settings' | 'profile' | 'retries' | 'newParams' | 'checkpoints' | 'keepCheckpoints';

/**
 * Makes the study that a file defines, or continues it. The seed in the file is for a new study; one in `given` must
 * agree with an existing study.
 * @throws the errors of `createStudy`.
 */
export async function openDefinedStudy(
  definition: StudyDefinition,
  storage: Storage,
  given: Partial<Pick<CreateStudyOptions<SpaceDefinition>, GivenToRun>> & {
    readonly seed?: number | undefined;
    /** The parts that stand in place of the file's, from now on. Default: those named before. */
    readonly parts?: PartNames | undefined;
  } = {},
  terms: Pick<OpeningTerms, 'isSameSpace' | 'code'> = {},
): Promise<Study> {
  const { name, space, directions, duplicates, retries, enqueue, transferFrom } = definition;
  const existing = await storage.findStudy(name);
  const { seed = existing === undefined ? definition.seed : undefined, parts = {}, ...kept } = given;
  const before = namedParts(existing);
  const named = partsFromNow(before, parts);
  const { sampler = definition.sampler, pruner = definition.pruner } = partsOf(named);
  const common = {
    name,
    space,
    storage,
    directions,
    sampler,
    pruner,
    duplicates,
    retries,
    enqueue,
    transferFrom,
    ifExists: 'load',
  } as const;
  const chosen = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  const study = await openStudy({ ...common, ...chosen, ...(seed !== undefined && { seed }) }, terms);
  if (!isDeepStrictEqual(named, before)) await storage.setStudyAttr(study.record, 'system', NAMED_PARTS_KEY, named);
  return study;
}
