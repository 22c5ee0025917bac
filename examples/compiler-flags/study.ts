import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { categorical, defineStudy, space } from 'hpo';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, 'program.c');
const RIGHT = /^-?\d+\.\d+ 148933 /; // what the program prints: the place of the planets, and how many primes there are
const onOff = categorical([true, false]);

export default defineStudy({
  name: 'gcc',

  // A flag that is on or off goes by its own name, so that reports show it as people know it.
  space: space({
    level: categorical(['-O1', '-O2', '-O3', '-Os']),
    '-march=native': onOff,
    '-ffast-math': onOff,
    '-funroll-loops': onOff,
    '-fno-tree-vectorize': onOff,
    '-fprefetch-loop-arrays': onOff,
  }),

  direction: 'minimize', // the processor time in ms
  trials: 40,
  duplicates: 'resample', // no flags twice
  trialTimeoutMs: 60_000,
  settings: { repeats: 7, maxKilobytes: 16 },
  enqueue: [
    {
      level: '-O2',
      '-march=native': false,
      '-ffast-math': false,
      '-funroll-loops': false,
      '-fno-tree-vectorize': false,
      '-fprefetch-loop-arrays': false,
    },
  ],

  async objective({ trial, params, settings, signal }) {
    const { level, ...flags } = params;
    const on = Object.entries(flags)
      .filter(([, isOn]) => isOn)
      .map(([flag]) => flag);
    const folder = await mkdtemp(join(tmpdir(), 'gcc-'));
    try {
      const program = join(folder, 'program');
      const words = [level, ...on];
      await run('gcc', [...words, '-s', SOURCE, '-lm', '-o', program], { signal }); // one that gcc refuses fails the trial
      await trial.setUserAttr('command', ['gcc', ...words].join(' '));
      await trial.setConstraint('size', (await stat(program)).size / 1024 - settings.maxKilobytes); // met at 0 or below

      const times: number[] = [];
      for (let repeat = 0; repeat < settings.repeats; repeat++) {
        const { stdout } = await run(program, { signal });
        if (!RIGHT.test(stdout)) throw new Error(`a wrong result: ${stdout}`); // a program that is fast and wrong
        times.push(1000 * Number(stdout.split(' ')[2]));
      }
      times.sort((a, b) => a - b);
      const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
      await trial.setUserAttr('spread', (times.at(-1) ?? median) - (times[0] ?? median));
      return median; // one slow run does not count
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});
