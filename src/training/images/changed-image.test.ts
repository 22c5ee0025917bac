import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeChanged } from './changed-image.ts';
import { type ImageChange, NO_CHANGE } from './random-changes.ts';

type Shape = readonly [number, number, number];

const images = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.constantFrom(1, 3))
  .chain(([height, width, channels]) => {
    const length = height * width * channels;
    return fc.record({
      shape: fc.constant<Shape>([height, width, channels]),
      bytes: fc.uint8Array({ minLength: length, maxLength: length }),
    });
  });

/** The pixels of a changed image, from 0 to 1. */
function changed(bytes: Uint8Array, shape: Shape, change: Partial<ImageChange>): Float32Array {
  const out = new Float32Array(bytes.length).fill(Number.NaN);
  const unchanged = { mean: new Array(shape[2]).fill(0), deviation: new Array(shape[2]).fill(1) };
  writeChanged(bytes, shape, { ...NO_CHANGE, ...change }, unchanged, out);
  return out;
}

function expectClose(actual: Float32Array, expected: ArrayLike<number>): void {
  for (const [at, value] of actual.entries()) expect(Math.abs(value - (expected[at] as number))).toBeLessThan(1e-6);
}

/** An image whose pixel at each place is the one that stood elsewhere. */
function moved(bytes: Uint8Array, [height, width, channels]: Shape, from: (row: number, column: number) => number) {
  return Float32Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const source = from(Math.floor(pixel / width), pixel % width);
    return (bytes[source * channels + (at % channels)] as number) / 255;
  });
}

test('no change, and a turn by 0 or 360 degrees, leave an image as it is', () => {
  fc.assert(
    fc.property(images, ({ bytes, shape }) => {
      const same = Float32Array.from(bytes, (byte) => byte / 255);
      expect(changed(bytes, shape, {})).toEqual(same);
      expectClose(changed(bytes, shape, { degrees: 360 }), same);
    }),
  );
});

test('a square turned by 90 degrees is its mirror image with rows and columns exchanged', () => {
  fc.assert(
    fc.property(images, ({ bytes, shape: [height, width, channels] }) => {
      const side = Math.min(height, width);
      const square: Shape = [side, side, channels];
      const part = bytes.subarray(0, side * side * channels);
      const expected = moved(part, square, (row, column) => column * side + (side - 1 - row));
      expectClose(changed(part, square, { degrees: 90 }), expected);
    }),
  );
});

test('any image turned by 180 degrees is mirrored and upside down', () => {
  fc.assert(
    fc.property(images, ({ bytes, shape }) => {
      const flipped = changed(bytes, shape, { isMirrored: true, isUpsideDown: true });
      expectClose(changed(bytes, shape, { degrees: 180 }), flipped);
      const [height, width] = shape;
      expect(flipped).toEqual(moved(bytes, shape, (row, column) => (height - 1 - row) * width + (width - 1 - column)));
    }),
  );
});

test('factors of 1, and turns of the hue by nothing or by the whole circle, leave the colours as they are', () => {
  fc.assert(
    fc.property(images, ({ bytes, shape }) => {
      for (const [kind, amount] of [
        ['brightness', 1],
        ['contrast', 1],
        ['saturation', 1],
        ['hue', 0],
      ] as const) {
        const colours = [{ kind, amount }];
        expectClose(changed(bytes, shape, { colours }), changed(bytes, shape, {}));
      }
      const around = [0.5, 0.25, 0.25].map((amount) => ({ kind: 'hue', amount }) as const);
      expectClose(changed(bytes, shape, { colours: around }), changed(bytes, shape, {}));
    }),
  );
});

test('colours stay within 0 and 1', () => {
  const kinds = fc.constantFrom('brightness', 'contrast', 'saturation', 'hue');
  const steps = fc.array(fc.record({ kind: kinds, amount: fc.double({ min: 0, max: 0.5, noNaN: true }) }));
  fc.assert(
    fc.property(images, steps, fc.double({ min: 0, max: 5, noNaN: true }), ({ bytes, shape }, colours, factor) => {
      const strong = colours.map(({ kind, amount }) => ({ kind, amount: kind === 'hue' ? amount : amount * factor }));
      for (const value of changed(bytes, shape, { colours: strong })) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('a hole is 0 after normalisation, and the rest is normalised channel by channel', () => {
  const out = new Float32Array(8);
  const normalisation = { mean: [0.5, 0.25], deviation: [0.5, 2] };
  const bytes = Uint8Array.of(0, 255, 51, 102, 0, 255, 51, 102);
  writeChanged(bytes, [2, 2, 2], { ...NO_CHANGE, hole: [0, 1, 2, 2] }, normalisation, out);
  expectClose(out, [-1, 0.375, 0, 0, -1, 0.375, 0, 0]);
});
