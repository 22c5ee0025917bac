import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { packingBy, packingOf } from './packing.ts';
import { measureTogether } from './probe.ts';

describe('the number of trials at once', () => {
  test.each([
    [{ 1: 1000 }, 1],
    [{ 1: 1000, 2: 1100 }, 1],
    [{ 1: 1000, 2: 1900, 4: 2000 }, 2],
    [{ 1: 1000, 2: 1900, 4: 3300, 8: 3500 }, 4],
    [{ 1: 1000, 2: 900 }, 1],
  ])('of %j is %i', (rates, trials) => {
    expect(packingBy(rates).trials).toBe(trials);
  });

  test('is told with its figures', () => {
    expect(packingBy({ 1: 1000.4, 2: 1900, 4: 2000 }).reason).toBe(
      'images a second with 1: 1000, 2: 1900, 4: 2000 at once',
    );
    expect(packingBy({})).toEqual({ trials: 1, reason: 'a probe did not run' });
  });
});

describe('the probe', () => {
  const asked: number[][] = [];
  afterEach(() => void asked.splice(0));

  test('has one process train, then two at once', async () => {
    const rates = await measureTogether('wasm', async (soFar) => {
      asked.push(Object.keys(soFar).map(Number));
      return asked.length < 2;
    });
    expect(asked).toEqual([[1], [1, 2]]);
    expect(Object.values(rates).every((rate) => rate > 0)).toBe(true);
  });

  test('keeps what it has measured when a process fails', async () => {
    expect(await measureTogether('abacus', () => Promise.resolve(true))).toEqual({});
  });
});

describe('what was measured', () => {
  const { HPO_CACHE } = process.env;
  afterEach(() => {
    if (HPO_CACHE === undefined) delete process.env.HPO_CACHE;
    else process.env.HPO_CACHE = HPO_CACHE;
  });

  test('is kept for the device', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hpo-test-'));
    process.env.HPO_CACHE = folder;
    const device = { backend: 'wasm', kind: 'gpu', description: 'a GPU (pretended)' } as const;
    try {
      const logged: string[] = [];
      const measured = await packingOf(device, (message) => logged.push(message));
      const [name = ''] = await readdir(join(folder, 'packing'));
      expect(name).toMatch(/-a-gpu-pretended-\.json$/);
      const file = join(folder, 'packing', name);
      expect(measured).toEqual(packingBy(JSON.parse(await readFile(file, 'utf8'))));
      await writeFile(file, '{ "1": 10, "2": 20 }');
      expect(await packingOf(device, (message) => logged.push(message))).toEqual(packingBy({ 1: 10, 2: 20 }));
      expect(logged).toEqual([expect.stringMatching(/^trying out .* a GPU \(pretended\) gets most done with/)]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
