import { mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import type { JsonValue } from '../../base/json.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { checkpointFindings } from './checkpoint-findings.ts';

/** The time of the database; the folders below are older, unless a test makes them newer. */
const STORED_MS = Date.UTC(2026, 0, 2);

const own = { trial: 0, attempt: 1 };

let root: string;
beforeEach(() => {
  root = tempFolder();
});

/** Makes folders with the times of the day before the database's. */
function make(...paths: readonly string[]): void {
  for (const path of paths) mkdirSync(join(root, path), { recursive: true });
  for (const path of paths.flatMap((each) => [each, each.split('/')[0] as string])) touch(path, STORED_MS - 86_400_000);
}

function touch(path: string, ms: number): void {
  utimesSync(join(root, path), new Date(ms), new Date(ms));
}

function trial(number: number, state: TrialState, checkpoints?: JsonValue): FrozenTrial {
  const continues = number === 1 && state === 'WAITING' ? { 'hpo:continues': 0 } : {};
  const systemAttrs = checkpoints === undefined ? {} : { 'hpo:checkpoints': checkpoints, ...continues };
  return { number, state, systemAttrs } as Partial<FrozenTrial> as FrozenTrial;
}

/** The findings, each with its kind, and the folders to remove. */
function look(...trials: readonly FrozenTrial[]): {
  readonly kinds: readonly string[];
  readonly removable: readonly string[];
} {
  const { defects, removable } = checkpointFindings('a', trials, root, STORED_MS);
  return { kinds: defects.map(({ kind }) => kind), removable: removable.map((path) => path.slice(root.length + 1)) };
}

describe('the checkpoints of a study', () => {
  it('are orphaned where their trial does not name them, has none, or is not there', () => {
    make('trial-0/step-1', 'trial-0/step-2', 'trial-0/step-3', 'trial-1/step-1', 'trial-7/step-1');
    const found = look(
      trial(0, 'COMPLETE', { place: '/elsewhere', last: 3, best: 1, written: { 3: own, 1: own } }),
      trial(1, 'PRUNED'),
    );
    expect(found.kinds).toEqual(['orphaned-checkpoint', 'orphaned-checkpoint', 'orphaned-checkpoint']);
    expect([...found.removable].sort()).toEqual(['trial-0/step-2', 'trial-1', 'trial-7']);
  });

  it('stay where another trial goes on from them', () => {
    make('trial-0/step-1', 'trial-0/step-2', 'trial-1/step-4');
    const from = {
      place: '/elsewhere',
      last: 4,
      best: 2,
      written: { 4: { trial: 1, attempt: 1 }, 2: { trial: 0, attempt: 1 } },
    };
    expect(look(trial(0, 'PRUNED'), trial(1, 'WAITING', from)).removable).toEqual(['trial-0/step-1']);
  });

  it('are not looked at while the trial runs', () => {
    make('trial-0/step-1');
    expect(look(trial(0, 'RUNNING'))).toEqual({ kinds: [], removable: [] });
  });

  it('are only shown where they are newer than the database, as beside a backup', () => {
    make('trial-9/step-1');
    touch('trial-9', STORED_MS + 1000);
    expect(look()).toEqual({ kinds: ['new-checkpoint'], removable: [] });
  });

  it('are not those behind links, or under other names', () => {
    make('notes', 'trial-01', 'trial-x', 'trial-0/step-1');
    const elsewhere = tempFolder();
    symlinkSync(elsewhere, join(root, 'trial-5'));
    symlinkSync(elsewhere, join(root, 'trial-0/step-2'));
    expect(look(trial(0, 'COMPLETE', { place: '', last: 1, written: { 1: own } }))).toEqual({
      kinds: [],
      removable: [],
    });
  });

  it('are kept where an attribute of somebody else cannot be read', () => {
    make('trial-0/step-1', 'trial-1/step-1');
    const odd = look(trial(0, 'FAIL', { place: 1, last: 'x', written: null }), trial(1, 'FAIL', [1]));
    expect(odd).toEqual({ kinds: [], removable: [] });
    expect(look(trial(0, 'FAIL', { last: 1, written: { 1: null } })).removable).toEqual(['trial-1']);
    expect(look(trial(0, 'FAIL', null), trial(1, 'FAIL', null)).removable).toEqual(['trial-0', 'trial-1']);
  });

  it('are none where there is no folder', () => {
    expect(checkpointFindings('a', [], join(root, 'none'), STORED_MS)).toEqual({ defects: [], removable: [] });
  });
});
