import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { categorical, createStudy, float, random, space } from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { wrongValues } from '../support/audit.ts';
import { oneOf } from '../support/fuzz.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { KNOWN_STEPS, type KnownParams, knownLoss, knownReport } from '../support/known-loss.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { type Loss, PowerLoss, type Recorded, readRecords } from '../support/power-loss.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';
import { SWEEP_SEED, SWEEP_SIZE } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { memoryFolder, tempFolder } from '../support/temp-folder.ts';

const HOUR = 3_600_000;
const LOSSES: readonly Loss[] = ['none', 'all', 'some', 'some', 'torn', 'torn'];

const library = preload('io-record');

/** A study that was run while its writes were recorded. */
async function record(target: number): Promise<{ readonly folder: string; readonly records: readonly Recorded[] }> {
  const folder = tempFolder();
  const log = join(tempFolder(), 'log');
  const file = writeKnownStudy(folder, { ms: 0, retrain: true, checkpoints: true });
  const env = { LD_PRELOAD: library ?? '', IO_RECORD_ROOT: folder, IO_RECORD_LOG: log };
  for (const trials of [target / 4, target]) {
    const run = new HpoProcess(
      folder,
      ['run', file, '--trials', String(trials), '--workers', '1', '--keep-checkpoints'],
      env,
    );
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
  }
  return { folder, records: readRecords(log) };
}

/** The numbers of the trials that a program reports as finished in some lines of its output. */
function reported(text: string): readonly number[] {
  return [...text.matchAll(/"type":"trial-finished","trial":(\d+)/g)].map(([, number]) => Number(number));
}

async function stored(file: string): Promise<readonly FrozenTrial[]> {
  const storage = await openStorage(file, { create: true });
  try {
    const record = await storage.findStudy('study');
    return record === undefined ? [] : (await storage.changesSince(record)).trials;
  } finally {
    await storage.close();
  }
}

/** Runs the study of `writeKnownStudy` in this process. @returns the number of its finished trials. */
async function goOn(file: string, trials: number): Promise<number> {
  const study = await createStudy({
    name: 'study',
    space: space({ x: float(-5, 5), lr: float(1e-4, 1, { log: true }), shape: categorical(['a', 'b', 'c']) }),
    storage: file,
    seed: 7,
    sampler: random(),
    ifExists: 'load',
    checkpoints: join(dirname(file), 'checkpoints'),
  });
  try {
    await study.optimize(
      async ({ trial, params }) => {
        for (let step = 0; step < KNOWN_STEPS; step++)
          await trial.report(knownReport(params as KnownParams, step), step);
        return knownLoss(params as KnownParams);
      },
      { trials },
    );
    return await study.finishedCount();
  } finally {
    await study.close();
  }
}

describe.skipIf(library === undefined)(`a power loss${library === undefined ? PRELOAD_NOTE : ''}`, () => {
  it(
    'at any moment leaves a whole database, with all that was finished before its last sync',
    async () => {
      const target = 80;
      const { folder, records } = await record(target);
      const rng = Rng.of(SWEEP_SEED, 0, 'power loss');
      const disk = new PowerLoss();
      const [place, database] = [memoryFolder(), join(folder, 'hpo.db')];
      const told: number[] = [];
      let safe: readonly number[] = [];
      const counts = {
        cuts: 0,
        syncs: 0,
        lost: 0,
        'not ok': 0,
        'does not open': 0,
        'wrong value': 0,
        'does not go on': 0,
        'torn results': 0,
        'torn checkpoints': 0,
      };
      let [promised, found, wentOn, checkpoints, gone] = [0, 0, 0, 0, 0];
      const wrong: string[] = [];
      const cut = async (at: number, loss: Loss) => {
        counts.cuts++;
        const where = `operation ${at} of ${records.length}, ${loss}`;
        const blame = (kind: keyof typeof counts, what: string) => {
          counts[kind]++;
          wrong.push(`${where}: ${kind}: ${what}`);
        };
        rmSync(place, { recursive: true });
        mkdirSync(place);
        const states = new Set<string>();
        for (const [path, content] of disk.after(loss, rng)) {
          const [, trial, step] = /\/trial-(\d+)\/step-(\d+)\/state\.txt$/.exec(path) ?? [];
          if (step !== undefined) {
            states.add(`${trial} ${step}`);
            if (content?.toString() !== `${trial} ${step}`) blame('torn checkpoints', path.slice(folder.length));
          }
          if (path.includes('/checkpoints/')) continue;
          const copy = join(place, path.slice(folder.length));
          if (path.endsWith('-shm')) {
            if (loss !== 'none') writeFileSync(copy, Buffer.alloc(32_768, rng.integer(256))); // memory, not a file
          } else if (content === undefined) mkdirSync(copy, { recursive: true });
          else {
            mkdirSync(dirname(copy), { recursive: true });
            writeFileSync(copy, content);
            if (/(best|metrics)\.json$/.test(path) && !isJson(content))
              blame('torn results', path.slice(folder.length));
          }
        }
        const file = join(place, 'hpo.db');
        try {
          const trials = await stored(file);
          const there = new Set(trials.filter(({ completedAt }) => completedAt !== null).map(({ number }) => number));
          for (const number of safe) if (!there.has(number)) blame('lost', `trial ${number}`);
          promised += safe.length;
          found += there.size;
          for (const each of trials.flatMap(wrongValues)) blame('wrong value', each);
          if (trials.some(({ number }, index) => number !== index)) blame('wrong value', 'numbers');
          for (const { number, systemAttrs } of trials) {
            const named = systemAttrs['hpo:checkpoints'] as { readonly last: number } | undefined;
            if (named === undefined) continue;
            checkpoints++;
            if (states.has(`${number} ${named.last}`)) continue;
            // A database that forgets its last moments may name one that was removed since.
            if (loss === 'none') blame('torn checkpoints', `trial ${number}, step ${named.last} is not there`);
            else gone++;
          }
          const db = openSqlite(file);
          const integrity = db.pragma('integrity_check', { simple: true });
          db.close();
          if (integrity !== 'ok') blame('not ok', String(integrity));
          if (counts.cuts % 10 === 0) {
            wentOn++;
            const count = await goOn(file, there.size + 3);
            if (count !== there.size + 3) blame('does not go on', `${count} trials`);
          }
        } catch (error) {
          blame('does not open', (error as Error).message);
        }
      };
      for (const [at, each] of records.entries()) {
        disk.take(each);
        if (each.op === 'said') told.push(...reported(each.data.toString()));
        const isSync = each.op === 'sync' && each.path.startsWith(database);
        if (isSync && !each.path.endsWith('-journal')) safe = [...told];
        if (each.op === 'sync') counts.syncs++;
        const isNote = each.op === 'sync' || each.op === 'rename';
        // The checkpoints' own files are many, and alike.
        if (isNote && each.path.includes('/checkpoints/')) await cut(at, oneOf(rng, LOSSES));
        else if (isNote) for (const loss of LOSSES) await cut(at, loss);
        else if (rng.uniform() < Math.min(1, (3_000 * SWEEP_SIZE) / records.length)) await cut(at, oneOf(rng, LOSSES));
      }
      addRow('Power loss', {
        ...counts,
        'finished trials promised': promised,
        found,
        'went on': wentOn,
        checkpoints,
        gone,
      });
      expect(wrong.slice(0, 20)).toEqual([]);
      expect(promised).toBeGreaterThan(0);
      expect(checkpoints).toBeGreaterThan(0);
    },
    HOUR,
  );
});

function isJson(content: Buffer): boolean {
  try {
    JSON.parse(content.toString());
    return true;
  } catch {
    return false;
  }
}
