import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleCreate } from '../../scripts/build-create.ts';
import { trainingPackages, versionOf } from '../../src/training/packages/training-packages.ts';
import { CHECKOUT, INSTALLED, runNode, runProgram, temporaryFolder, writeFiles } from '../support/run-hpo.ts';
import { hasTmux, Terminal } from '../support/terminal.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const hpo = new WarmHpo();
let root: string;
let program: string;

beforeAll(async () => {
  const installed = temporaryFolder();
  for (const part of ['bin', 'package.json']) {
    cpSync(join(CHECKOUT, 'create-hpo', part), join(installed, part), { recursive: true });
  }
  await bundleCreate(join(installed, 'dist'));
  program = join(installed, 'bin/create-hpo.js');
  root = temporaryFolder();
  mkdirSync(join(root, 'node_modules')); // of the projects below it
  symlinkSync(INSTALLED, join(root, 'node_modules/hpo'), 'junction');
});

const create = (cwd: string, args: readonly string[], agent = 'npm/11.0.0 node/v22.0.0') =>
  runNode([program, ...args], { cwd, env: { npm_config_user_agent: agent } });

const filesIn = (folder: string) => readdirSync(folder).sort();

describe('what it writes', () => {
  const COMMON = ['.gitignore', 'README.md', 'package.json', 'study.ts', 'tsconfig.json'];

  it.each([
    ['function', [], ['--trials', '4']],
    ['program', ['train.py'], ['--trials', '3', '--set', 'epochs=2']],
    ['tfjs', [], ['--trials', '1', '--set', 'epochs=1', '--no-retrain', '--backend', 'wasm']],
  ] as const)('runs as it is: %s', async (template, others, few) => {
    const written = await create(root, [template, '--yes', '--template', template]);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    const folder = join(root, template);
    expect(filesIn(folder)).toEqual([...COMMON, ...others].sort());
    const run = await hpo.run(['run', 'study.ts', '--workers', '1', ...few], { cwd: folder });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(existsSync(join(folder, 'runs', template, 'best.json'))).toBe(true);
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(dependencies.hpo).toMatch(/^\^\d/);
    const training = template === 'tfjs' ? trainingPackages() : [];
    const wanted = training.map((name) => [name, versionOf(name)]);
    expect(dependencies).toEqual({ hpo: dependencies.hpo, ...Object.fromEntries(wanted) });
  });

  it('has the right types by its own tsconfig.json, whatever the parameters', async () => {
    const params = 'lambda=0.0..1 class=1..9:step=2 rate=1e-3..1:log kind=a-b,c amp=true,false size=32,64';
    for (const template of ['function', 'program']) {
      const args = [`${template}-own`, '--yes', '--template', template, '--params', params];
      expect(await create(root, args)).toMatchObject({ code: 0, stderr: '' });
    }
    const run = await hpo.run(['run', 'study.ts', '--trials', '2', '--workers', '1'], {
      cwd: join(root, 'program-own'),
    });
    expect(run.code, run.stdout + run.stderr).toBe(0);

    const compilerOptions = {
      typeRoots: [join(CHECKOUT, 'node_modules/@types')],
      exactOptionalPropertyTypes: true, // as hpo's sources demand it, in whose place users have declarations
      paths: {
        hpo: [join(CHECKOUT, 'src/index.ts')],
        'hpo/tfjs': [join(CHECKOUT, 'src/training/index.ts')],
      },
    };
    const config = { extends: './function/tsconfig.json', compilerOptions, include: ['*/study.ts'] };
    writeFiles(root, { 'tsconfig.json': JSON.stringify(config) });
    const tsc = join(CHECKOUT, 'node_modules/.bin/tsc');
    expect(await runProgram(tsc, [], { cwd: root })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each([
    ['npm/11.0.0', 'npm install', '{"better-sqlite3":true,"esbuild":true}', undefined],
    ['pnpm/11.1.0', 'pnpm install', undefined, 'pnpm-workspace.yaml'],
    ['yarn/4.9.0', 'yarn install', undefined, '.yarnrc.yml'],
    ['bun/1.4.0', 'bun install', undefined, undefined],
  ])('lets %s run the scripts that compile', async (agent, install, allowed, file) => {
    const folder = `by-${agent.split('/')[0]}`;
    const { stdout } = await create(root, [folder, '--yes'], `${agent} npm/? node/v22.0.0`);
    expect(stdout).toContain(`  cd ${folder}\n  ${install}\n`);
    const { allowScripts, trustedDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    expect(JSON.stringify(allowScripts)).toBe(allowed);
    expect(trustedDependencies).toEqual(agent.startsWith('bun') ? ['better-sqlite3', 'esbuild'] : undefined);
    if (file !== undefined) expect(filesIn(join(root, folder))).toContain(file);
  });
});

it('is of the version of hpo', async () => {
  const versions = ['package.json', 'create-hpo/package.json'].map((path) => {
    return JSON.parse(readFileSync(join(CHECKOUT, path), 'utf8')).version;
  });
  const { stdout } = await create(root, ['--version']);
  expect([...versions, stdout.trim()]).toEqual(versions.map(() => versions[0]).concat(versions[0]));
});

describe('mistakes end with one line and exit code 2, and leave nothing', () => {
  it.each([
    ['full', ['full', '-y'], 'full is not empty (own.txt is there); name another folder.'],
    ['a file', ['full/own.txt', '-y'], 'full/own.txt is a file; name another folder.'],
    [
      'no terminal',
      [],
      'there is no terminal to ask questions in; --yes takes the defaults, and --help shows the options.',
    ],
    ['a template', ['-y', '-t', 'rust'], '--template takes one of function, program, tfjs, not "rust".'],
    [
      'a range',
      ['-y', '--params', 'x=3..1'],
      '--params: x=3..1: int(3, 1): the lower bound is above the upper bound; swap them.',
    ],
    [
      'parameters of another kind',
      ['-y', '-t', 'tfjs', '--params', 'x=1..3'],
      '--params: The classifier takes learningRate, dropout, batchSize; give ranges or choices of these, and add others in its file.',
    ],
    ['an option', ['-y', '--nmae', 'x'], 'there is no option --nmae; --help shows them.'],
    ['two folders', ['a', 'b', '-y'], 'one folder is enough, and there is "b", too.'],
    ['both', ['-y', '--install', '--no-install'], '--install and --no-install do not go together.'],
  ])('%s', async (_name, args, message) => {
    const cwd = temporaryFolder({ 'full/own.txt': '' });
    expect(await create(cwd, args)).toEqual({ code: 2, stdout: '', stderr: `create-hpo: ${message}\n` });
    expect(filesIn(cwd)).toEqual(['full']);
    expect(filesIn(join(cwd, 'full'))).toEqual(['own.txt']);
  });

  it('a folder that takes no files stays as it was', async () => {
    const cwd = temporaryFolder({ 'on.ts/own.txt': '' });
    const { code, stderr } = await create(cwd, ['on.ts/own.txt/project', '-y']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^create-hpo: on\.ts\/own\.txt\/project cannot be written: .*\n$/),
    });
    expect(filesIn(cwd)).toEqual(['on.ts']);
  });
});

describe.skipIf(!hasTmux())(`the questions, in a terminal${hasTmux() ? '' : ' (skipped: tmux is missing)'}`, () => {
  const open = (cwd: string) => {
    const terminal = new Terminal(cwd, 110, 30);
    terminal.press(`'${process.execPath}' '${program}'; echo "code=$?"`, 'Enter');
    return terminal;
  };

  it('lead to a project; an answer that cannot be right is asked for again', async ({ onTestFinished }) => {
    const cwd = temporaryFolder({ 'full/own.txt': '' });
    const terminal = open(cwd);
    onTestFinished(() => terminal.close());
    await terminal.until(/What do you want to tune/);
    terminal.press('Down', 'Enter');
    await terminal.until(/In which folder/);
    terminal.press('full', 'Enter');
    await terminal.until(/full is not empty/);
    terminal.press('BSpace', 'BSpace', 'BSpace', 'BSpace', 'ranking', 'Enter');
    await terminal.until(/Which parameters/);
    terminal.press(' x=3..1', 'Enter');
    await terminal.until(/the lower bound is above/);
    terminal.press('BSpace', '9', 'Enter');
    await terminal.until(/Install the packages now/);
    terminal.press('n');
    expect(await terminal.until(/code=\d/)).toMatch(
      /cd ranking\n +npm install\n +npx hpo run study\.ts\n[\s\S]*code=0/,
    );
    expect(filesIn(join(cwd, 'ranking'))).toContain('train.py');
    expect(readFileSync(join(cwd, 'ranking/study.ts'), 'utf8')).toContain('x: int(3, 9)');
  });

  it('write nothing when they are ended by Ctrl-C', async ({ onTestFinished }) => {
    const cwd = temporaryFolder();
    const terminal = open(cwd);
    onTestFinished(() => terminal.close());
    await terminal.until(/What do you want to tune/);
    terminal.press('Enter');
    await terminal.until(/In which folder/);
    terminal.press('C-c');
    expect(await terminal.until(/code=\d/)).toMatch(/create-hpo: nothing was written\.\n+code=130/);
    expect(filesIn(cwd)).toEqual(['shell.sh']);
  });
});
