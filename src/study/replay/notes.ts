import type { SamplerEntry } from '../sampler-list.ts';
import { recordedSpace, spaceRecord } from '../space-record.ts';
import type { ReplayOptions } from './replay-study.ts';

/**
 * Lines about differences between a study as it is stored and as it is defined. They do not affect a replay, which
 * takes seed and space from the storage.
 */
export function notesOn(
  { seed, space }: Pick<ReplayOptions, 'seed' | 'space'>,
  stored: number,
  last: SamplerEntry | undefined,
): readonly string[] {
  const notes: string[] = [];
  if (seed !== undefined && seed !== stored) notes.push(`the seed is ${seed} now; the study was run with ${stored}`);
  if (space === undefined || last === undefined) return notes;
  const [before, now] = [recordedSpace(last.space), recordedSpace(spaceRecord(space))];
  for (const name of new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])])) {
    const [was, is] = [before?.get(name), now?.get(name)];
    if (was !== undefined && is !== undefined && was.equals(is)) continue;
    notes.push(`the parameter \`${name}\` is ${is ?? 'not there'} now; the study was run with ${was ?? 'none of it'}`);
  }
  return notes;
}
