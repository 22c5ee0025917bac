import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy } from 'hpo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, runProgram, temporaryFolder, writeFiles } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const hpo = new WarmHpo();

let cwd: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  cwd = temporaryFolder();
  for (const [name, file] of [
    ['alpha', 'hpo.db'],
    ["it's a:b", 'hpo.db'],
    ['other', 'other.db'],
  ] as const) {
    await createStudy({ name, storage: join(cwd, file) }).then((study) => study.close());
  }
  writeFiles(cwd, { 'bin/hpo': `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n` });
  execFileSync('chmod', ['+x', join(cwd, 'bin/hpo')]);
  env = { PATH: `${join(cwd, 'bin')}:${process.env.PATH}` };
});
afterAll(() => rmSync(cwd, { recursive: true }));

function has(shell: string): boolean {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!has('bash'))('bash', () => {
  it('completes commands, choices and names of studies in words as it splits them, and leaves files to the shell', async () => {
    // The words as bash splits them: at : and =, too, with quotes and backslashes left in.
    const lines = [
      ['ex'],
      ['best', '--storage', 'other.db', ''],
      ['export', "it\\'s\\ a", ':', ''],
      ['trials', '--format', 'j'],
      ['trials', '--format', '=', 'y'],
      ['run', 'studies/'],
      ['trials', ''],
    ];
    const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
    const script = lines.map(
      (words) =>
        `COMP_WORDS=(hpo ${words.map(quoted).join(' ')}); COMP_CWORD=${words.length}; _hpo_complete hpo; IFS='|'; echo "\${COMPREPLY[*]}"; unset IFS`,
    );
    writeFiles(cwd, { 'complete.sh': `eval "$(hpo completion bash)"\ncomplete -p hpo\n${script.join('\n')}\n` });
    const { stdout, stderr } = await runProgram('bash', ['--norc', 'complete.sh'], { cwd, env });
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      'complete -o bashdefault -o default -F _hpo_complete hpo',
      'export',
      'other',
      'b',
      'json',
      'yaml',
      '',
      "alpha|it\\'s\\ a:b",
    ]);
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  it('takes the script', async () => {
    writeFiles(cwd, {
      'load.zsh': 'autoload -U compinit && compinit -u -D\neval "$(hpo completion zsh)"\necho $_comps[hpo]\n',
    });
    expect(await runProgram('zsh', ['-f', 'load.zsh'], { cwd, env })).toEqual({
      code: 0,
      stdout: '_hpo\n',
      stderr: '',
    });
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  it('completes names of studies, with descriptions', async () => {
    writeFiles(cwd, { 'load.fish': 'hpo completion fish | source\ncomplete -C "hpo best al"\n' });
    const { stdout } = await runProgram('fish', ['--no-config', 'load.fish'], { cwd, env });
    expect(stdout).toBe('alpha\ta study\n');
  });
});

it('gives zsh and fish the meaning of candidates', async () => {
  const [zsh, fish] = await Promise.all([
    hpo.run(['--complete', 'zsh', 'best', "it's a:"], { cwd }),
    hpo.run(['--complete', 'fish', 'exp'], { cwd }),
  ]);
  expect([zsh.stdout, fish.stdout]).toEqual([
    "it's a\\:b:a study\n",
    'export\twrite the best configuration for a program to read\n',
  ]);
});

it('completes options, their choices, and operands after others', async () => {
  const completed = async (...words: readonly string[]) =>
    (await hpo.run(['--complete', 'bash', ...words], { cwd })).stdout.trim().split('\n');
  expect(await completed('trials', '--form')).toEqual(['--format']);
  expect(await completed('run', '--no-r')).toEqual(['--no-retrain']);
  expect(await completed('setup', '')).toEqual(['tfjs', 'gpu', 'native']);
  expect(await completed('importance', '--evaluator', '')).toEqual(['ped-anova', 'fanova']);
  expect(await completed('plot', 'conf')).toEqual(['confusion-matrix']);
  expect(await completed('plot', 'history', 'a')).toEqual(['alpha']);
});
