import { HpoError } from '../base/errors.ts';
import type { PageRequest, Storage } from '../storage/storage.ts';
import type { StudyRef } from '../storage/study-ref.ts';
import { storedFailure } from '../study/trial/stored-failure.ts';
import type { FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import { cellOf } from './trial-columns.ts';
import { keyOfColumn, sortTrials } from './trial-order.ts';

/** The trials of a listing. */
export interface Listing {
  readonly states: readonly TrialState[] | undefined;
  /** The column that sorts them. */
  readonly column: string;
  readonly descending: boolean;
  readonly limit: number;
}

/** The number of trials that are in memory at a time. */
const PAGE = 1000;

/**
 * The trials of a listing, page by page. If the column is made of several figures, all trials are read before the first
 * page.
 */
export async function* listTrialPages(
  storage: Storage,
  study: StudyRef,
  { states, column, descending, limit }: Listing,
): AsyncGenerator<readonly FrozenTrial[]> {
  const order = keyOfColumn(column);
  if (order !== undefined) {
    yield* pages(storage, study, { states, order, descending, limit });
    return;
  }
  const all: FrozenTrial[] = [];
  for await (const page of pages(storage, study, { states, limit: Number.POSITIVE_INFINITY })) all.push(...page);
  if (all.every((trial) => cellOf(trial, column) === undefined)) {
    throw new HpoError('HPO_INVALID_ARGUMENT', `--sort: none of these trials has ${column}; is its name right?`);
  }
  yield sortTrials(all, column, descending).slice(0, limit);
}

/** Whether the worker of any failed trial had written to stderr. */
export async function hasStderr(storage: Storage, study: StudyRef): Promise<boolean> {
  for await (const page of pages(storage, study, { states: ['FAIL'], limit: Number.POSITIVE_INFINITY })) {
    if (page.some((trial) => storedFailure(trial)?.stderr !== undefined)) return true;
  }
  return false;
}

async function* pages(storage: Storage, study: StudyRef, request: PageRequest): AsyncGenerator<readonly FrozenTrial[]> {
  let left = request.limit;
  let after: number | undefined;
  while (left > 0) {
    const page = await storage.page(study, { ...request, limit: Math.min(PAGE, left), after });
    if (page.length === 0) return;
    yield page;
    left -= page.length;
    after = page.at(-1)?.id;
  }
}
