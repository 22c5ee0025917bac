import type { Distribution } from '../../space/distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { KnownDistributions } from '../known-distributions.ts';
import { NONE_SEEN, type SeenTrials } from '../optuna-rows/seen-trials.ts';
import { isIdentityOf, type StudyIdentity } from '../optuna-rows/study-identity.ts';
import { LenientReading, storedText, unreadable } from '../optuna-rows/unreadable.ts';
import type { SuggestedParam } from '../storage.ts';
import { studyGone } from '../storage-errors.ts';
import type { StudyRef } from '../study-ref.ts';
import { boundedColumn, boundedText } from './columns.ts';
import type { Session } from './session.ts';
import { studyRows } from './study-rows.ts';
import type { TrialChanges } from './trial-changes.ts';
import type { TrialHead, TrialRows } from './trial-rows.ts';

/** The knowledge of one study. */
interface KnownStudy {
  /** The part of its trials that has been seen. */
  seen: SeenTrials;
  /** The number of directions, which never changes; undefined until it is asked for. */
  directions: number | undefined;
  readonly distributions: KnownDistributions;
  /** Distributions that were looked up, for {@link distributions}. */
  readonly stored: Map<string, ReturnType<TrialRows['distribution']>>;
}

/** The parts that {@link KnownStudies} works with. */
export interface KnownStudiesParts {
  /** The name of the storage in messages. */
  readonly label: string;
  readonly trials: TrialRows;
  readonly changes: TrialChanges;
}

const OF_STUDY = `FROM trials JOIN trial_params USING (trial_id) WHERE study_id = $1 AND param_name = `;
const ANY_DISTRIBUTIONS = `SELECT name, (SELECT ${boundedColumn('distribution_json')} ${OF_STUDY} name LIMIT 1)
  FROM unnest($2::text[]) AS name`;
const EVERY_DISTRIBUTION = `SELECT DISTINCT ${boundedColumn('distribution_json')} ${OF_STUDY} $2`;

/** The knowledge that a storage has of the studies it works on. To be used within a transaction. */
export class KnownStudies {
  readonly #parts: KnownStudiesParts;
  readonly #known = new Map<number, KnownStudy>();

  constructor(parts: KnownStudiesParts) {
    this.#parts = parts;
  }

  /** Checks that a study exists. @throws HpoError HPO_STUDY_NOT_FOUND if it is gone. */
  async require(session: Session, study: StudyRef): Promise<void> {
    this.check(study, await studyRows.identity(session, study.id));
  }

  /** Locks a study until the end of the transaction. @throws HpoError HPO_STUDY_NOT_FOUND if it is gone. */
  async lock(session: Session, study: StudyRef): Promise<void> {
    this.check(study, await studyRows.lock(session, study.id));
  }

  /** Checks the identity of a study's row. @throws HpoError HPO_STUDY_NOT_FOUND if there is none, or another one. */
  check(study: StudyRef, identity: StudyIdentity | undefined): void {
    if (identity !== undefined && isIdentityOf(study, identity)) return;
    this.#known.delete(study.id);
    throw studyGone(study, this.#parts.label);
  }

  /**
   * Brings the knowledge of a study's trials up to date.
   * @returns the heads of the trials that are not finished, and of others.
   */
  async catchUp(session: Session, { id }: StudyRef): Promise<readonly TrialHead[]> {
    const known = this.#of(id);
    const { heads, seen } = await this.#parts.changes.catchUp(session, id, known.seen);
    this.learn(id, seen);
    return heads;
  }

  /** Takes trials that were seen just now. */
  learn(studyId: number, seen: SeenTrials): void {
    const known = this.#of(studyId);
    if (seen.lastId >= known.seen.lastId) known.seen = seen; // another transaction may have seen more meanwhile
  }

  /** Makes the parameters of trials known that were read. */
  learnParams(studyId: number, trials: readonly FrozenTrial[]): void {
    const { distributions } = this.#of(studyId);
    for (const trial of trials) {
      for (const name in trial.distributions) distributions.learn(name, trial.distributions[name] as Distribution);
    }
  }

  /** Makes parameters of these names known that are stored. */
  async lookUpParams(session: Session, studyId: number, params: readonly SuggestedParam[]): Promise<void> {
    const { distributions, stored } = this.#of(studyId);
    await this.#lookUp(session, studyId, params);
    for (const { name } of params) {
      const found = stored.get(name);
      if (found !== undefined) distributions.learn(name, found);
    }
  }

  /** A study's trials as of the last {@link catchUp}, or as of a later look at them. */
  seen({ id }: StudyRef): SeenTrials {
    return this.#of(id).seen;
  }

  /** The number of a study's directions; undefined until {@link directions} has read it. */
  directionsOf(studyId: number): number | undefined {
    return this.#of(studyId).directions;
  }

  /** The number of a study's directions. */
  async directions(session: Session, studyId: number): Promise<number> {
    const known = this.#of(studyId);
    if (known.directions === undefined) {
      const sql = 'SELECT COUNT(*)::int FROM study_directions WHERE study_id = $1';
      known.directions = (await session.row<[number]>(sql, studyId))?.[0] ?? 0;
    }
    return known.directions;
  }

  /** The names of these parameters that are not known, which cannot be checked without a look at the database. */
  unknownParams(studyId: number, params: readonly SuggestedParam[]): readonly string[] {
    const { distributions } = this.#of(studyId);
    return params.flatMap(({ name }) => (distributions.has(name) ? [] : [name]));
  }

  /** Whether those of these parameters that are known may be stored. */
  allowsParams(studyId: number, params: readonly SuggestedParam[]): boolean {
    return this.#of(studyId).distributions.allows(params);
  }

  /** Makes parameters known that have been stored. */
  rememberParams(studyId: number, params: readonly SuggestedParam[]): void {
    const { distributions } = this.#of(studyId);
    for (const { name, distribution } of params) distributions.learn(name, distribution);
  }

  /**
   * Checks parameters that are about to be stored, as {@link KnownDistributions.check} does.
   * @returns a function that makes them known, to be called once they are stored.
   */
  async checkParams(session: Session, studyId: number, params: readonly SuggestedParam[]): Promise<() => void> {
    await this.#lookUp(session, studyId, params);
    return this.#of(studyId).distributions.check(params);
  }

  async #lookUp(session: Session, studyId: number, params: readonly SuggestedParam[]): Promise<void> {
    const { stored } = this.#of(studyId);
    const unknown = this.unknownParams(studyId, params);
    if (unknown.length > 0) {
      for (const [name, json] of await session.rows<[string, string | null]>(ANY_DISTRIBUTIONS, studyId, unknown)) {
        if (json !== null) stored.set(name, await this.#readable(session, studyId, name, json));
      }
    }
  }

  forget(studyId: number): void {
    this.#known.delete(studyId);
  }

  /** A distribution of a parameter: of this text, or of another one where it cannot be read. */
  async #readable(session: Session, studyId: number, name: string, json: string) {
    const { trials } = this.#parts;
    const reading = new LenientReading();
    const known = reading.part(() => trials.distribution(boundedText(json)));
    if (known !== undefined) return known;
    const others = await session.rows<[string]>(EVERY_DISTRIBUTION, studyId, name);
    const [other] = reading.rows(others, ([each]) => trials.distribution(boundedText(each)));
    if (other !== undefined) return other;
    throw unreadable(`the parameter ${storedText(name)}`, reading.problems?.[0]);
  }

  #of(studyId: number): KnownStudy {
    const known = this.#known.get(studyId);
    if (known !== undefined) return known;
    const stored: KnownStudy['stored'] = new Map();
    const distributions = new KnownDistributions((name) => stored.get(name));
    const found: KnownStudy = { seen: NONE_SEEN, directions: undefined, distributions, stored };
    this.#known.set(studyId, found);
    return found;
  }
}
