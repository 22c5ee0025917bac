import type { TrialState } from '../../trial/frozen-trial.ts';
import { ATTEMPT_KEY, LEASE_KEY, type Lease } from '../lease.ts';
import type { LeasedTrial } from '../lease-checks.ts';
import { isIdentityOf, type StudyIdentity } from '../optuna-rows/study-identity.ts';
import { type AttributeText, LenientReading } from '../optuna-rows/unreadable.ts';
import { boundedColumn, boundedText } from './columns.ts';
import type { Session } from './session.ts';
import { TOKEN_COLUMN } from './study-rows.ts';

/** The number that a trial has whose row has none, as in databases of early versions. It only stands in messages. */
const NO_NUMBER = 0;

const TRIALS = `SELECT txid_current(), trial_id, study_id, COALESCE(number, ${NO_NUMBER}), state::text FROM trials
  WHERE trial_id = ANY($1::int[]) ORDER BY trial_id FOR NO KEY UPDATE`;

/** What leases are checked against, beside the trials' own rows: of studies the identities, of trials two attributes. */
const CLAIMS = `SELECT NULL::int, study_id, study_name, ${TOKEN_COLUMN} FROM studies WHERE study_id = ANY($1::int[])
  UNION ALL SELECT trial_id, NULL, "key", ${boundedColumn('value_json')} FROM trial_system_attributes
  WHERE trial_id = ANY($2::int[]) AND "key" IN ('${LEASE_KEY}', '${ATTEMPT_KEY}')`;

type ClaimRow = readonly [trialId: number | null, studyId: number | null, name: string, json: string | null];

/** The trials that leases name, locked until the end of the transaction. */
type LockedTrials = (lease: Lease) => LeasedTrial | undefined;

/** Locks the trials of leases, in the order of their ids. */
export async function lockTrials(session: Session, leases: readonly Lease[]) {
  const ids = leases.map(({ trialId }) => trialId);
  // Two statements: what the first one reads may be older than its locks.
  const [trials, claims] = await Promise.all([
    session.locked<[number, number, number, TrialState]>(TRIALS, ids),
    session.rows<ClaimRow>(CLAIMS, [...new Set(leases.map(({ study }) => study.id))], ids),
  ]);
  const rows = new Map(trials.map((row) => [row[0], row]));
  const identities = new Map<number, StudyIdentity>();
  const attrs = new Map<number, AttributeText[]>();
  for (const [trialId, studyId, name, text] of claims) {
    const json = boundedText(text);
    if (studyId !== null) identities.set(studyId, { name, tokenJson: json });
    else if (trialId !== null) attrs.set(trialId, [...(attrs.get(trialId) ?? []), [name, json as string]]);
  }
  const identity = ({ study }: Lease) => identities.get(study.id);
  const trial: LockedTrials = ({ trialId, study }) => {
    const row = rows.get(trialId);
    if (row === undefined || row[1] !== study.id) return undefined;
    // A lease that cannot be read counts as none.
    return { number: row[2], state: row[3], systemAttrs: new LenientReading().attributes(attrs.get(trialId) ?? []) };
  };
  const studyOf = (lease: Lease) => {
    const found = identity(lease);
    return found !== undefined && isIdentityOf(lease.study, found);
  };
  return { trial, identity, studyOf };
}
