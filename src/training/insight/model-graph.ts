import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type Refuse, shown } from '../../base/option-checks.ts';

/**
 * A layer by its name, also in an inner model, or by its number in the model, from 0; from −1 on they count from the
 * end.
 */
export type LayerChoice = string | number;

/** A layer whose output a model computes at one place. */
export interface PlacedLayer {
  readonly layer: tfl.layers.Layer;
  /** The output in the graph of the innermost model. */
  readonly output: tfl.SymbolicTensor;
  /** The inner models that the layer lies in, the outermost first, each by its output in the graph around it. */
  readonly within: readonly tfl.SymbolicTensor[];
}

/**
 * Finds a layer of a model.
 *
 * @param refuse is called where the model has no such layer, or applies it more than once, so that it has no one
 *   output.
 */
export function placedLayer(model: tfl.LayersModel, choice: LayerChoice, refuse: Refuse): PlacedLayer {
  const all = placedLayers(model);
  const number = typeof choice === 'number' && Number.isInteger(choice) ? model.layers.at(choice) : undefined;
  const found = all.filter(({ layer }) => (typeof choice === 'number' ? layer === number : layer.name === choice));
  if (found.length > 1)
    refuse(`the layer ${shown(choice)} is applied ${found.length} times; give one with one output.`);
  if (found[0] !== undefined) return found[0];
  const names = [...new Set(all.map(({ layer }) => layer.name))].join(', ');
  return refuse(`\`layer\` is ${shown(choice)}; give a number below ${model.layers.length}, or one of ${names}.`);
}

/**
 * All layers of a model where it applies them, from the first to the last; those of inner models before these. Models
 * that have no place of their own come first.
 */
export function placedLayers(model: tfl.LayersModel, within: PlacedLayer['within'] = []): readonly PlacedLayer[] {
  const graph = graphOf(model);
  const placed = graph.flatMap((output): PlacedLayer[] => {
    const { sourceLayer: layer } = output;
    const inner = isModel(layer) ? placedLayers(layer, [...within, output]) : [];
    return [...inner, { layer, output, within }];
  });
  // A model that begins a sequential one has no place of its own: its graph is the beginning of the other's.
  const joined = model.layers.flatMap((layer): PlacedLayer[] => {
    const output = isModel(layer) && layer.outputs.length === 1 ? layer.outputs[0] : undefined;
    return output !== undefined && graph.includes(output) ? [{ layer, output, within }] : [];
  });
  return [...joined, ...placed];
}

/** The output of a layer for a batch, in inference; layers behind it are not computed. Call it within `tf.tidy`. */
export function layerOutput(model: tfl.LayersModel, batch: tf.Tensor, { output, within }: PlacedLayer): tf.Tensor {
  let pass = new Pass(model, [batch]);
  for (const inner of within) pass = pass.inside(inner);
  return pass.valueOf(output);
}

/**
 * The first output of a model for a batch, in inference, with `value` as the output of one layer. Call it within
 * `tf.tidy`.
 */
export function outputBehind(
  model: tfl.LayersModel,
  batch: tf.Tensor,
  { output }: PlacedLayer,
  value: tf.Tensor,
): tf.Tensor {
  return new Pass(model, [batch], [output, value]).outputs()[0] as tf.Tensor;
}

/**
 * One computation of a model, layer by layer and each only when it is needed. tf.layers itself computes a model as a
 * whole, and gives no gradient by a tensor within it. Masks, as those of sequences, are not passed on.
 */
class Pass {
  readonly #model: tfl.LayersModel;
  /** The value of a tensor of this model's graph, or of an inner model's. */
  readonly #given: readonly [tfl.SymbolicTensor, tf.Tensor] | undefined;
  readonly #values: Map<tfl.SymbolicTensor, tf.Tensor>;

  constructor(model: tfl.LayersModel, inputs: readonly tf.Tensor[], given?: readonly [tfl.SymbolicTensor, tf.Tensor]) {
    this.#model = model;
    this.#given = given;
    this.#values = new Map(model.inputs.map((input, at) => [input, inputs[at] as tf.Tensor]));
    if (given) this.#values.set(...given);
  }

  outputs(): readonly tf.Tensor[] {
    return this.#model.outputs.map((output) => this.valueOf(output));
  }

  /** The pass of a model within this one. */
  inside(inner: tfl.SymbolicTensor): Pass {
    return new Pass(inner.sourceLayer as tfl.LayersModel, this.#inputsOf(inner), this.#given);
  }

  valueOf(tensor: tfl.SymbolicTensor): tf.Tensor {
    const known = this.#values.get(tensor);
    if (known !== undefined) return known;
    const value = this.#compute(tensor);
    this.#values.set(tensor, value);
    return value;
  }

  #compute(tensor: tfl.SymbolicTensor): tf.Tensor {
    const { sourceLayer: layer, outputTensorIndex: at = 0 } = tensor;
    if (isModel(layer)) return this.inside(tensor).outputs()[at] as tf.Tensor;
    const inputs = this.#inputsOf(tensor);
    return [layer.apply(inputs.length === 1 ? (inputs[0] as tf.Tensor) : [...inputs])].flat()[at] as tf.Tensor;
  }

  #inputsOf({ inputs }: tfl.SymbolicTensor): readonly tf.Tensor[] {
    return inputs.map((input) => this.valueOf(input));
  }
}

/** The tensors of a model's graph, each behind those that it is computed from. */
function graphOf({ inputs, outputs }: tfl.LayersModel): readonly tfl.SymbolicTensor[] {
  const seen = new Set<tfl.SymbolicTensor>();
  const visit = (tensor: tfl.SymbolicTensor): void => {
    if (seen.has(tensor)) return;
    if (!inputs.includes(tensor)) for (const input of tensor.inputs) visit(input);
    seen.add(tensor);
  };
  for (const output of outputs) visit(output);
  return [...seen];
}

/** Whether a layer is a model. */
export function isModel(layer: tfl.layers.Layer): layer is tfl.LayersModel {
  return Array.isArray((layer as tfl.LayersModel).layers);
}
