import { cpSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { trainingPackages, versionOf } from '../../src/training/packages/training-packages.ts';
import { packHpo } from '../support/packed-hpo.ts';
import { CHECKOUT, type Finished, runNode, runProgram, temporaryFolder } from '../support/run-hpo.ts';

// The package as npm installs it into an empty project: what it takes, what works without TensorFlow.js, and how that is
// added. Scripts of packages do not run, since compiling better-sqlite3 takes a minute: its native code is the
// checkout's.

const MOST_BYTES = 60 * 2 ** 20; // as du counts

const INLINE = `import { defineStudy, float, space } from 'hpo';
export default defineStudy({
  name: 'inline', trials: 3, seed: 1, space: space({ x: float(0, 1) }), objective: ({ params }) => params.x ** 2,
});`;

const PROGRAM = `import { command, defineStudy, float, space } from 'hpo';
export default defineStudy({
  name: 'program', trials: 2, seed: 1, space: space({ x: float(0, 1) }),
  objective: command({ run: 'node program.cjs {x}' }),
});`;

const TRAINING = `import { defineStudy, float, space } from 'hpo';
import { device } from 'hpo/tfjs';
import * as tf from '@tensorflow/tfjs-core';
export default defineStudy({
  name: 'training', trials: 1, seed: 1, space: space({ x: float(0, 1) }), device,
  objective: async ({ params, log }) => {
    log(tf.getBackend());
    return (await tf.square(params.x).data())[0] ?? Number.NaN;
  },
});`;

/** Every npm here takes what the cache has, and leaves scripts out. */
const NPM = { npm_config_prefer_offline: 'true', npm_config_ignore_scripts: 'true', npm_config_fund: 'false' };

/** The errors of npm where it has no network. */
const UNREACHABLE = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED)\b/;

let project: string;
let unreachable: string | undefined;

beforeAll(async () => {
  const { archive } = await packHpo();
  project = temporaryFolder({
    'package.json': '{ "private": true, "type": "module" }',
    'inline.ts': INLINE,
    'program.ts': PROGRAM,
    'program.cjs': 'console.log(JSON.stringify({ value: process.argv[2] ** 2 }))',
    'training.ts': TRAINING,
    'device.ts': TRAINING.replace(/^import \* as tf.*\n/m, ''),
  });
  const { code, stdout, stderr } = await runProgram('npm', ['install', archive], { cwd: project, env: NPM });
  if (UNREACHABLE.test(stderr)) unreachable = stderr;
  else expect(code, stdout + stderr).toBe(0);
  const build = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
  if (unreachable === undefined) cpSync(join(CHECKOUT, build), join(project, build));
});

/** Runs the installed program. */
function hpo(...args: readonly string[]): Promise<Finished> {
  const env = { ...NPM, HPO_BACKEND: 'wasm' };
  return runNode([join(project, 'node_modules/hpo/bin/hpo.js'), ...args], { cwd: project, env });
}

async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await hpo(...args);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The space that a folder takes on the disk, in bytes. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => sum + (lstatSync(path).isDirectory() ? sizeOf(path) : lstatSync(path).blocks * 512), 0);
}

describe.sequential('hpo in an empty project', () => {
  it.skipIf(process.platform === 'win32')(
    'takes at most 60 MB, with all that compiling better-sqlite3 leaves',
    ({ skip }) => {
      if (unreachable !== undefined) return skip("npm's registry is out of reach, and its cache lacks a package");
      const compiled = sizeOf(join(CHECKOUT, 'node_modules/better-sqlite3/build'));
      const addon = statSync(join(project, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node')).size;
      expect(sizeOf(join(project, 'node_modules')) - addon + compiled).toBeLessThan(MOST_BYTES);
      const packages = readdirSync(join(project, 'node_modules'));
      expect(packages).toEqual(expect.arrayContaining(['better-sqlite3', 'hpo', 'tsx']));
      expect(packages).not.toContain('@tensorflow');
    },
  );

  it('runs studies of functions and of programs, and makes a report and pictures', async ({ skip }) => {
    if (unreachable !== undefined) return skip('not installed');
    await succeed('run', 'inline.ts', '--workers', '1');
    await succeed('run', 'program.ts', '--workers', '1');
    expect(await succeed('studies', '--format', 'json')).toMatch(/"inline".*"program"/s);
    await succeed('report', 'inline', '-o', 'report.html');
    await succeed('plot', 'history', 'inline', '-o', 'history.svg');
    await succeed('plot', 'history', 'inline', '-o', 'history.png');
    expect(readFileSync(join(project, 'report.html'), 'utf8')).toMatch(/<script>\S/);
    expect(readFileSync(join(project, 'history.svg'), 'utf8')).toMatch(/^<svg /);
    expect(readFileSync(join(project, 'history.png')).toString('latin1', 1, 4)).toBe('PNG');
  });

  it('ends a study that imports hpo/tfjs with one line, and says in doctor what is missing', async ({ skip }) => {
    if (unreachable !== undefined) return skip('not installed');
    const stderr = 'hpo: hpo/tfjs needs TensorFlow.js, which is not installed; run `npx hpo setup tfjs`.\n';
    expect(await hpo('run', 'device.ts')).toEqual({ code: 2, stdout: '', stderr });
    const own = "hpo: training.ts:3: cannot find '@tensorflow/tfjs-core'; run `npx hpo setup tfjs`.\n";
    expect(await hpo('run', 'training.ts')).toEqual({ code: 2, stdout: '', stderr: own });
    expect(await hpo('data', 'resnet18')).toEqual({ code: 2, stdout: '', stderr });
    const lacking = 'tfjs     hpo/tfjs lacks TensorFlow.js, which is not installed; run `npx hpo setup tfjs`\n';
    expect(await succeed('doctor')).toContain(lacking);
    const { backends, lacking: packages } = JSON.parse(await succeed('doctor', '--format', 'json'));
    expect(backends).toEqual([]);
    expect(packages.map(({ name }: { name: string }) => name)).toEqual(trainingPackages());
  });

  it('imports hpo/tfjs as that line says, in a program of its own', async ({ skip }) => {
    if (unreachable !== undefined) return skip('not installed');
    const script = `
      import { createRequire } from 'node:module';
      const told = ({ code, message, data }) => console.log(JSON.stringify([code, message, data.packages.length]));
      await import('hpo/tfjs').catch(told);
      try { createRequire(import.meta.url)('hpo/tfjs'); } catch (error) { told(error); }`;
    const { stdout } = await runNode(['--input-type=module', '-e', script], { cwd: project });
    const line = ['HPO_TFJS_MISSING', expect.stringContaining('run `npx hpo setup tfjs`'), 4];
    expect(stdout.trim().split('\n').map((text) => JSON.parse(text))).toEqual([line, line]); // biome-ignore format: one thought
  });

  it('has TensorFlow.js added by `hpo setup tfjs`, in exact versions and once', async ({ skip }) => {
    if (unreachable !== undefined) return skip('not installed');
    const before = readFileSync(join(project, 'package.json'), 'utf8');
    const offline = await runNode([join(project, 'node_modules/hpo/bin/hpo.js'), 'setup', 'tfjs'], {
      cwd: project,
      env: { ...NPM, npm_config_offline: 'true', npm_config_cache: temporaryFolder() },
    });
    expect(offline.code, offline.stdout).toBe(2);
    expect(offline.stderr).toMatch(
      /^hpo: npm could not add the packages of hpo\/tfjs: .*ENOTCACHED.*\n$|^hpo: npm could not add the packages of hpo\/tfjs: .*only-if-cached.*\n$/,
    );
    expect(readFileSync(join(project, 'package.json'), 'utf8')).toBe(before);

    const [first, last] = (await succeed('setup', 'tfjs', '--no-webgpu')).split('\n');
    expect(first).toMatch(/^adding to .+package\.json: npm install .*@tensorflow\/tfjs-core@4\.22\.0 .* sharp$/);
    expect(last).toBe('installed; `npx hpo doctor` shows the backends for training');
    const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    for (const name of trainingPackages({ webgpu: false })) {
      const version = versionOf(name);
      expect(dependencies[name], name).toMatch(/^\d+\.\d+\.\d+$/);
      if (/^\d/.test(version)) expect(dependencies[name]).toBe(version);
    }
    expect(dependencies.webgpu).toBeUndefined();
    const again = await succeed('setup', 'tfjs', '--no-webgpu');
    expect(again).toMatch(/^nothing to do: the packages of hpo\/tfjs are there; /);

    const events = (await succeed('run', 'training.ts', '--workers', '1', '--json')).trim().split('\n');
    const logged = events.map((line) => JSON.parse(line)).filter(({ type }) => type === 'log');
    expect(logged.map(({ text }) => text)).toEqual(['wasm']);
  });
});
