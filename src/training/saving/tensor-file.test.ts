import { linkSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { type FiledTensor, readTensorFile, writeTensorFile } from './tensor-file.ts';

/** More tensors than a system writes at once, some of them empty, some parts of larger memory. */
function manyTensors(): ReadonlyMap<string, FiledTensor> {
  const memory = Float32Array.from({ length: 5000 }, (_, at) => Math.sin(at));
  const tensors = new Map<string, FiledTensor>();
  for (let at = 0; at < 2500; at++) {
    const values = memory.subarray(at, at + (at % 5));
    tensors.set(`t/${at}`, { shape: [values.length], values });
  }
  return tensors;
}

it('any number of tensors comes back from a file as it was', async () => {
  const path = join(tempFolder(), 'many.safetensors');
  const tensors = manyTensors();
  await writeTensorFile(path, 'test-1', 'about', tensors);
  const read = await readTensorFile(path, 'test-1', (kinds) => expect(kinds.size).toBe(2500));
  expect(read.metadata).toBe('about');
  expect(read.tensors).toEqual(tensors);
});

it('a file is overwritten, longer or shorter, but not where it has other names or is a link', async () => {
  const folder = tempFolder();
  const path = join(folder, 'a');
  const numbers = (count: number) => ({ shape: [count], values: Float32Array.from({ length: count }, (_, at) => at) });
  const write = (count: number) => writeTensorFile(path, 'test-1', '', new Map([['x', numbers(count)]]));
  const read = async (file: string) => (await readTensorFile(file, 'test-1', () => {})).tensors.get('x')?.shape;
  await write(5);
  const { ino } = statSync(path);
  for (const count of [9, 2, 2]) {
    await write(count);
    expect([await read(path), statSync(path).ino]).toEqual([[count], ino]);
  }
  linkSync(path, join(folder, 'kept'));
  await write(3);
  renameSync(path, join(folder, 'other'));
  symlinkSync(join(folder, 'other'), path);
  await write(4);
  expect(await Promise.all(['kept', 'other', 'a'].map((name) => read(join(folder, name))))).toEqual([[2], [3], [4]]);
});

it('a file is laid out as safetensors has it', async () => {
  const path = join(tempFolder(), 'two.safetensors');
  const tensors = new Map<string, FiledTensor>([
    ['a', { shape: [2, 1], values: Float32Array.of(1, -2) }],
    ['b', { shape: [3], values: Int32Array.of(4, 5, 6) }],
  ]);
  await writeTensorFile(path, 'test-1', '', tensors);
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE());
  expect(length % 8).toBe(0);
  const head = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  expect(head.a).toEqual({ dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] });
  expect(head.b).toEqual({ dtype: 'I32', shape: [3], data_offsets: [8, 20] });
  expect(bytes.length).toBe(8 + length + 20);
  expect([bytes.readFloatLE(8 + length + 4), bytes.readInt32LE(8 + length + 8)]).toEqual([-2, 4]);
});
