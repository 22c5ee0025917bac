import type { Attributes } from '../../trial/frozen-trial.ts';
import { heldLease, LEASE_KEY, type Lease, renewedLease } from '../lease.ts';
import { runsUnder } from '../lease-checks.ts';
import { withAttrs } from '../trial-edits.ts';
import { guardedWrites, guardOf, type Renewal } from './guarded-writes.ts';
import { lockTrials } from './locked-trials.ts';
import type { OwnWrites } from './own-writes.ts';
import type { Session } from './session.ts';
import type { Transactions } from './transactions.ts';
import { trialWrites } from './trial-writes.ts';

/** Renews leases: those of trials that are known to stand under them in one batch. @returns those that are lost. */
export async function renewLeases(
  leases: readonly Lease[],
  { transactions, own }: { readonly transactions: Transactions; readonly own: OwnWrites },
): Promise<readonly Lease[]> {
  const note = (renewed: ReadonlyMap<number, Attributes[string]>, transaction: number) =>
    own.note(transaction, [...renewed.keys()], (trial) =>
      withAttrs(trial, 'system', { [LEASE_KEY]: renewed.get(trial.id) as Attributes[string] }),
    );
  const known = leases.flatMap((lease): Renewal[] => {
    const trial = own.started(lease.trialId);
    const guard = trial && runsUnder(trial, lease) ? guardOf(lease, trial) : undefined;
    const held = trial && heldLease(trial.systemAttrs);
    return guard && held
      ? [
          {
            guard,
            held: trial.systemAttrs[LEASE_KEY] as Attributes[string],
            lease: renewedLease(held)[LEASE_KEY] as Attributes[string],
          },
        ]
      : [];
  });
  const done =
    known.length === 0
      ? undefined
      : await transactions.writeAtOnce(async (session, unheard) => {
          const ids = new Set(await guardedWrites.renew(session, known, unheard !== undefined));
          return new Map(known.flatMap(({ guard: [id], lease }) => (ids.has(id) ? [[id, lease]] : [])));
        }, note);
  const others = leases.filter(({ trialId }) => done?.has(trialId) !== true);
  if (others.length === 0) return [];
  const action = async (session: Session) => {
    const locked = await lockTrials(session, others);
    const renewed = new Map<number, Attributes[string]>();
    const lost = others.filter((lease) => {
      const trial = locked.studyOf(lease) ? locked.trial(lease) : undefined;
      const held = trial && runsUnder(trial, lease) ? heldLease(trial.systemAttrs) : undefined;
      if (held !== undefined) renewed.set(lease.trialId, renewedLease(held)[LEASE_KEY] as Attributes[string]);
      return held === undefined;
    });
    trialWrites.attrOfEach(session, LEASE_KEY, renewed);
    return { lost, renewed };
  };
  const { lost } = await transactions.write(action, ({ renewed }, transaction) => note(renewed, transaction));
  return lost;
}
