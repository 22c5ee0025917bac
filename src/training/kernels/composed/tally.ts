import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';

export const tallyKernel = kernel<Readonly<Record<'sums' | 'loss' | 'logits' | 'labels', tf.Tensor>>, unknown>(
  ({ inputs: { sums, loss, logits, labels } }) =>
    tf.tidy(() => {
      const hits = tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32'));
      return tf.add(sums, tf.stack([tf.mul(loss, logits.shape[0] as number), hits]));
    }),
);
