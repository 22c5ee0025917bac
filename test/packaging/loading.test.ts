import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/base/version.ts';
import { packHpo } from '../support/packed-hpo.ts';
import { CHECKOUT, type Finished, runNode, runProgram, temporaryFolder, writeFiles } from '../support/run-hpo.ts';

// Studies run wherever they lie and whatever their ending: in the checkout from its sources, and beside an installed
// package, in a project of modules and in one of CommonJS. The installed package is the output of `npm pack`; its
// dependencies are the checkout's.

const PROGRAM_OF_CHECKOUT = join(CHECKOUT, 'bin/hpo.js');
const MODULE_STUDY = readFileSync(join(CHECKOUT, 'test/packaging/pruning-study.ts'), 'utf8');
const CONSUMER = readFileSync(join(CHECKOUT, 'test/packaging/consumer.ts'), 'utf8');
const LOSS = readFileSync(join(CHECKOUT, 'test/packaging/loss.ts'), 'utf8');
const COMMONJS_STUDY = MODULE_STUDY.replace(/^import (\{.*\}) from ('.*');$/gm, 'const $1 = require($2);').replace(
  'export default',
  'module.exports =',
);

let root: string;
let installed: string;

beforeAll(async () => {
  root = temporaryFolder({
    'modules/package.json': '{ "type": "module" }',
    'modules/loss.ts': LOSS,
    'typeless/package.json': '{}',
    'typeless/loss.ts': LOSS,
    'copies/package.json': '{ "type": "module" }',
    'copies/loss.ts': LOSS,
  });
  installed = join(root, 'node_modules/hpo');
  mkdirSync(installed, { recursive: true });
  const { archive } = await packHpo();
  await succeed(runProgram('tar', ['-xzf', archive, '--strip-components=1', '-C', 'node_modules/hpo'], { cwd: root }));
  const dependencies = join(CHECKOUT, 'node_modules');
  for (const name of readdirSync(dependencies)) {
    if (name !== 'hpo' && name !== '.bin') symlinkSync(join(dependencies, name), join(root, 'node_modules', name));
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The output of a program that must not fail. */
async function succeed(run: Promise<Finished>): Promise<Finished> {
  const finished = await run;
  expect(finished.code, finished.stdout + finished.stderr).toBe(0);
  return finished;
}

/** The states and the reports of a run's trials, by what it printed with --json. */
function trialsOf({ stdout }: Finished): readonly unknown[] {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return events.filter(({ type }) => type === 'trial-finished').map(({ state, failure }) => failure ?? state);
}

const RUN = ['--json', '--trials', '3', '--workers', '1'];
const PRUNED = ['PRUNED', 'PRUNED', 'PRUNED'];

/** Runs a study with the installed package. It exits with 1, since no trial is complete. */
async function runInstalled(folder: string, file: string, content: string): Promise<void> {
  const cwd = join(root, folder);
  writeFiles(cwd, { [file]: content });
  const database = `${file}.db`;
  const finished = await runNode([join(installed, 'bin/hpo.js'), 'run', file, ...RUN, '--storage', database], { cwd });
  expect(finished.stderr).toBe('');
  expect(trialsOf(finished)).toEqual(PRUNED);
  expect(finished.code).toBe(1);
}

describe('the checkout', () => {
  it('runs a study from its sources', async () => {
    const folder = temporaryFolder();
    const study = join(CHECKOUT, 'test/packaging/pruning-study.ts');
    const finished = await runNode([PROGRAM_OF_CHECKOUT, 'run', study, ...RUN], { cwd: folder });
    expect(finished.stderr).toBe('');
    expect(trialsOf(finished)).toEqual(PRUNED);
    rmSync(folder, { recursive: true });
  });

  it('lets a study import its sources and not the build', async () => {
    const study = `console.log(import.meta.resolve('hpo'));\n${MODULE_STUDY.replace("'./loss.ts'", JSON.stringify(join(CHECKOUT, 'test/packaging/loss.ts')))}`;
    const folder = temporaryFolder({ 'package.json': '{ "type": "module" }', 'study.ts': study });
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(CHECKOUT, join(folder, 'node_modules/hpo'), 'junction');
    const finished = await runNode([PROGRAM_OF_CHECKOUT, 'best', 'study.ts'], { cwd: folder });
    expect(finished.stdout).toContain('/src/index.ts');
    rmSync(folder, { recursive: true });
  });
});

describe.for([
  [
    'modules',
    {
      ts: MODULE_STUDY,
      mts: MODULE_STUDY,
      js: MODULE_STUDY,
      mjs: MODULE_STUDY,
      cts: COMMONJS_STUDY,
      cjs: COMMONJS_STUDY,
    },
  ],
  [
    'typeless',
    {
      ts: MODULE_STUDY,
      mts: MODULE_STUDY,
      js: COMMONJS_STUDY,
      mjs: MODULE_STUDY,
      cts: COMMONJS_STUDY,
      cjs: COMMONJS_STUDY,
    },
  ],
] as const)('an installed package in a project of %s', ([folder, studies]) => {
  for (const [ending, study] of Object.entries(studies)) {
    it.concurrent(`runs a study.${ending}`, () => runInstalled(folder, `study.${ending}`, study));
  }
});

describe('an installed package', () => {
  it.concurrent('solves the problems of gp() in a thread', async () => {
    const program = `
      import { createStudy, float, gp, space } from 'hpo';
      process.on('worker', (thread) => {
        const points = [];
        thread.on('message', ({ point }) => points.push(point));
        process.on('exit', () => console.log(points.length, points.every(Boolean)));
      });
      const sampler = gp({ startupTrials: 50 });
      const study = await createStudy({ name: 'solved', space: space({ x: float(0, 1) }), storage: 'memory:', sampler });
      await study.optimize(({ params }) => params.x, { trials: 52 });`;
    const { stdout } = await succeed(runNode(['--input-type=module', '-e', program], { cwd: join(root, 'typeless') }));
    expect(stdout).toBe('2 true\n');
  });

  it.concurrent('writes a report and a picture', async () => {
    await runInstalled('modules', 'reported.ts', MODULE_STUDY);
    const cwd = join(root, 'modules');
    const storage = ['--storage', 'reported.ts.db'];
    for (const args of [
      ['report', '-o', 'report.html'],
      ['plot', 'timeline', '-o', 'timeline.png'],
    ]) {
      await succeed(runNode([join(installed, 'bin/hpo.js'), ...args, ...storage], { cwd }));
    }
    expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toMatch(/<script>\S/);
    expect(readFileSync(join(cwd, 'timeline.png')).toString('latin1', 1, 4)).toBe('PNG');
  });

  it.concurrent('runs a module that is named .js in a typeless project', () =>
    runInstalled('typeless', 'module-study.js', MODULE_STUDY));

  it.concurrent('runs a study that imports its other files without an ending', () =>
    runInstalled('typeless', 'bare-study.ts', MODULE_STUDY.replace('./loss.ts', './loss')));

  it.concurrent('runs a study that imports its other files under their built names', () =>
    runInstalled('modules', 'built-study.ts', MODULE_STUDY.replace('./loss.ts', './loss.js')));

  it.concurrent('runs a study.cts that is written as a module', () =>
    runInstalled('typeless', 'module-study.cts', MODULE_STUDY));

  it.concurrent('runs a study that imports another copy of it', () => {
    cpSync(installed, join(root, 'copies/node_modules/hpo'), { recursive: true });
    return runInstalled('copies', 'study.ts', MODULE_STUDY);
  });

  it.concurrent('can be imported and required without its program', async ({ expect }) => {
    const script = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const hpo = await import('hpo');
      const tfjs = await import('hpo/tfjs');
      const manifest = await import('hpo/package.json', { with: { type: 'json' } });
      console.log(JSON.stringify([
        typeof hpo.defineStudy, typeof tfjs.device, manifest.default.version,
        require('hpo').TrialPruned === hpo.TrialPruned, require('hpo/tfjs').device === tfjs.device,
        import.meta.resolve('hpo'),
      ]));`;
    writeFiles(root, { 'modules/script.mjs': script });
    const { stdout } = await succeed(runNode(['script.mjs'], { cwd: join(root, 'modules') }));
    const entry = new URL(`file://${join(installed, 'dist/index.js')}`).href;
    expect(JSON.parse(stdout)).toEqual(['function', 'function', VERSION, true, true, entry]);
  });

  it.concurrent('has its checks, of which those of storages need fast-check', async ({ expect }) => {
    const script = `
      import { register } from 'node:module';
      import { random, nop } from 'hpo';
      import { prunerChecks, samplerChecks, storageChecks } from 'hpo/testing';
      const checks = [...samplerChecks({ make: random, trials: 5 }), ...prunerChecks({ make: nop })];
      for (const { run } of checks) await run();
      register('data:text/javascript,' + encodeURIComponent(\`export const resolve = (specifier, context, next) => {
        if (specifier !== 'fast-check') return next(specifier, context);
        throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' });
      };\`));
      const refused = await storageChecks({}).catch(({ code, message }) => [code, message]);
      console.log(JSON.stringify([checks.length > 10, refused]));`;
    writeFiles(root, { 'modules/checks.mjs': script });
    const { stdout } = await succeed(runNode(['checks.mjs'], { cwd: join(root, 'modules') }));
    const mend = 'storageChecks() needs fast-check; install it: npm install --save-dev fast-check';
    expect(JSON.parse(stdout)).toEqual([true, ['HPO_INSTALLATION', mend]]);
  });

  it.concurrent('can be required in a typeless project', async ({ expect }) => {
    writeFiles(root, { 'typeless/script.cjs': "console.log(typeof require('hpo').createStudy);" });
    const { stdout } = await succeed(runNode(['script.cjs'], { cwd: join(root, 'typeless') }));
    expect(stdout).toBe('function\n');
  });

  it.concurrent('shows its version and its help', async ({ expect }) => {
    const program = join(installed, 'bin/hpo.js');
    const [version, help] = await Promise.all([
      succeed(runNode([program, '--version'], { cwd: root })),
      succeed(runNode([program, '--help'], { cwd: root })),
    ]);
    expect(version.stdout).toBe(`${VERSION}\n`);
    expect(help.stdout).toMatch(/^hpo <command>\n/);
  });

  it.concurrent('loads neither a compiler, TensorFlow.js nor YAML to show its help or a study', async ({ expect }) => {
    writeFiles(root, {
      'loaded.mjs': `
        export const resolve = async (specifier, context, next) => {
          const resolved = await next(specifier, context);
          if (/node_modules.(tsx|@tensorflow.*|vitest|yaml).dist/.test(resolved.url)) console.log(resolved.url);
          return resolved;
        };`,
      'register.mjs': `
        import { createRequire, register } from 'node:module';
        register('./loaded.mjs', import.meta.url);
        process.on('exit', () => {
          for (const file of Object.keys(createRequire(import.meta.url).cache)) {
            if (/node_modules.(tsx|esbuild|@tensorflow|yaml)/.test(file)) console.log(file);
          }
        });`,
    });
    const hpo = ['--import', join(root, 'register.mjs'), join(installed, 'bin/hpo.js')];
    const [help, best] = await Promise.all([
      runNode([...hpo, '--help'], { cwd: root }),
      runNode([...hpo, 'best', 'pruning'], { cwd: root }),
    ]);
    expect(help.stdout).toMatch(/^hpo <command>\n/);
    expect(best.stdout).toBe('');
    expect(best.stderr).toMatch(/^hpo: There is no database at /);
  });
});

describe('a package that is not installed for this machine', () => {
  it('is named in one line with the command that mends it', async () => {
    const dependencies = join(CHECKOUT, 'node_modules');
    const cwd = join(root, 'spoilt');
    const copy = (path: string) =>
      cpSync(join(dependencies, path), join(cwd, 'node_modules', path), { recursive: true });
    /** Replaces a package's native code with a file of another machine. */
    const spoil = (scope: string, file: string) => {
      const names = readdirSync(join(dependencies, scope)).filter((name) => name !== 'resvg-js');
      for (const name of names) {
        const folder = join('node_modules', scope, name);
        writeFiles(cwd, { [join(folder, 'package.json')]: JSON.stringify({ main: file }), [join(folder, file)]: '?' });
      }
    };
    const files = { 'package.json': '{ "type": "module" }', 'loss.ts': LOSS, 'study.ts': MODULE_STUDY };
    writeFiles(cwd, { ...files, 'node_modules/.package-lock.json': '{}' });
    cpSync(installed, join(cwd, 'node_modules/hpo'), { recursive: true });
    const run = (...args: readonly string[]) =>
      runNode([join(cwd, 'node_modules/hpo/bin/hpo.js'), ...args], { cwd, env: { TSX_DISABLE_CACHE: '1' } });
    const refused = async (args: readonly string[], name: string, cause: string, command: string) => {
      const { code, stderr } = await run(...args);
      expect(stderr).toMatch(`hpo: The package '${name}' does not work here: ${cause}`);
      expect(stderr.endsWith(`; run \`${command}.\n`), stderr).toBe(true);
      expect([code, stderr.split('\n').length]).toEqual([2, 2]);
    };

    expect((await run('run', 'study.ts', ...RUN)).stderr).toBe('');
    copy('@resvg/resvg-js');
    spoil('@resvg', 'picture.node');
    const reinstall = 'rm -rf node_modules && npm install --include=optional`';
    await refused(['plot', 'timeline', '-o', 'a.png'], '@resvg/resvg-js', 'its native code does not load (', reinstall);
    await succeed(run('plot', 'timeline', '-o', 'a.svg'));
    for (const name of ['esbuild', 'tsx']) copy(name);
    spoil('@esbuild', 'bin/esbuild'); // it may not be run
    await refused(['run', 'study.ts'], 'esbuild', 'its native code does not run (', reinstall);
    await succeed(run('report', '-o', 'report.html'));
    for (const path of ['better-sqlite3/lib', 'better-sqlite3/package.json']) copy(path);
    const rebuild = 'npm rebuild better-sqlite3 --ignore-scripts=false`';
    const approved = `${rebuild} (npm 12: \`npm approve-scripts better-sqlite3\` first)`;
    await refused(['studies'], 'better-sqlite3', 'its native code is missing, as after an installation', approved);
    writeFiles(cwd, { 'node_modules/better-sqlite3/build/Release/better_sqlite3.node': '?' });
    await refused(['studies'], 'better-sqlite3', 'its native code does not load (', rebuild);
    expect(existsSync(join(cwd, 'a.png'))).toBe(false);

    const alone = temporaryFolder();
    cpSync(installed, join(alone, 'hpo'), { recursive: true });
    const { code, stderr } = await runNode([join(alone, 'hpo/bin/hpo.js'), 'studies'], { cwd: alone });
    expect(stderr).toMatch(/^hpo: the package '[\w-]+' is not installed; install hpo again .*\n$/);
    expect(code).toBe(2);
    rmSync(alone, { recursive: true });
  });
});

describe('the types of an installed package', () => {
  async function compile(name: string, tsc: string, options: Readonly<Record<string, unknown>>): Promise<void> {
    const compilerOptions = { ...options, target: 'ES2023', strict: true, skipLibCheck: true, noEmit: true };
    const folder = `types-${name}`;
    writeFiles(root, {
      [`${folder}/package.json`]: '{ "type": "module" }',
      [`${folder}/study.ts`]: CONSUMER,
      [`${folder}/tsconfig.json`]: JSON.stringify({ compilerOptions, files: ['study.ts'] }),
    });
    await succeed(runNode([tsc, '-p', '.'], { cwd: join(root, folder) }));
  }

  it.concurrent.for([
    ['NodeNext', { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2023'], types: ['node'] }],
    ['Bundler', { module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2023', 'DOM'], types: [] }],
  ] as const)('reach a program that is compiled with %s', ([name, options]) =>
    compile(name, realpathSync(join(CHECKOUT, 'node_modules/typescript/bin/tsc')), options),
  );

  it.concurrent('reach a program that is compiled with node10, which TypeScript has had up to version 6', async ({
    skip,
  }) => {
    const folder = temporaryFolder();
    const packed = await runProgram('npm', ['pack', 'typescript@5.9'], { cwd: folder });
    if (packed.code !== 0) return skip('npm has no TypeScript 5 here');
    await succeed(runProgram('tar', ['-xzf', packed.stdout.trim()], { cwd: folder }));
    const options = { module: 'CommonJS', moduleResolution: 'node10', esModuleInterop: true, types: ['node'] };
    await compile('node10', join(folder, 'package/bin/tsc'), options);
    rmSync(folder, { recursive: true });
  });
});
