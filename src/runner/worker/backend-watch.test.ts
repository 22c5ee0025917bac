import { beforeEach, describe, expect, test } from 'vitest';
import { measureBackendMemory, noteBackendFailure, outOfMemory } from '../../base/backend-health.ts';
import { runObjective } from '../../study/trial/run-objective.ts';
import { BackendWatch } from './backend-watch.ts';

const full = outOfMemory('WebAssembly');
const { message } = full;

/** The WebAssembly of a browser's types. */
const { Module, Instance } = (
  globalThis as unknown as { WebAssembly: Record<'Module' | 'Instance', new (_: unknown) => object> }
).WebAssembly;

/** Runs into `unreachable`, the whole body of the module's function. */
function trap(): never {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const sections = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0, 10, 5, 1, 3, 0, 0, 0x0b];
  const instance = new Instance(new Module(Uint8Array.from([...header, ...sections])));
  throw (instance as { exports: { f(): never } }).exports.f();
}

let watch: BackendWatch;
beforeEach(() => {
  delete (globalThis as { [key: symbol]: unknown })[Symbol.for('hpo.backend-health')];
  watch = new BackendWatch();
});

/** The end of a trial with this objective. */
const ended = (objective: () => unknown) => watch.watchTrial(() => runObjective(() => watch.explain(objective)));

describe('a trial under which the backend fails', () => {
  test('fails with the backend’s error, and its worker is given up', async () => {
    const end = await ended(() => {
      throw noteBackendFailure({ error: full, isHarmful: false });
    });
    expect(end).toMatchObject({ told: 'FAIL', failure: { name: 'HpoError', message }, isBackendLost: true });
  });

  test('names the cause where its code throws another error', async () => {
    const end = await ended(() => {
      noteBackendFailure({ error: full, isHarmful: false });
      throw new Error('no fit');
    });
    expect(end).toMatchObject({ failure: { name: 'Error', message: `no fit (${message})` }, isBackendLost: true });
  });

  test('keeps the result that its code has in spite of the failure, if no harm was done', async () => {
    const retried = (isHarmful: boolean) => () => {
      noteBackendFailure({ error: full, isHarmful });
      return 0.5;
    };
    expect(await ended(retried(false))).toMatchObject({ told: 0.5, isBackendLost: true });
    expect(await ended(retried(true))).toMatchObject({ told: 'FAIL', failure: { message }, isBackendLost: true });
  });

  test('names a trap in one line', async () => {
    expect((await ended(trap)).failure?.message).toMatchInlineSnapshot(
      `"WebAssembly broke down (unreachable), most often because it is out of memory: take smaller batches or fewer workers (--workers)"`,
    );
  });

  test('names a refused array in one line', async () => {
    expect((await ended(() => new Float64Array(2 ** 49))).failure?.message).toMatchInlineSnapshot(
      `"JavaScript is out of memory: take smaller batches or fewer workers (--workers)"`,
    );
  });
});

test("other errors are the trial's own", async () => {
  expect(await ended(() => new Float32Array(-1))).not.toHaveProperty('isBackendLost');
  expect(await ended(() => 1)).toEqual({ told: 1 });
});

test('a retraining with a result that may be wrong fails, and names the reason', async () => {
  expect(await watch.watch(() => 'metrics')).toBe('metrics');
  noteBackendFailure({ error: full, isHarmful: false });
  expect(await watch.watch(() => 'metrics')).toBe('metrics');
  await expect(watch.watch(() => Promise.reject(new Error('no fit')))).rejects.toMatchObject({
    code: 'HPO_BACKEND',
    message: `no fit (${message})`,
  });
  noteBackendFailure({ error: full, isHarmful: true });
  await expect(watch.watch(() => 'metrics')).rejects.toBe(full);
});

test('tensors that trials leave are reported with them', async () => {
  let tensors = 0;
  measureBackendMemory(() => ({ tensors: tensors++, bytes: 0 }));
  const leaks = [];
  for (let trial = 0; trial < 7; trial++) leaks.push((await ended(() => 1)).leak?.trials);
  expect(leaks).toEqual([undefined, undefined, undefined, undefined, undefined, 5, 6]);
});
