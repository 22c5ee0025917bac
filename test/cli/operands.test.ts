import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, space } from 'hpo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandsFor } from '../../src/cli/commands/index.ts';
import { complete } from '../../src/cli/completion.ts';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// Words behind `--` are arguments of the command, even if they look like options.

let cwd: string;

beforeAll(async () => {
  cwd = temporaryFolder();
  for (const name of ['-x', '--format', 'a']) {
    const study = await createStudy({ name, storage: join(cwd, 'hpo.db'), space: space({ x: float(0, 1) }) });
    await study.optimize(({ params }) => params.x, { trials: 2 });
    await study.ask({ owned: false });
    await study.close();
  }
});
afterAll(() => rmSync(cwd, { recursive: true }));

const program = new WarmHpo();
const hpo = (...args: readonly string[]) => program.run(args, { cwd });

it('names a study by them', async () => {
  expect((await hpo('best', '--format', 'value', '--', '-x')).stdout).toMatch(/^-x\t/);
  expect((await hpo('best', '--format', 'value', '--', '--format')).stdout).toMatch(/^--format\t/);
  expect((await hpo('--', 'best', 'a', '--format')).stderr).toContain("takes no further argument '--format'");
  expect((await hpo('trials', '--format=value', '--columns', 'trial', '--', '-x')).stdout).toBe('0\n1\n2\n');
  expect((await hpo('tell', '--trial', '2', '--value', '0.5', '--', '-x')).stdout).toBe(
    "Trial 2 of '-x' is COMPLETE with 0.5\n",
  );
  expect((await hpo('plot', '--', 'history', '-x')).stdout).toBe('runs/-x/history.svg\n');
  expect((await hpo('init', '--', '-study.ts')).stdout).toContain('hpo run ./-study.ts');
  expect(existsSync(join(cwd, '-study.ts'))).toBe(true);
});

it('quotes them as they were given in messages', async () => {
  expect(await hpo('best', '--', '-y')).toEqual({
    code: 2,
    stdout: '',
    stderr: "hpo: There is no study '-y' in sqlite:///hpo.db. It holds '-x', '--format', 'a'.\n",
  });
  expect((await hpo('best', '--', 'a', '-b')).stderr).toBe(
    "hpo: hpo best takes no further argument '-b'; see `hpo best --help`.\n",
  );
  expect((await hpo('plot', '--', '-x')).stderr).toContain('<kind> of hpo plot takes one of');
  expect((await hpo('plot', '--', '-x')).stderr).toContain('not "-x"');
  expect((await hpo('best', '-x')).stderr).toBe('hpo: hpo best has no option -x; see `hpo best --help`.\n');
});

it('completes names of studies behind --, and before it none that look like options', async () => {
  const names = async (...words: readonly string[]) => {
    const all = await complete(await commandsFor('best'), ['best', '--storage', join(cwd, 'hpo.db'), ...words]);
    return all.flatMap(({ value, describe }) => (describe === 'a study' ? [value] : []));
  };
  expect(await names('--', '')).toEqual(['-x', '--format', 'a']);
  expect(await names('--', '--')).toEqual(['--format']);
  expect(await names('')).toEqual(['a']);
  expect(await names('--')).toEqual([]);
});
