import { expect, test } from 'vitest';
import { allOf, cifar10, measure } from '../../../src/training/index.ts';
import moments from './moments.json' with { type: 'json' };

test("the means and deviations of real images are NumPy's and PyTorch's", async () => {
  const { train } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  const overPixels = measure(train);
  const ofImages = measure(allOf(train), { deviation: 'images' });
  for (const channel of [0, 1, 2]) {
    expect(overPixels.mean[channel]).toBeCloseTo(moments.mean[channel] as number, 12);
    expect(overPixels.deviation[channel]).toBeCloseTo(moments.deviation[channel] as number, 12);
    expect(ofImages.mean[channel]).toBeCloseTo(moments.mean[channel] as number, 12);
    expect(ofImages.deviation[channel]).toBeCloseTo(moments.deviationOfImages[channel] as number, 12);
  }
});
