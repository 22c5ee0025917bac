import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { DropoutLayer } from '../layers/dropout.ts';
import { heInitialise } from '../models/initialise.ts';
import { dropoutRate } from '../models/net-options.ts';
import { applied, dense } from '../models/parts.ts';

/** The options of {@link linearHead}. */
export interface LinearHeadOptions {
  /** The number of features. */
  readonly width: number;
  /** The number of classes, and so of the logits. */
  readonly classes: number;
  /** Dropout probability of the features, in [0, 1); default 0. */
  readonly dropout?: number;
  /** Fixes the initial weights, and with the training's seed the dropout masks. */
  readonly seed: number;
}

/**
 * The last layer of a net alone, with dropout before it; He-normal initial weights.
 *
 * @returns a model from features [N, width] to logits [N, classes]; the caller disposes of it, or of `withHead()`'s.
 */
export function linearHead({ width, classes, dropout = 0, seed }: LinearHeadOptions): tfl.LayersModel {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'linearHead()');
  checkOption('width', width, wholeNumberFrom(1), refuse);
  checkOption('classes', classes, wholeNumberFrom(2), refuse);
  checkOption('dropout', dropout, dropoutRate, refuse);
  const features = tfl.input({ shape: [width] });
  const outputs = applied(features, new DropoutLayer({ rate: dropout, seed: `${seed}/dropout` }), dense(classes));
  const model = tfl.model({ inputs: features, outputs });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}

/**
 * A net with another head in place of its last layer, such as one of `trainHead()`. It shares the layers of both:
 * disposing of it disposes of them, too.
 *
 * @param head from the features that the last layer of `model` receives.
 */
export function withHead(model: tfl.LayersModel, head: tfl.LayersModel): tfl.LayersModel {
  const { sourceLayer } = model.outputs[0] as tfl.SymbolicTensor;
  const outputs = head.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, sourceLayer.input as tfl.SymbolicTensor);
  return tfl.model({ inputs: model.inputs, outputs });
}
