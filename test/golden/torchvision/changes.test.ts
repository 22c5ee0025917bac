import { beforeAll, expect, test } from 'vitest';
import { writeChanged } from '../../../src/training/images/changed-image.ts';
import type { ColourStep } from '../../../src/training/images/colour-steps.ts';
import type { ImageChange } from '../../../src/training/images/random-changes.ts';
import { type Cifar10, cifar10 } from '../../../src/training/index.ts';
import changes from './changes.json' with { type: 'json' };

/** A change that torchvision has made (make_changes.py). */
interface Case {
  readonly name: string;
  /** The image's number among the sample's training images, of which the upper left part is taken. */
  readonly image: number;
  readonly height?: number;
  readonly width?: number;
  readonly channels?: number;
  readonly mirrored?: boolean;
  readonly upsideDown?: boolean;
  readonly degrees?: number;
  readonly top?: number;
  readonly left?: number;
  readonly colours?: readonly (readonly [ColourStep['kind'], number])[];
  readonly pixels: string;
}

let sample: Cifar10;
beforeAll(async () => {
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

/** The upper left part of an image, with its first channels. */
function partOf({ image, height = 32, width = 32, channels = 3 }: Case): Uint8Array {
  const bytes = sample.train.read(image);
  return Uint8Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    return bytes[(Math.floor(pixel / width) * 32 + (pixel % width)) * 3 + (at % channels)] as number;
  });
}

test.each(changes as unknown as Case[])("$name: the pixels are torchvision's", (given) => {
  const { height = 32, width = 32, channels = 3, degrees = 0, top = 0, left = 0, colours = [] } = given;
  const change: ImageChange = {
    isMirrored: given.mirrored ?? false,
    isUpsideDown: given.upsideDown ?? false,
    degrees,
    top,
    left,
    colours: colours.map(([kind, amount]) => ({ kind, amount })),
    hole: [0, 0, 0, 0],
  };
  const unchanged = { mean: new Array(channels).fill(0), deviation: new Array(channels).fill(1) };
  const out = new Float32Array(height * width * channels);
  writeChanged(partOf(given), [height, width, channels], change, unchanged, out);
  const bytes = Buffer.from(given.pixels, 'base64');
  expect(bytes.length).toBe(2 * out.length);
  for (const [at, value] of out.entries()) {
    expect(Math.abs(value - bytes.readUInt16LE(2 * at) / 65535), `value ${at}`).toBeLessThan(5e-5);
  }
});
