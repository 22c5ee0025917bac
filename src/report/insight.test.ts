import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { decode, encode } from 'fast-png';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/run-hpo.ts';
import { readForeignPng } from './foreign-png.ts';
import { readInsight } from './insight.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'insight'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, 'insight', name), content);
const writeJson = (content: unknown) => write('insight.json', JSON.stringify(content));
const picture = (seed: number) =>
  encode({ width: 4, height: 2, channels: 3, data: Uint8Array.from({ length: 24 }, (_, at) => (seed * at) % 256) });
const pixels = (png: string | null | undefined) => decode(Buffer.from(png ?? '', 'base64')).data;

const content = {
  version: 1,
  images: 5,
  classes: [
    { name: 'cat', images: 3, right: 2 },
    { name: 'dog', images: 2, right: 2 },
  ],
  layout: {
    layer: 'dense_2',
    width: 64,
    kept: 0.4,
    divergence: 1,
    points: [
      [1, 2, 0, 0],
      [3, -4.5, 0, 1],
    ],
  },
  mistakes: { images: 1, shown: [{ label: 0, predicted: 1, confidence: 0.9 }] },
  samples: [0, 1],
  channels: [{ mean: 0.5, deviation: 0.2 }],
};

it('reads the classes, the layout and the pictures; nothing where there are none, and no pictures where none are wanted', () => {
  expect(readInsight(folder, true)).toBeNull();
  writeJson(content);
  for (const [at, name] of ['mistake-1', 'mistake-1-map', 'class-1', 'channels'].entries())
    write(`${name}.png`, picture(at + 1));
  const read = readInsight(folder, true);
  expect(read).toMatchObject({
    images: 5,
    wrong: 1,
    classes: content.classes,
    layout: { layer: 'dense_2', width: 64, kept: 0.4, points: content.layout.points },
    mistakes: [{ label: 0, predicted: 1, confidence: 0.9 }],
    channels: content.channels,
  });
  expect(read?.samples.map(({ label }) => label)).toEqual([1]); // there is no picture of the other class
  const shown = [read?.mistakes[0]?.picture, read?.mistakes[0]?.map, read?.samples[0]?.picture, read?.channelsPicture];
  expect(shown.map(pixels)).toEqual([1, 2, 3, 4].map((at) => decode(picture(at)).data));
  const without = readInsight(folder, false);
  expect(without).toMatchObject({ layout: read?.layout, samples: [], channelsPicture: null });
  expect(without?.mistakes).toEqual([{ label: 0, predicted: 1, confidence: 0.9, picture: null, map: null }]);
});

it('leaves out what is in another form, and more than is shown', () => {
  writeJson({
    ...content,
    classes: Array.from({ length: 3000 }, () => ({ name: ['cat'] })),
    layout: {
      layer: 7,
      points: [
        ['1', 2, 0, 0],
        [1, 2, 0],
        [1, 2, 0, -1],
        [1, 2, 0, 0.5],
        [1, 2, 1e9, 0],
        'x',
        ...Array(30_000).fill([1, 2, 3, 4]),
      ],
    },
    mistakes: { images: 'many', shown: [{ label: '../../etc', predicted: 1 }, ...Array(5000).fill(null)] },
    samples: ['../../secret', 1.5, ...Array(5000).fill(1)],
    channels: 'all',
  });
  write('class-1.png', picture(1));
  const read = readInsight(folder, true);
  expect(read?.classes).toHaveLength(1000);
  expect(read?.classes[0]).toEqual({ name: '', images: Number.NaN, right: Number.NaN });
  expect(read?.layout?.points.length).toBeLessThanOrEqual(20_000);
  expect(new Set(read?.layout?.points.map(String))).toEqual(new Set(['1,2,3,4']));
  expect([read?.layout?.layer, read?.wrong, read?.channels]).toEqual(['', Number.NaN, []]);
  expect(read?.mistakes).toHaveLength(100);
  expect(read?.mistakes[0]).toMatchObject({ label: null, predicted: 1, confidence: Number.NaN });
  expect(read?.samples.length).toBeLessThanOrEqual(50);
  for (const odd of ['[]', '{', '{"images": 3, "layout": null, "mistakes": 4}', 'null', '"x"']) {
    write('insight.json', odd);
    expect(readInsight(folder, true)?.layout ?? null).toBeNull();
  }
});

/** A PNG of these parts, with sums of zeros: whoever checks them refuses it. */
function png(head: readonly number[], data: Uint8Array): Buffer {
  const part = (kind: string, bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, Buffer.from(kind, 'latin1'), bytes, Buffer.alloc(4)]);
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    part('IHDR', Uint8Array.from(head)),
    part('IDAT', data),
    part('IEND', new Uint8Array()),
  ]);
}

it('takes only PNG files of modest size that decode, and of these nothing but the pixels', () => {
  const read = (bytes: string | Uint8Array) => {
    write('some.png', bytes);
    return readForeignPng(join(folder, 'insight/some.png'));
  };
  const good = picture(3);
  expect(pixels(read(good))).toEqual(decode(good).data);
  const text = encode({
    width: 4,
    height: 2,
    channels: 3,
    data: new Uint8Array(24),
    text: { Title: '<script>alert(1)</script>' },
  });
  for (const bytes of [text, Buffer.concat([good, Buffer.from('<script>alert(1)</script>')])]) {
    const kept = Buffer.from(read(bytes) as string, 'base64').toString('latin1');
    expect(kept).not.toContain('script');
  }
  const broken = Uint8Array.from(good);
  broken[45] = (broken[45] as number) ^ 255;
  const rows = (width: number, height: number, channels: number) =>
    deflateSync(new Uint8Array((width * channels + 1) * height));
  const head = (width: number, height: number, bits: number, type: number, interlaced = 0) => [
    ...[0, 0, width >> 8, width & 255, 0, 0, height >> 8, height & 255],
    ...[bits, type, 0, 0, interlaced],
  ];
  const refused = {
    'no PNG': '<svg onload="alert(1)"/>',
    empty: '',
    cut: good.subarray(0, 50),
    broken,
    'more data than its head says': png(head(4, 2, 8, 2), deflateSync(new Uint8Array(9_000_000))),
    'fewer data': png(head(4, 2, 8, 2), rows(4, 1, 3)),
    'a palette': png(head(4, 2, 8, 3), rows(4, 2, 1)),
    interlaced: png(head(4, 2, 8, 2, 1), rows(4, 2, 3)),
    'sixteen bits': png(head(4, 2, 16, 2), rows(8, 2, 3)),
    'too many pixels': png(head(2000, 2000, 8, 0), rows(2000, 2000, 1)),
    'no pixels': png(head(0, 0, 8, 2), deflateSync(new Uint8Array())),
    'too large a file': Buffer.concat([good, new Uint8Array(2 ** 20)]),
  };
  const taken = Object.entries(refused).filter(([, bytes]) => read(bytes) !== undefined);
  expect(taken.map(([name]) => name)).toEqual([]);
  expect(readForeignPng(join(folder, 'insight'))).toBeUndefined();
  symlinkSync('/dev/zero', join(folder, 'insight/endless.png'));
  expect(readForeignPng(join(folder, 'insight/endless.png'))).toBeUndefined();
});
