import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CUT, LIMITS } from '../base/bounded-text.ts';
import { eachLine, LastLines } from './output-lines.ts';

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  await eachLine(
    Readable.from(
      chunks.map((chunk) => Buffer.from(chunk)),
      { objectMode: false },
    ),
    async (line) => {
      lines.push(line);
    },
  );
  return lines;
}

describe('eachLine', () => {
  it('takes lines across chunks, with any end of line, and a last one without', async () => {
    expect(await linesOf('a\nb', 'c\r', '\n\nd')).toEqual(['a', 'bc', '', 'd']);
    expect(await linesOf()).toEqual([]);
  });

  it('keeps characters whole that are split between chunks', async () => {
    const bytes = Buffer.from('🙂é\n');
    expect(await linesOf(bytes.subarray(0, 2), bytes.subarray(2, 5), bytes.subarray(5))).toEqual(['🙂é']);
  });

  it('takes the last state of a progress bar', async () => {
    expect(await linesOf('\r10%\r20%', '\r30', '%\r', '40%\nx\n')).toEqual(['40%', 'x']);
    expect(await linesOf('10%\r', '\nnext')).toEqual(['10%', 'next']);
  });

  it('cuts lines that are too long, whether they end or not', async () => {
    const long = 'x'.repeat(LIMITS.line - 1);
    const cut = `${long}y${CUT}`;
    expect(await linesOf(`${long}yz\n${long}y\n`, `${long}y`, 'zzz', 'zz\nnext')).toEqual([
      cut,
      `${long}y`,
      cut,
      'next',
    ]);
    expect(await linesOf(long, 'yzz')).toEqual([cut]);
  });

  it('does not read on while a line is being taken', async () => {
    let taking = 0;
    const stream = Readable.from([Buffer.from('a\nb\n'), Buffer.from('c\n')]);
    await eachLine(stream, async () => {
      taking++;
      expect(taking).toBe(1);
      await new Promise((done) => setImmediate(done));
      taking--;
    });
  });
});

describe('LastLines', () => {
  it('keeps the last ones that are not empty', () => {
    const last = new LastLines(2);
    for (const line of ['a', 'b', ' ', 'c', '']) last.add(line);
    expect(String(last)).toBe('b\nc');
  });
});
