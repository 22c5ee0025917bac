import { describe, expect, test } from 'vitest';
import { lossCurve } from '../../support/loss-curve.ts';
import { isAvailable, withEachSimdModule } from '../../support/on-backends.ts';
import losses from './losses.json' with { type: 'json' };

describe.each(['wasm', 'webgpu', 'tensorflow'] as const)('R1 on %s', async (backend) => {
  test.skipIf(!(await isAvailable(backend)))(
    'has the losses of the cpu backend for fifty steps, and the same ones again',
    async () => {
      const check = async () => {
        const curve = await lossCurve(backend, 25);
        expect(curve).toHaveLength(losses.length);
        for (const [epoch, loss] of curve.entries()) {
          expect(loss).toBeCloseTo(losses[epoch] as number, epoch < 7 ? 4 : 2); // rounding grows from step to step
        }
        expect(await lossCurve(backend, 3)).toEqual(curve.slice(0, 3));
      };
      await (backend === 'wasm' ? withEachSimdModule(check) : check());
    },
  );
});
