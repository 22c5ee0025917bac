import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { EventFile } from './event-file.ts';
import { Message } from './message.ts';
import { crc32c, record } from './record.ts';
import { scalar } from './summaries.ts';

it('a record has its length and data, each with its masked CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283); // RFC 3720's check value
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  // The first record of any of TensorBoard's files, but for its time.
  const version = new Message().double(1, 0).text(3, 'brain.Event:2').encoded();
  expect(record(version).toString('hex')).toMatchInlineSnapshot(
    `"1800000000000000a37f4b220900000000000000001a0d627261696e2e4576656e743a32eedf28a3"`,
  );
});

it('a message has its fields in the wire format of Protocol Buffers', () => {
  const message = new Message()
    .whole(1, 150)
    .text(2, 'testing')
    .inner(3, new Message().whole(1, 150))
    .float(4, 1)
    .doubles(5, [1]);
  expect(message.encoded().toString('hex')).toBe(
    '089601' + '120774657374696e67' + '1a03089601' + '250000803f' + '2a08000000000000f03f',
  );
  expect(
    new Message()
      .whole(1, 0)
      .whole(16, 2 ** 53 - 1)
      .encoded()
      .toString('hex'),
  ).toBe('08008001' + 'ffffffffffffff0f');
});

it('a new file follows the former ones, or takes their place where a run begins, and leaves those of other programs', () => {
  const folder = join(tempFolder(), 'runs/trial-0');
  const now = () => 5_000;
  const names = () => readdirSync(folder).map((name) => name.replace(/(\d+)\..*(\.\w+)$/, '$1$2'));
  const write = (afterStep?: number) => {
    const file = new EventFile(folder, afterStep, now);
    file.add(1, [scalar('value', 2)]);
    file.add(2, []);
    file.close();
  };
  write();
  writeFileSync(join(folder, 'events.out.tfevents.9.other.v2'), '');
  expect(names()).toEqual(['events.out.tfevents.5.hpo', 'events.out.tfevents.9.v2']);
  write(3);
  write(4);
  expect(names()).toEqual([
    'events.out.tfevents.5.hpo',
    'events.out.tfevents.6.hpo',
    'events.out.tfevents.7.hpo',
    'events.out.tfevents.9.v2',
  ]);
  const lengths = readdirSync(folder).map((name) => readFileSync(join(folder, name)).length);
  expect([lengths[1], lengths[2]]).toEqual([(lengths[0] as number) + 31, (lengths[0] as number) + 31]); // the restart
  write();
  expect(names()).toEqual(['events.out.tfevents.8.hpo', 'events.out.tfevents.9.v2']);
});

it('a file that goes on takes back the steps after the one that it goes on from, and not that one', () => {
  const folder = join(tempFolder(), 'trial-0');
  const now = () => 5_000;
  new EventFile(folder, undefined, now).close();
  new EventFile(folder, 3, now).close();
  const written = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
  // A SessionLog with the status START: readers forget what they have from its step on.
  const start = (step: number) =>
    record(new Message().whole(2, step).inner(7, new Message().whole(1, 1)).double(1, 5).encoded());
  expect(written.map((file) => file.includes(start(4)))).toEqual([false, true]);
});
