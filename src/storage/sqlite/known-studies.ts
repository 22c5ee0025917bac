import type { Database, Statement } from 'better-sqlite3';
import { KnownDistributions } from '../known-distributions.ts';
import { isIdentityOf } from '../optuna-rows/study-identity.ts';
import { LenientReading, storedText, unreadable } from '../optuna-rows/unreadable.ts';
import { isStudyGone, studyGone } from '../storage-errors.ts';
import type { StudyRef } from '../study-ref.ts';
import { boundedColumn } from './bounded-column.ts';
import type { StudyRows } from './study-rows.ts';
import type { Position, TrialChanges } from './trial-changes.ts';
import type { TrialRows } from './trial-rows.ts';
import type { WriteCache } from './write-cache.ts';

/** The knowledge of one study. */
interface KnownStudy {
  readonly token: string | undefined;
  /** SQLite's count of other connections' commits when the study was last seen to exist. */
  dataVersion: number;
  /** The part of the study's trials that has been seen. */
  position: Position | undefined;
  /** The number of directions, which never changes; undefined until it is asked for. */
  directions: number | undefined;
  readonly distributions: KnownDistributions;
}

/** The parts that {@link KnownStudies} works with. */
export interface KnownStudiesParts {
  readonly db: Database;
  /** The name of the storage in messages. */
  readonly label: string;
  readonly studies: StudyRows;
  readonly trials: TrialRows;
  readonly changes: TrialChanges;
  readonly cache: WriteCache;
}

/**
 * The knowledge that a connection has of the studies it works on, by row id. Each is known by its token, too, since
 * SQLite gives the id of a deleted last study to the next one. To be used within a transaction.
 */
export class KnownStudies {
  readonly #parts: KnownStudiesParts;
  readonly #anyDistribution: Statement<[number, string], string>;
  readonly #everyDistribution: Statement<[number, string], string>;
  readonly #known = new Map<number, KnownStudy>();

  constructor(parts: KnownStudiesParts) {
    this.#parts = parts;
    this.#anyDistribution = parts.db
      .prepare<[number, string], string>(
        `SELECT ${boundedColumn('distribution_json')} FROM trials CROSS JOIN trial_params USING (trial_id)
         WHERE study_id = ? AND param_name = ? LIMIT 1`,
      )
      .pluck();
    this.#everyDistribution = parts.db
      .prepare<[number, string], string>(
        `SELECT DISTINCT ${boundedColumn('distribution_json')} FROM trials CROSS JOIN trial_params USING (trial_id)
         WHERE study_id = ? AND param_name = ?`,
      )
      .pluck();
  }

  /** Checks that a study exists. @throws HpoError HPO_STUDY_NOT_FOUND if it is gone, or another one has its row. */
  require(study: StudyRef): void {
    this.#of(study);
  }

  /** Whether a study exists. */
  has(study: StudyRef): boolean {
    try {
      this.#of(study);
      return true;
    } catch (error) {
      if (isStudyGone(error)) return false;
      throw error;
    }
  }

  /** Brings the position in a study's trials up to date. @throws HpoError HPO_STUDY_NOT_FOUND. */
  catchUp(study: StudyRef): Position {
    const known = this.#of(study);
    const { changes } = this.#parts;
    const own = known.position && changes.ownSince(known.position);
    known.position = own?.position ?? changes.storedSince(study.id, known.position);
    return known.position;
  }

  /**
   * Takes the position up to which a study's trials were read just before, so that {@link catchUp} reads on from there.
   */
  learn({ id, token }: StudyRef, position: Position): void {
    const known = this.#known.get(id);
    if (known !== undefined && known.token === token) known.position = position;
  }

  /** The position after the last {@link catchUp}; undefined where there was none. */
  lastPosition({ id, token }: StudyRef): Position | undefined {
    const known = this.#known.get(id);
    return known?.token === token ? known?.position : undefined;
  }

  /** The distributions of a study's parameters. @param studyId the id of a study that exists. */
  distributions(studyId: number): KnownDistributions {
    return this.#known.get(studyId)?.distributions ?? this.#newDistributions(studyId);
  }

  /** The number of a study's directions. @param studyId the id of a study that exists. */
  directions(studyId: number): number {
    const known = this.#known.get(studyId);
    const count = known?.directions ?? this.#parts.studies.countDirections(studyId);
    if (known !== undefined) known.directions = count;
    return count;
  }

  forget(studyId: number): void {
    this.#known.delete(studyId);
  }

  #of({ id, name, token }: StudyRef): KnownStudy {
    const { cache, studies, label } = this.#parts;
    const dataVersion = cache.dataVersion();
    const known = this.#known.get(id);
    const isSame = known?.token === token;
    if (known && isSame && known.dataVersion === dataVersion) return known;
    const row = studies.identity(id);
    if (row === undefined || !isIdentityOf({ id, name, token }, row)) {
      if (isSame) this.forget(id);
      throw studyGone({ id, name, token }, label);
    }
    if (known && isSame) {
      known.dataVersion = dataVersion;
      return known;
    }
    const found = {
      token,
      dataVersion,
      position: undefined,
      directions: undefined,
      distributions: this.#newDistributions(id),
    };
    this.#known.set(id, found);
    return found;
  }

  #newDistributions(studyId: number): KnownDistributions {
    return new KnownDistributions((name) => {
      const json = this.#anyDistribution.get(studyId, name);
      if (json === undefined) return undefined;
      const reading = new LenientReading();
      const { trials } = this.#parts;
      const known = reading.part(() => trials.distribution(json));
      if (known !== undefined) return known;
      const [other] = reading.rows(this.#everyDistribution.all(studyId, name), (each) => trials.distribution(each));
      if (other !== undefined) return other;
      throw unreadable(`the parameter ${storedText(name)}`, reading.problems?.[0]);
    });
  }
}
