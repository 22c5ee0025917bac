import { HpoError } from '../../base/errors.ts';
import { groupedBy } from '../../base/grouped-by.ts';
import { checkFields, type Fields, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { VERSION } from '../../base/version.ts';
import type { Pruner } from '../../pruner/pruner.ts';
import type { Sampler } from '../../sampler/sampler.ts';
import { WithoutRepeats } from '../../sampler/without-repeats.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import { defaultStorage } from '../../storage/default-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { withStorage } from '../../storage/with-storage.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { continuedTrial } from '../checkpoints/kept-checkpoints.ts';
import { samplerAndPruner } from '../definition/sampler-and-pruner.ts';
import { findStudy } from '../find-study.ts';
import { keptSampler, remadeSampler } from '../kept-sampler.ts';
import { looksOf } from '../look.ts';
import { type SamplerEntry, samplerEntry, samplersOf } from '../sampler-list.ts';
import { recordedSpace } from '../space-record.ts';
import { SEED_KEY } from '../study-keys.ts';
import { studyShape } from '../study-shape.ts';
import { notesOn } from './notes.ts';
import type { Replay } from './replay.ts';
import { type ReplayStep, stepsOf } from './replay-steps.ts';
import { type ReplayedTrial, replayContinued, replayTrials } from './replay-trials.ts';
import { differenceOf, isDeleted, REASONS, reasonOf } from './underived.ts';

/** The study to replay, and what its trials are taken to have been chosen by. */
export interface ReplayOptions {
  readonly name: string;
  /** The storage of the study. Default: as for {@link createStudy}. */
  readonly storage?: string | Storage;
  /**
   * The sampler, made as when the study was run; where it was run with others of hpo's own, these are made by the names
   * and options that the study keeps. Default: the one that the study was last run with.
   */
  readonly sampler?: Sampler | undefined;
  /** The pruner, which may divide the trials into brackets. Default `median()`, with several directions `nop()`. */
  readonly pruner?: Pruner | undefined;
  /** The search space and the seed, to be compared with the stored ones, which are used. Default: not compared. */
  readonly space?: SearchSpace | undefined;
  readonly seed?: number | undefined;
}

const FIELDS: Fields<ReplayOptions> = {
  name: true,
  storage: true,
  sampler: true,
  pruner: true,
  space: true,
  seed: wholeNumberFrom(0),
};

/**
 * Derives every parameter of a stored study anew, from the study's seed and from what its sampler saw when it chose the
 * parameter, and compares it with the stored value. Nothing is written, and no objective is run. It works for all
 * studies, however many processes ran them, whose sampler is deterministic, and finds samplers that are not.
 *
 * @returns the differences, and the trials that cannot be derived, by the reason.
 * @throws HpoError HPO_STUDY_NOT_FOUND; HPO_INVALID_STUDY for a sampler or a pruner that does not fit the study;
 *   HPO_NOTHING_TO_SHOW if the study has no seed, since hpo has started none of its trials.
 */
export async function replayStudy(options: ReplayOptions): Promise<Replay> {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'replayStudy()');
  checkFields(options, FIELDS, refuse);
  const { storage = defaultStorage() } = options;
  const replay = (opened: Storage) => replayIn(opened, options, refuse);
  return typeof storage === 'object' ? replay(storage) : withStorage(storage, { create: false }, replay);
}

async function replayIn(storage: Storage, options: ReplayOptions, refuse: (problem: string) => never): Promise<Replay> {
  const record = await findStudy(storage, options.name);
  const { [SEED_KEY]: seed } = record.systemAttrs;
  if (!Number.isSafeInteger(seed)) {
    const none = `The study '${record.name}' in ${storage.label} has no seed of hpo's, which has started none of its trials`;
    throw new HpoError('HPO_NOTHING_TO_SHOW', `${none}; there is nothing to derive.`);
  }
  const shape = studyShape(record, options.space);
  const { trials } = await storage.changesSince(record);
  const given = { ...options, sampler: options.sampler ?? keptSampler(record, trials) };
  const { sampler, pruner } = samplerAndPruner(given, shape, refuse);
  const own = samplerEntry({ sampler, pruner, space: options.space, name: record.name });
  const entries = samplersOf(record);
  const outcomes = new Map<number, ReplayedTrial>();
  const remakings: string[] = [];
  const steps = trials.flatMap((trial) => (isDeleted(trial) ? [] : stepsOf(trial, looksOf(trial) ?? [])));
  for (const [place, its] of stepsBySampler(steps)) {
    const entry = entries[place];
    const study = { ...shape, name: entry?.study ?? shape.name, space: recordedSpace(entry?.space) ?? new Map() };
    const different = entry === undefined ? REASONS.unknown : differenceOf(entry, own);
    const remade = entry && different !== undefined ? remadeFor(entry, own) : undefined;
    const problem = remade === undefined ? different : undefined;
    if (remade !== undefined) remakings.push(`${different}; its trials were derived by the former one`);
    const plain = remade ?? sampler;
    const used = entry?.duplicates === 'resample' ? new WithoutRepeats(plain) : plain;
    const parts = { study, trials, sampler: used, pruner, seed: seed as number };
    for (const outcome of problem === undefined ? await replayTrials(its, parts) : notDerived(its, problem)) {
      const judged = entry === undefined ? outcome : withoutExplained(outcome, entry, its, trials);
      outcomes.set(judged.number, together(outcomes.get(judged.number), judged));
    }
  }
  for (const trial of trials) {
    const outcome = isDeleted(trial) ? undefined : replayContinued(trial, trials);
    if (outcome !== undefined) outcomes.set(trial.number, together(outcomes.get(trial.number), outcome));
  }
  const derived = [...outcomes.values()];
  return {
    study: record.name,
    storage: storage.label,
    sampler: sampler.name,
    seed: seed as number,
    trials: trials.length,
    derivedTrials: derived.filter((outcome) => outcome.derived > 0).length,
    derivedParams: derived.reduce((sum, outcome) => sum + outcome.derived, 0),
    givenParams: derived.reduce((sum, outcome) => sum + outcome.given, 0),
    differences: derived.flatMap(({ differences }) => differences).sort((a, b) => a.trial - b.trial),
    underived: underivedOf(trials, outcomes),
    notes: [
      ...notesOn(
        options,
        seed as number,
        entries.findLast((entry) => entry !== undefined),
      ),
      ...remakings,
    ],
  };
}

/** The sampler of an entry, made anew; undefined where that cannot be, or where it was used with other brackets. */
function remadeFor(entry: SamplerEntry, { options: _, ...own }: SamplerEntry): Sampler | undefined {
  const { sampler, options } = entry;
  const isUsable = differenceOf(entry, { ...own, sampler, ...(options !== undefined && { options }) }) === undefined;
  return isUsable ? remadeSampler(entry) : undefined;
}

/** The steps by the place of the sampler that started their trial, in the list of the study's samplers. */
function stepsBySampler(steps: readonly ReplayStep[]): ReadonlyMap<number, readonly ReplayStep[]> {
  let place = 0;
  return groupedBy(steps, ({ look }) => {
    place = look.sampler ?? place; // the first look of each trial has one
    return place;
  });
}

function notDerived(steps: readonly ReplayStep[], problem: string): readonly ReplayedTrial[] {
  const numbers = new Set(steps.map(({ trial }) => trial.number));
  return [...numbers].map((number) => ({ number, derived: 0, given: 0, differences: [], problem }));
}

/** An outcome whose differences have a known reason, as one that could not be derived. */
function withoutExplained(
  outcome: ReplayedTrial,
  { version }: SamplerEntry,
  steps: readonly ReplayStep[],
  trials: readonly FrozenTrial[],
): ReplayedTrial {
  if (outcome.differences.length === 0) return outcome;
  const seen = Math.max(...steps.filter(({ trial }) => trial.number === outcome.number).map(({ look }) => look.trials));
  const hasLost = trials.slice(0, seen).some(isDeleted);
  const isOther = version !== VERSION;
  if (!hasLost && !isOther) return outcome;
  const problem = hasLost ? REASONS.lost : `drawn by hpo ${version}, and this is ${VERSION}, which chooses otherwise`;
  return { ...outcome, derived: outcome.derived - outcome.differences.length, differences: [], problem };
}

/** The outcome of a trial that several samplers have chosen parameters for. */
function together(a: ReplayedTrial | undefined, b: ReplayedTrial): ReplayedTrial {
  if (a === undefined) return b;
  const problem = a.problem ?? b.problem;
  const differences = [...a.differences, ...b.differences];
  const sums = { number: a.number, derived: a.derived + b.derived, given: a.given + b.given, differences };
  return { ...sums, ...(problem !== undefined && { problem }) };
}

function underivedOf(
  trials: readonly FrozenTrial[],
  outcomes: ReadonlyMap<number, ReplayedTrial>,
): Replay['underived'] {
  const left = trials.flatMap((trial) => {
    const outcome = outcomes.get(trial.number);
    const reason = outcome === undefined ? reasonOf(trial) : unfinishedBy(trial, outcome);
    return reason === undefined ? [] : [{ reason, number: trial.number }];
  });
  const byReason = groupedBy(left, ({ reason }) => reason);
  return [...byReason].map(([reason, those]) => ({ reason, trials: those.map(({ number }) => number) }));
}

/** The reason why not all parameters of a trial were derived; undefined where they were. */
function unfinishedBy(trial: FrozenTrial, { problem, derived, given }: ReplayedTrial): string | undefined {
  const { params, state } = trial;
  const isContinued = continuedTrial(trial) !== undefined;
  const count = Object.keys(params).length;
  if (problem !== undefined) return problem;
  if (count === 0) return state === 'WAITING' ? REASONS.waiting : REASONS.empty;
  if (derived + given < count) return isContinued ? REASONS.continuedGone : REASONS.earlier;
  if (derived > 0) return undefined;
  return isContinued ? REASONS.continued : REASONS.given;
}
