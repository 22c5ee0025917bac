import type * as tfl from '@tensorflow/tfjs-layers';
import { type Field, fieldOf, joined, pixel, type Size } from './receptive-field.ts';
import { summaryText } from './summary-text.ts';

/** One application of a layer. */
export interface LayerSummary {
  /** The layer's name in the model. */
  readonly name: string;
  /** Its class, as `Conv2D`; hpo's own are named like tfjs's. */
  readonly kind: string;
  /** Without the batch: [height, width, channels], or [features]. */
  readonly outputShape: readonly number[];
  /** The number of its weights, without running statistics; 0 for a further application of the same layer. */
  readonly parameters: number;
  /** Those of them that training changes. */
  readonly trained: number;
  /** Multiplications and additions for one image: see {@link summary}. */
  readonly multiplyAdds: number;
  /** Height and width, in pixels, of the part of the image that a place of the output depends on. */
  readonly receptiveField: Size;
}

/** A model in figures; as a string it is a table. */
export interface ModelSummary {
  /** [height, width, channels] of the images. */
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  /** The parameters that training changes. */
  readonly trained: number;
  readonly multiplyAdds: number;
  /** The numbers that the layers with weights give for one image, which training keeps for the gradients. */
  readonly activations: number;
  toString(): string;
}

/**
 * A model layer by layer, in the order in which an image passes them, those of inner models among them: output shape,
 * parameters, multiplications with addition, and receptive field. `String(summary(model))` is a table of it.
 *
 * Figures are counted as torchinfo counts them, so that tables of PyTorch's nets can be compared: running statistics
 * are no parameters, and each weight of a convolution is used once (with its bias) for each place of its output, those
 * of other layers once. The receptive field is at most the image.
 *
 * @param model with one input of images.
 */
export function summary(model: tfl.LayersModel): ModelSummary {
  const inputShape = sizesOf(model.inputs[0] as tfl.SymbolicTensor);
  const trained = new Set(model.trainableWeights);
  const layers: LayerSummary[] = [];
  let activations = 0;
  const counted = new Set<tfl.layers.Layer>();

  const add = (layer: tfl.layers.Layer, outputShape: readonly number[], field: Field): void => {
    const weights = parametersOf(layer);
    const parameters = weights.reduce((sum, weight) => sum + countOf(weight), 0);
    const places = /Conv/.test(layer.getClassName()) ? outputShape.slice(0, -1).reduce((a, b) => a * b, 1) : 1;
    if (parameters > 0) activations += outputShape.reduce((a, b) => a * b, 1);
    layers.push({
      name: layer.name,
      kind: layer.getClassName().replace(/^Hpo/, ''),
      outputShape,
      parameters: counted.has(layer) ? 0 : parameters,
      trained: counted.has(layer)
        ? 0
        : weights.reduce((sum, weight) => sum + (trained.has(weight) ? countOf(weight) : 0), 0),
      multiplyAdds: parameters * places,
      receptiveField: [0, 1].map((side) => Math.min(field.size[side as 0 | 1], inputShape[side] ?? 1)) as [
        number,
        number,
      ],
    });
    counted.add(layer);
  };
  fieldsOf(model, [pixel], add);
  const sum = (figure: 'parameters' | 'trained' | 'multiplyAdds'): number =>
    layers.reduce((total, layer) => total + layer[figure], 0);
  const figures = {
    inputShape,
    layers,
    parameters: sum('parameters'),
    trained: sum('trained'),
    multiplyAdds: sum('multiplyAdds'),
    activations,
  };
  return Object.defineProperty(figures, 'toString', { value: () => summaryText(figures) });
}

/**
 * Walks through a model from its inputs to its outputs.
 *
 * @param inputs the fields of the model's inputs.
 * @param add is called for each application of a layer but the inputs, once those before it have been added.
 * @returns the fields of the model's outputs.
 */
function fieldsOf(
  model: tfl.LayersModel,
  inputs: readonly Field[],
  add: (layer: tfl.layers.Layer, outputShape: readonly number[], field: Field) => void,
): Field[] {
  const known = new Map(model.inputs.map((input, at) => [input.id, inputs[at] as Field]));
  const visit = (tensor: tfl.SymbolicTensor): Field => {
    const before = known.get(tensor.id);
    if (before !== undefined) return before;
    const { sourceLayer: layer } = tensor;
    const fields = tensor.inputs.map(visit);
    const shape = sizesOf(tensor);
    let field: Field;
    if (isModel(layer)) {
      field = fieldsOf(layer, fields, add)[tensor.outputTensorIndex ?? 0] as Field;
    } else {
      const each = fields.map((own, at) =>
        fieldOf(layer, own, sizesOf(tensor.inputs[at] as tfl.SymbolicTensor), shape.length),
      );
      field = each.reduce(joined, pixel);
      add(layer, shape, field);
    }
    known.set(tensor.id, field);
    return field;
  };
  return model.outputs.map(visit);
}

const isModel = (layer: tfl.layers.Layer): layer is tfl.LayersModel => 'layers' in layer;

/** The weights that a layer's own code declares as trained, frozen or not; running statistics are the others. */
const parametersOf = (layer: tfl.layers.Layer): tfl.LayerVariable[] =>
  (layer as unknown as { _trainableWeights: tfl.LayerVariable[] })._trainableWeights;

const countOf = ({ shape }: tfl.LayerVariable): number => (shape as number[]).reduce((a, b) => a * b, 1);

/** A shape without the batch; an unknown size counts as 1. */
const sizesOf = ({ shape }: tfl.SymbolicTensor): number[] => shape.slice(1).map((size) => size ?? 1);
