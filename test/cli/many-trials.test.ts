import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { float } from '../../src/space/float-distribution.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { temporaryFolder } from '../support/run-hpo.ts';
import { hasTmux, Terminal } from '../support/terminal.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// `hpo trials`, `best` and `export` of a study with more trials than a page holds and a screen shows.

const COUNT = 1203;
const x = float(0, 2000);
const lossOf = (number: number) => (number * 7 + 600) % COUNT;

let cwd: string;

beforeAll(async () => {
  cwd = temporaryFolder();
  const storage = await openStorage(join(cwd, 'hpo.db'), { create: true });
  const study = await storage.createStudy({ name: 'many', directions: ['minimize'] });
  for (let number = 0; number < COUNT; number++) {
    const isFailed = number % 100 === 99;
    const stderr = number === 1199 ? 'no room' : undefined;
    await storage.createTrial(study, {
      state: isFailed ? 'FAIL' : 'COMPLETE',
      params: [{ name: 'x', value: (number * 7) % COUNT, distribution: x }],
      ...(isFailed
        ? {
            systemAttrs: { 'hpo:error': { name: 'Error', message: `no. ${1300 - number}`, ...(stderr && { stderr }) } },
          }
        : { values: [lossOf(number)] }),
    });
  }
  await storage.close();
});

afterAll(() => rmSync(cwd, { recursive: true }));

const program = new WarmHpo();

async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await program.run(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const lines = (text: string) => text.trimEnd().split('\n');

it('lists all trials in a pipe, each once, in every format, by any column', async () => {
  const [table, json, sorted] = [
    lines(await printed('trials')),
    JSON.parse(await printed('trials', '--format', 'json')) as { trial: number }[],
    lines(await printed('trials', '--sort', 'x', '--desc', '--columns', 'trial,x', '--format', 'value')),
  ];
  expect(table).toHaveLength(COUNT + 1);
  expect(json.map(({ trial }) => trial)).toEqual(Array.from({ length: COUNT }, (_, number) => number));
  const values = sorted.map((line) => Number(line.split('\t')[1]));
  expect(values).toEqual(Array.from({ length: COUNT }, (_, at) => COUNT - 1 - at));
});

it('limits after sorting, by columns made of several figures, too', async () => {
  const [best, failed, csv] = [
    await printed('trials', '--sort', 'value', '--limit', '2', '--columns', 'trial,value', '--format', 'value'),
    await printed('trials', '--sort', 'error', '--limit', '2', '--columns', 'trial,error', '--format', 'value'),
    await printed('trials', '--state', 'fail', '--limit', '1', '--format', 'csv'),
  ];
  expect(best).toBe('258\t0\n430\t1\n');
  expect(failed).toBe('299\tError: no. 1001\n1199\tError: no. 101\n');
  expect(lines(csv)[0]).toBe('trial,state,value,seconds,started,error,stderr,params.x');
});

it('gives the best of them, and one by its number', async () => {
  expect(JSON.parse(await printed('best', '--format', 'json'))).toMatchObject({
    trial: 258,
    value: 0,
    params: { x: (258 * 7) % COUNT },
  });
  expect(JSON.parse(await printed('export', '--trial', '1202'))).toEqual({ x: (1202 * 7) % COUNT });
});

it.skipIf(!hasTmux())('shows a terminal fifty of them, and how to see the others', async () => {
  const terminal = new Terminal(cwd);
  try {
    terminal.press('clear; hpo trials --columns trial,value --sort value', 'Enter');
    await terminal.until(/more trials/);
    const screen = await terminal.until(/best value so far/);
    expect(screen).toContain('1153 more trials; --limit 1203 shows all, --sort and --desc choose the first.');
    terminal.press('clear; hpo trials --columns trial,value --limit 3', 'Enter');
    await terminal.until(/\n2 +614\s+best value so far/);
  } finally {
    terminal.close();
  }
});
