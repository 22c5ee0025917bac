import { expect, it } from 'vitest';
import { createStudy, float, random, space } from '../index.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';

it('trials that this process runs count towards the target, and those of others are waited for', async () => {
  const options = { name: 's', space: space({ x: float(0, 1) }), sampler: random(), storage: new MemoryStorage() };
  const study = await createStudy(options);
  const first = await study.askUntil(1);
  expect(first).toMatchObject({ number: 0 });
  expect(await study.askUntil(1)).toBeUndefined();
  const other = await createStudy({ ...options, ifExists: 'load' });
  expect(await other.askUntil(1)).toBe('elsewhere');
  const second = await other.askUntil(2);
  expect(second).toMatchObject({ number: 1 });
  if (first === undefined || first === 'elsewhere') throw new Error('no trial');
  await study.tell(first, 1);
  expect(await study.askUntil(1)).toBeUndefined();
  expect(await study.askUntil(2)).toBe('elsewhere');
  await study.close();
  await other.close();
});
