import { formatIdentity, type ProcessIdentity, thisProcess } from '../../src/machine/process-identity.ts';
import { newLease } from '../../src/storage/lease.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { frozenTrial } from './frozen-trial.ts';

/** The lease of a trial for tests: by default of process 4711 on `ada`, another machine. */
export interface TestLease {
  readonly holder?: string;
  readonly process?: Partial<ProcessIdentity> | null;
  readonly attempt?: number;
  readonly counter?: number;
  readonly graceMs?: number;
  readonly about?: { readonly workers: number; readonly device?: string };
}

/** A trial, RUNNING apart from `fields`, under a lease. */
export function leasedTrial(number: number, lease: TestLease = {}, fields: Partial<FrozenTrial> = {}): FrozenTrial {
  const { process = {}, attempt = 1, counter = 0, graceMs = 120_000, about } = lease;
  const identity = process && {
    ...thisProcess(),
    host: 'ada',
    boot: `boot of ${process.host ?? 'ada'}`,
    pid: 4711,
    ...process,
  };
  const id = lease.holder ?? (identity === null ? 'nobody' : `${identity.pid} on ${identity.host}`);
  const held = newLease({ id, graceMs, process: identity && formatIdentity(identity), about }, attempt);
  const systemAttrs = { 'hpo:lease': { ...(held['hpo:lease'] as object), counter }, ...fields.systemAttrs };
  return frozenTrial(number, { state: 'RUNNING', ...fields, systemAttrs });
}
