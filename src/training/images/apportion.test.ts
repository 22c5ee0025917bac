import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apportion } from './apportion.ts';

test('the largest remainders get one more', () => {
  expect([...apportion(10, [6, 6, 2], [9, 9, 9])]).toEqual([4, 4, 2]); // 4.29, 4.29, 1.43
  expect([...apportion(3, [1, 1], [9, 9])]).toEqual([2, 1]);
});

test('a class without room leaves its share to the others', () => {
  expect([...apportion(10, [8, 1, 1], [3, 9, 9])]).toEqual([3, 4, 3]);
});

test('the total is divided whole, within the room of each', () => {
  const rooms = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(rooms, fc.double({ min: 0, max: 1, noNaN: true }), (room, share) => {
      const sum = room.reduce((all, one) => all + one, 0);
      const total = Math.floor(share * sum);
      const parts = apportion(
        total,
        room.map((one) => one + 1),
        room,
      );
      expect(parts.reduce((all, part) => all + part, 0)).toBe(total);
      for (const [at, part] of parts.entries()) expect(part).toBeLessThanOrEqual(room[at] as number);
    }),
  );
});
