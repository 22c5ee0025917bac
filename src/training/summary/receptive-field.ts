import type * as tfl from '@tensorflow/tfjs-layers';

/** Height and width. */
export type Size = readonly [number, number];

/** The lie of the places of a layer's output over the image. */
export interface Field {
  /** The pixels that one place depends on. */
  readonly size: Size;
  /** The distance, in pixels, between two places that are neighbours. */
  readonly step: Size;
}

/** A single pixel of the image. */
export const pixel: Field = { size: [1, 1], step: [1, 1] };

/** The window that a layer moves over its input, in places of it; each is a number for both sides or one for each. */
interface Window {
  readonly size: unknown;
  readonly step: unknown;
}

type Config = Readonly<Record<string, unknown>>;

const convolution = ({ kernelSize, strides, dilationRate = 1 }: Config): Window => ({
  size: pair(kernelSize).map((size, side) => (size - 1) * (pair(dilationRate)[side] as number) + 1),
  step: strides,
});
const pooling = ({ poolSize, strides }: Config): Window => ({ size: poolSize, step: strides ?? poolSize });

/** The windows of the layers that have one, by their class; all others keep the field of their input. */
const windows: Readonly<Record<string, (config: Config, input: readonly number[]) => Window>> = {
  Conv2D: convolution,
  DepthwiseConv2D: convolution,
  SeparableConv2D: convolution,
  MaxPooling2D: pooling,
  AveragePooling2D: pooling,
  UpSampling2D: ({ size }) => ({ size: 1, step: pair(size).map((factor) => 1 / factor) }),
  HpoConv2D: ({ kernelSize, stride }) => ({ size: kernelSize, step: stride }),
  HpoMaxPool2D: ({ poolSize, stride }) => ({ size: poolSize, step: stride }),
  HpoResize: ({ height, width }, [inHeight = 1, inWidth = 1]) => ({
    size: 2, // bilinear
    step: [inHeight / (height as number), inWidth / (width as number)],
  }),
};

/** The field of two branches that meet: the larger one's. */
export function joined(one: Field, other: Field): Field {
  const larger = (a: Size, b: Size): Size => [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  return { size: larger(one.size, other.size), step: larger(one.step, other.step) };
}

/**
 * The field of a layer's output, from that of its input (Araujo et al. 2019, "Computing Receptive Fields of
 * Convolutional Neural Networks"): size + (window − 1) · step, and step · stride. Where a layer takes the places
 * together, as flattening and global pooling do, its field is that of all of them.
 *
 * @param input the shape of the input without the batch: [height, width, channels] or [features].
 * @param rank of the output, counted likewise.
 */
export function fieldOf(layer: tfl.layers.Layer, field: Field, input: readonly number[], rank: number): Field {
  const [height = 1, width = 1] = input;
  const isCollected = input.length === 3 && rank < 3;
  const window = windows[layer.getClassName()]?.(layer.getConfig(), input);
  const [size, step] = isCollected ? [[height, width], 1] : [window?.size ?? 1, window?.step ?? 1];
  const [sizes, steps] = [pair(size), pair(step)];
  const grown = (side: 0 | 1): number => field.size[side] + (sizes[side] - 1) * field.step[side];
  return { size: [grown(0), grown(1)], step: [field.step[0] * steps[0], field.step[1] * steps[1]] };
}

function pair(value: unknown): [number, number] {
  return Array.isArray(value) ? [value[0] as number, value[1] as number] : [value as number, value as number];
}
