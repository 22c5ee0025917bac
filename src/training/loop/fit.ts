import type * as tfl from '@tensorflow/tfjs-layers';
import type { Refuse } from '../../base/option-checks.ts';
import type { ImageSet } from '../images/image-set.ts';

/** Refuses images of another shape than the model takes, or of other classes than it gives scores for. */
export function checkFit(model: tfl.LayersModel, { imageShape, classes }: ImageSet, refuse: Refuse): void {
  const [, ...taken] = model.inputs[0]?.shape ?? [];
  const isTaken = taken.length === 3 && taken.every((length, at) => length === null || length === imageShape[at]);
  if (!isTaken) {
    const [ours, theirs] = [taken.map((length) => length ?? 'any').join(' × '), imageShape.join(' × ')];
    refuse(`the model takes images of ${ours}, and these are ${theirs}; build it with their \`imageShape\`.`);
  }
  const scores = model.outputs[0]?.shape.at(-1);
  if (scores === classes.length) return;
  refuse(
    `the model gives ${scores} scores an image, and the images have ${classes.length} classes; build it for those.`,
  );
}
