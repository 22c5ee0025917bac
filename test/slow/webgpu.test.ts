import { expect, test } from 'vitest';
import { lossCurve } from '../support/loss-curve.ts';
import { isAvailable } from '../support/on-backends.ts';

test('fifty steps of R1 on WebGPU have the losses of the cpu backend', async ({ skip }) => {
  skip(!(await isAvailable('webgpu')), 'webgpu is not installed here');
  const cpu = await lossCurve('cpu', 25, 4);
  const webgpu = await lossCurve('webgpu', 25, 4);
  for (const [epoch, loss] of webgpu.entries()) expect(loss).toBeCloseTo(cpu[epoch] as number, 2);
  expect(webgpu.at(-1)).toBeLessThan(webgpu[0] as number);
}, 1_200_000);
