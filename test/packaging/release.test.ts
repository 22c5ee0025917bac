import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReleaseFiles, versionProblem } from '../../scripts/release-checks.ts';
import { CHECKOUT, type Files, runNode, runProgram, temporaryFolder, writeFiles } from '../support/run-hpo.ts';

const manifest = {
  name: 'a-package',
  version: '1.2.0',
  files: ['bin', 'dist'],
  repository: 'github:ada/a-package',
  scripts: { test: 'node -e "console.log(\'tested\')"' },
};
const FILES: Files = {
  'package.json': JSON.stringify(manifest),
  'package-lock.json': JSON.stringify({ name: 'a-package', version: '1.2.0', lockfileVersion: 3, packages: {} }),
  'CHANGELOG.md':
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-02-03\n\n### Added\n\n- A thing.\n\n## [1.1.0] - 2026-01-01\n',
  'README.md': '# A package\n',
  LICENSE: 'MIT\n',
  'bin/hpo.js': '',
  'dist/index.js': '',
  'dist/index.d.ts': '',
};

/** A repository with these files, all of them committed. */
async function repository(files: Files = {}): Promise<string> {
  const cwd = temporaryFolder({ ...FILES, ...files });
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...identity, 'commit', '-qm', 'All'],
  ]) {
    expect((await runProgram('git', args, { cwd })).stderr).toBe('');
  }
  return cwd;
}

function release(cwd: string, args: readonly string[] = ['--dry-run'], env: Readonly<Record<string, string>> = {}) {
  const program = [join(CHECKOUT, 'node_modules/tsx/dist/cli.mjs'), join(CHECKOUT, 'scripts/release.ts'), ...args];
  return runNode(program, { cwd, env: { GITHUB_ACTIONS: '', GITHUB_REF_TYPE: '', ...env } });
}

describe('a release', () => {
  it('is tried by --dry-run, which does all but the publishing', async () => {
    const cwd = await repository();
    const { code, stdout, stderr } = await release(cwd);
    expect({ code, stderr: stderr.replaceAll(/^npm (?:notice|warn).*\n/gm, '') }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/^(?:release: .*|tested)$/gm)).toEqual([
      'release: the working tree is clean',
      'release: package.json and CHANGELOG.md are of 1.2.0',
      'tested',
      expect.stringMatching(/^release: a-package-1\.2\.0\.tgz has 6 files, \d+ bytes, unpacked \d+$/),
      'release: would publish 1.2.0',
    ]);
    rmSync(cwd, { recursive: true });
  });

  it.each<[string, Partial<ReleaseFiles>, string]>([
    ['the version is none', { manifest: { version: '1.2', repository: 'a' } }, '1.2 is no semantic version'],
    [
      'the changelog is of another version',
      { changelog: '## [1.1.0] - 2026-01-01\n\n- A thing.\n' },
      'the last version in CHANGELOG.md is 1.1.0, not 1.2.0',
    ],
    [
      'the changelog has no date',
      { changelog: '## [1.2.0] - unreleased\n\n- A thing.\n' },
      "CHANGELOG.md has no date for 1.2.0: 'unreleased'",
    ],
    [
      'the changelog is empty',
      { changelog: '## [1.2.0] - 2026-01-01\n\n## [1.1.0] - 2026-01-01\n\n- A thing.\n' },
      'CHANGELOG.md says nothing about 1.2.0',
    ],
    ['the lockfile is older', { locked: '1.1.0' }, 'package-lock.json is of 1.1.0, not 1.2.0; run npm install'],
    ['the tag is another', { tag: 'v1.3.0' }, 'the tag is v1.3.0, and package.json has 1.2.0'],
    [
      'no repository is named',
      { manifest: { version: '1.2.0' } },
      'package.json names no repository, which a provenance needs',
    ],
  ])('is refused where %s', (_, files, problem) => {
    const sound = { manifest, locked: '1.2.0', changelog: String(FILES['CHANGELOG.md']), tag: 'v1.2.0' };
    expect(versionProblem(sound)).toBeUndefined();
    expect(versionProblem({ ...sound, ...files })).toBe(problem);
  });

  it('is refused with changes that are not committed, and outside of CI', async () => {
    const cwd = await repository();
    const outside = 'publishing is for CI, which pushing a tag such as v0.1.0 starts; --dry-run does all the rest';
    expect(await release(cwd, [])).toEqual({ code: 2, stdout: '', stderr: `release: ${outside}\n` });
    const tag = { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.3.0' };
    const tagged = 'release: the tag is v1.3.0, and package.json has 1.2.0\n';
    expect(await release(cwd, ['--dry-run'], tag)).toMatchObject({ code: 2, stderr: tagged });
    writeFiles(cwd, { 'dist/index.js': '1;', stray: '' });
    const { code, stderr } = await release(cwd);
    expect([code, stderr]).toEqual([2, 'release: the working tree is not clean:  M dist/index.js, ?? stray\n']);
    rmSync(cwd, { recursive: true });
  });
});
