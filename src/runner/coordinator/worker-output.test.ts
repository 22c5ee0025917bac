import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { beginningMark } from '../wire/protocol.ts';
import { readOutput } from './worker-output.ts';

it('the lines of a worker belong to the work that it has begun with, however late they are read', async () => {
  const stream = new PassThrough();
  const seen: string[] = [];
  const end = readOutput(stream, {
    line: async (text) => {
      await new Promise((done) => setImmediate(done)); // a slow reader
      seen.push(text);
    },
    beginning: ({ phase, trial }) => seen.push(`${phase} ${trial}`),
  });
  const begin = (phase: 'prepare' | 'trial' | 'retrain', trial?: number) =>
    stream.write(`\n${beginningMark({ phase, trial })}\n`);
  begin('prepare');
  stream.write('loading');
  begin('trial', 0);
  begin('trial', 12);
  stream.write('twelve\n\u0000hpo begins nothing \u0000\n');
  begin('retrain', 12);
  stream.end('last');
  await end;
  const work = ['prepare undefined', 'loading', 'trial 0', 'trial 12', 'twelve', '\u0000hpo begins nothing \u0000'];
  expect(seen).toEqual([...work, 'retrain 12', 'last']);
});
