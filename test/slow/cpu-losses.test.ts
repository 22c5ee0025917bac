import { expect, test } from 'vitest';
import losses from '../golden/cpu/losses.json' with { type: 'json' };
import { lossCurve } from '../support/loss-curve.ts';

test('the reference losses of other backends are those of the cpu backend', async () => {
  for (const [epoch, loss] of (await lossCurve('cpu', losses.length)).entries()) {
    expect(loss).toBeCloseTo(losses[epoch] as number, 5);
  }
}, 1_200_000);
