/**
 * Releases the version that package.json names: checks the working tree, the version and the changelog, runs the tests,
 * packs the package, checks the archive, and publishes it with a statement of provenance, which npm signs in CI alone.
 * It runs in the repository's root. `--dry-run` does all but the publishing, anywhere.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Packed, packProblems } from './pack-contents.ts';
import { type ReleaseFiles, versionProblem } from './release-checks.ts';

const { GITHUB_ACTIONS, GITHUB_REF_NAME, GITHUB_REF_TYPE } = process.env;
const isWindows = process.platform === 'win32';

/** A reason not to release, in one line. */
class Refused extends Error {}

function main(args: readonly string[]): void {
  const unknown = args.find((argument) => argument !== '--dry-run');
  if (unknown !== undefined) throw new Refused(`there is no option ${unknown}; the one there is is --dry-run`);
  const isDryRun = args.includes('--dry-run');
  if (!isDryRun && GITHUB_ACTIONS !== 'true') {
    throw new Refused('publishing is for CI, which pushing a tag such as v0.1.0 starts; --dry-run does all the rest');
  }
  checkTree();
  const version = checkVersion();
  npm('test');
  const folder = mkdtempSync(join(tmpdir(), 'hpo-release-'));
  try {
    const archive = pack(folder);
    if (isDryRun) say(`would publish ${version}`);
    else npm('publish', archive, '--provenance', '--access', 'public');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkTree(): void {
  const changes = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trimEnd();
  if (changes !== '') throw new Refused(`the working tree is not clean: ${changes.split('\n').join(', ')}`);
  say('the working tree is clean');
}

/** @returns the version, on which the files of the release agree. */
function checkVersion(): string {
  const manifest = read('package.json') as ReleaseFiles['manifest'];
  const locked = existsSync('package-lock.json')
    ? (read('package-lock.json') as { version: string }).version
    : undefined;
  const tag = GITHUB_REF_TYPE === 'tag' ? GITHUB_REF_NAME : undefined;
  const problem = versionProblem({ manifest, locked, changelog: readFileSync('CHANGELOG.md', 'utf8'), tag });
  if (problem !== undefined) throw new Refused(problem);
  say(`package.json and CHANGELOG.md are of ${manifest.version}`);
  return manifest.version;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Packs the package, which builds it. @returns the archive's path in the folder. */
function pack(folder: string): string {
  const args = ['pack', '--json', '--pack-destination', folder];
  const output = execFileSync('npm', args, {
    encoding: 'utf8',
    shell: isWindows,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [packed] = JSON.parse(output.slice(output.search(/^\[/m))) as [Packed]; // its scripts' output comes first
  const problems = packProblems(packed);
  if (problems.length > 0) throw new Refused(`the package is not what it should be: ${problems.join('; ')}`);
  say(`${packed.filename} has ${packed.files.length} files, ${packed.size} bytes, unpacked ${packed.unpackedSize}`);
  return join(folder, packed.filename);
}

function npm(...args: readonly string[]): void {
  const { status, error } = spawnSync('npm', args, { stdio: 'inherit', shell: isWindows });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Refused(`npm ${args[0]} failed`);
}

function say(line: string): void {
  process.stdout.write(`release: ${line}\n`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`release: ${error.message}\n`);
  process.exitCode = 2;
}
