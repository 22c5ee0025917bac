import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SoftmaxCrossEntropyAttributes } from '../../ops/softmax-cross-entropy.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch } from './dispatch.ts';
import type { Program } from './program.ts';

/** One workgroup does it all, a thread for each row in turn, so that the loss is there after one dispatch. */
const softmaxCrossEntropy: Program = {
  name: 'softmax cross-entropy',
  inputs: { logits: 'f32', labels: 'i32' },
  outputs: { loss: 'f32', gradient: 'f32' },
  uniforms: { rows: 'u32', classes: 'u32', smoothing: 'f32' },
  code: `
    var<workgroup> sums: array<f32, threads>;

    /** The row's loss; writes its gradient. */
    fn row(number: u32) -> f32 {
      let start = number * u.classes;
      var largest = logits[start];
      for (var at = 1u; at < u.classes; at++) { largest = max(largest, logits[start + at]); }
      var sum = 0f;
      for (var at = 0u; at < u.classes; at++) { sum += exp(logits[start + at] - largest); }
      let label = u32(labels[number]);
      let own = logits[start + label];
      let spread = u.smoothing / f32(u.classes);
      let whole = 1 - u.smoothing + spread;
      var others = 0f;
      for (var at = 0u; at < u.classes; at++) {
        let probability = exp(logits[start + at] - largest) / sum;
        gradient[start + at] = (probability - select(spread, whole, at == label)) / f32(u.rows);
        others += logits[start + at] - own;
      }
      let plain = log(sum) - (own - largest);
      if (u.smoothing == 0) { return plain; }
      return plain - spread * others;
    }

    fn run(group: vec3u, groups: vec3u, thread: u32) {
      var sum = 0f;
      for (var at = thread; at < u.rows; at += threads) { sum += row(at); }
      sums[thread] = sum;
      for (var half = threads / 2; half > 0; half /= 2) {
        workgroupBarrier();
        if (thread < half) { sums[thread] += sums[thread + half]; }
      }
      if (thread == 0) { loss[0] = sums[0] / f32(u.rows); }
    }`,
};

export const softmaxCrossEntropyKernel = kernel<
  { logits: TensorInfo; labels: TensorInfo },
  SoftmaxCrossEntropyAttributes,
  WebGPUBackend
>(({ inputs: { logits, labels }, attrs: { smoothing }, backend }) => {
  const outputs = [allocate(backend, []), allocate(backend, logits.shape)];
  const uniforms = [...logits.shape, smoothing];
  dispatch(backend, softmaxCrossEntropy, { inputs: [logits, labels], outputs, uniforms, groups: [1, 1, 1] });
  return outputs;
});
