import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readSafetensors } from './safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'hpo-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'weights.safetensors');

/** Writes a file. */
function file(bytes: Uint8Array): string {
  writeFileSync(path, bytes);
  return path;
}

/** Writes a file of a head and its numbers. */
function written(head: unknown, numbers: Uint8Array = new Uint8Array()): string {
  const text = Buffer.from(typeof head === 'string' ? head : JSON.stringify(head));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return file(Buffer.concat([length, text, numbers]));
}

describe('readSafetensors()', () => {
  test('reads every type of floating-point numbers, in any order, and leaves others and unwanted ones out', async () => {
    const numbers = Buffer.alloc(40);
    numbers.writeDoubleLE(0.1, 0);
    numbers.writeFloatLE(-2.5, 8);
    // 1.5, the smallest subnormal, −∞ and NaN of half precision; 3.140625 and −0 of bfloat16
    for (const [at, bits] of [0x3e00, 0x0001, 0xfc00, 0x7e00, 0x4049, 0x8000].entries()) {
      numbers.writeUInt16LE(bits, 12 + 2 * at);
    }
    numbers.writeBigInt64LE(7n, 24);
    const whole = written(
      {
        half: { dtype: 'F16', shape: [2, 2], data_offsets: [12, 20] },
        __metadata__: { format: 'pt' },
        double: { dtype: 'F64', shape: [], data_offsets: [0, 8] },
        brain: { dtype: 'BF16', shape: [2], data_offsets: [20, 24] },
        count: { dtype: 'I64', shape: [], data_offsets: [24, 32] },
        single: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
        unwanted: { dtype: 'F32', shape: [2], data_offsets: [32, 40] },
      },
      numbers,
    );
    const tensors = await readSafetensors(whole, (name) => name !== 'unwanted');
    expect(Object.fromEntries([...tensors].map(([name, { values, shape }]) => [name, [shape, ...values]]))).toEqual({
      half: [[2, 2], 1.5, 2 ** -24, Number.NEGATIVE_INFINITY, Number.NaN],
      double: [[], Math.fround(0.1)],
      brain: [[2], 3.140625, -0],
      single: [[1], -2.5],
    });
  });

  test('reads any bytes, or refuses them in a line', async () => {
    const tensor = { dtype: 'F16', shape: [2, 1], data_offsets: [0, 4] };
    const whole = readFileSync(
      written({ a: tensor, b: { ...tensor, shape: [], data_offsets: [2, 4] } }, Buffer.alloc(4)),
    );
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 });
    const edited = fc.tuple(edits, fc.nat(whole.length)).map(([changes, length]) => {
      const bytes = Buffer.from(whole);
      for (const [at, byte] of changes) bytes[at] = byte;
      return length % 4 === 0 ? bytes.subarray(0, length) : bytes;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(edited, fc.uint8Array({ maxLength: 64 })), async (bytes) => {
        const tensors = await readSafetensors(file(bytes)).catch((error: unknown) => error);
        if (tensors instanceof Map)
          for (const { shape, values } of tensors.values())
            expect(values).toHaveLength(shape.reduce((a: number, b: number) => a * b, 1));
        else
          expect((tensors as Error).message).toMatch(/^No tensors can be read from .*; give a \.safetensors file\.$/);
      }),
      { numRuns: 300 },
    );
  });

  const tensor = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const four = new Uint8Array(4);
  test.each([
    ['no head', () => file(Buffer.from('PK')), 'it is cut short, or of another format'],
    ['a head beyond its end', () => file(Buffer.alloc(9, 1)), 'it is cut short, or of another'],
    ['a head that is not JSON', () => written('{'), 'it is of another format, or its head is damaged'],
    ['a head that is a list', () => written([]), 'its head is damaged'],
    [
      'numbers beyond its end',
      () => written({ a: { ...tensor, data_offsets: [4, 8] } }, four),
      'the place of its tensor "a"',
    ],
    ['a shape that does not fit', () => written({ a: { ...tensor, shape: [2] } }, four), 'the place of its tensor "a"'],
    ['a negative size', () => written({ a: { ...tensor, shape: [-1] } }, four), 'the place of its tensor "a"'],
    [
      'a tensor without a place',
      () => written({ a: { dtype: 'F32', shape: [1] } }, four),
      'the place of its tensor "a"',
    ],
    ['no file', () => join(folder, 'missing'), 'there is no such file'],
    ['a folder', () => folder, 'it is not a file'],
  ])('refuses a file with %s in a line', async (_, make, why) => {
    const made = make();
    await expect(readSafetensors(made)).rejects.toThrow(`No tensors can be read from ${made}: ${why}`);
  });
});
