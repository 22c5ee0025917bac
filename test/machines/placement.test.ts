import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Files, runProgram, temporaryProject } from '../support/run-hpo.ts';
import { SSHD, startSshServer } from '../support/ssh-server.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const STUDY = `import { defineStudy, float, space } from 'hpo';
export default defineStudy({
  name: 'parabola',
  space: space({ x: float(-5, 5) }),
  trials: 4,
  objective: ({ params }) => params.x ** 2,
});
`;

const SECRET = 'postgresql://me:pa55word@127.0.0.1:1/db';

const hpo = new WarmHpo();

describe('mistakes in placing workers', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = temporaryProject({ 'study.ts': STUDY, Dockerfile: 'FROM scratch\n' });
  });

  it.each<[name: string, args: string, message: string, env?: Readonly<Record<string, string>>]>([
    [
      'no such engine',
      'launch study.ts --on nomad',
      '--on takes one of kubernetes, slurm, ray, skypilot, ssh, not "nomad".',
    ],
    [
      'no such engine of manifests',
      'manifest k8s study.ts',
      '<engine> of hpo manifest takes one of kubernetes, slurm, ray, skypilot, ssh, not "k8s".',
    ],
    ['no engine', 'launch study.ts', '--on is missing; see `hpo launch --help`.'],
    ['no such study', 'launch stody.ts --on slurm', 'There is no study file stody.ts; is its path right?'],
    [
      'an option of another engine',
      'manifest slurm study.ts --image a/b --hosts x',
      'slurm has no --image; it is for kubernetes.',
    ],
    [
      'a value that an engine does not take',
      'manifest slurm study.ts --memory lots',
      '--memory is "lots"; give a number of MiB or GiB, such as 8Gi.',
    ],
    [
      'a host that is an option of ssh',
      'manifest ssh study.ts --hosts=-oProxyCommand=x',
      '--hosts is "-oProxyCommand=x"; give names or addresses with commas between them, such as gpu1,you@gpu2.',
    ],
    [
      'no hosts',
      'manifest ssh study.ts',
      '--hosts is missing; give names or addresses with commas between them, such as gpu1,you@gpu2.',
    ],
    [
      'no image',
      'manifest kubernetes study.ts',
      '--image is missing; give the name of an image that holds this folder, such as ghcr.io/you/cifar:1.',
    ],
    [
      'an engine that needs a step in between',
      'launch study.ts --on kubernetes',
      'hpo does not submit to kubernetes itself; print what it needs by: hpo manifest kubernetes study.ts',
    ],
    [
      'a file that is not to be overwritten',
      'manifest kubernetes study.ts --image a/b --out .',
      'Dockerfile is there already, with other content; name another folder by --out, or give --force.',
    ],
    [
      'no storage',
      'launch study.ts --on ssh --hosts one',
      'No storage is named: set HPO_STORAGE to the URL of a database that all hosts reach.',
    ],
    [
      'a storage that no other process sees',
      'launch study.ts --on slurm --storage memory:',
      'memory: is the storage of one process alone; name a database that all machines reach.',
    ],
    [
      'no storage for Ray',
      'launch study.ts --on ray',
      'No storage is named: set HPO_STORAGE, or name a file on the nodes with its URL by --storage-file.',
    ],
    [
      'no Slurm',
      'launch study.ts --on slurm',
      'There is no sbatch here; launch from a login node of the cluster, or take the script there: hpo manifest slurm.',
      { HPO_STORAGE: 'sqlite:///shared.db', PATH: '/nowhere' },
    ],
    [
      'no Ray',
      'launch study.ts --on ray --address http://127.0.0.1:1',
      'Ray does not answer at http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1; name the dashboard of the cluster by --address http://head:8265.',
      { HPO_STORAGE: 'sqlite:///shared.db' },
    ],
    [
      'a password that Ray would show',
      'launch study.ts --on ray',
      'HPO_STORAGE holds a password, and Ray would show it to all who see its dashboard; write the URL to a file on each node and name that by --storage-file: (umask 077; printenv HPO_STORAGE > ~/.hpo-storage).',
      { HPO_STORAGE: SECRET },
    ],
  ])('%s', async (_name, args, message, env) => {
    const given = { HPO_STORAGE: '', ...env };
    const { code, stdout, stderr } = await hpo.run(args.split(' '), { cwd, env: given });
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `hpo: ${message}\n` });
    expect(readdirSync(cwd).sort()).toEqual(['Dockerfile', 'node_modules', 'package.json', 'study.ts']);
  });
});

it('hpo manifest prints one file for the engine, and writes all of them with --out', async () => {
  const cwd = temporaryProject({ 'study.ts': STUDY });
  const args = ['manifest', 'kubernetes', 'study.ts', '--image', 'a/b:1', '--volume', '5Gi'];
  const printed = await hpo.run(args, { cwd, env: { HPO_STORAGE: SECRET } });
  expect(printed).toMatchObject({
    code: 0,
    stderr: 'hpo: --out DIR writes Dockerfile, .dockerignore, conclusion.yaml, too\n',
  });
  expect(printed.stdout).not.toMatch(/pa55word|5ecret/);

  const written = await hpo.run([...args, '--out', 'deploy'], { cwd });
  expect(written.code).toBe(0);
  expect(readFileSync(join(cwd, 'deploy/kubernetes.yaml'), 'utf8')).toBe(printed.stdout);
  expect(readdirSync(join(cwd, 'deploy')).sort()).toEqual([
    '.dockerignore',
    'Dockerfile',
    'conclusion.yaml',
    'kubernetes.yaml',
  ]);
  expect((await hpo.run([...args, '--out', 'deploy'], { cwd })).code).toBe(0); // nothing would change
});

describe.skipIf(SSHD === undefined)('hpo launch --on ssh (skipped without sshd)', () => {
  let config: string;
  beforeAll(async () => {
    config = await startSshServer();
  });

  /** A project in which a program in place of Node records what this machine can see of it. */
  const project = (files: Files = {}) => {
    const record =
      '#!/bin/sh\necho "$HPO_STORAGE $PGPASSWORD $*" > seen.$$; ps -eo args > args.$$; mv seen.$$ "worker.$$"\n';
    const folder = temporaryProject({ 'study.ts': STUDY, 'record.sh': record, ...files });
    chmodSync(join(folder, 'record.sh'), 0o755);
    return folder;
  };
  const launch = (cwd: string, hosts: string, ...args: string[]) =>
    hpo.run(['launch', 'study.ts', '--on', 'ssh', '--hosts', hosts, '--ssh-config', config, ...args], {
      cwd,
      env: { HPO_STORAGE: SECRET, PGPASSWORD: "it's 5ecret" },
    });

  it('starts workers on every host, and no file or command line holds the password', async () => {
    const cwd = project();
    const { code, stdout, stderr } = await launch(cwd, 'one,two', '--workers', '3', '--node', './record.sh');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('3 workers started on 2 hosts\n');
    const workers = () => readdirSync(cwd).filter((name) => name.startsWith('worker.'));
    while (workers().length < 3) await sleep(50);
    for (const name of workers()) {
      expect(readFileSync(join(cwd, name), 'utf8')).toBe(
        `${SECRET} it's 5ecret node_modules/hpo/bin/hpo.js worker study.ts --grace 20\n`,
      );
      expect(readFileSync(join(cwd, name.replace('worker', 'args')), 'utf8')).not.toMatch(/pa55word|5ecret/);
    }
    for (const name of readdirSync(join(cwd, 'runs'), { recursive: true, encoding: 'utf8' })) {
      if (/\.(sh|log)$/.test(name))
        expect(readFileSync(join(cwd, 'runs', name), 'utf8')).not.toMatch(/pa55word|5ecret/);
    }
  });

  it('starts nothing where a host cannot be reached or lacks something, and says which', async () => {
    const cwd = project();
    const unreached = await launch(cwd, 'one,away', '--node', './record.sh');
    expect(unreached).toMatchObject({ code: 2, stdout: '' });
    expect(unreached.stderr).toMatch(
      /^hpo: ssh: away: ssh: connect to host 127\.0\.0\.1 port \d+: Connection refused\.\n$/,
    );
    const noNode = await launch(cwd, 'two', '--node', '/no/node');
    expect(noNode).toEqual({
      code: 2,
      stdout: '',
      stderr: 'hpo: ssh: two: /no/node is not in the PATH of commands over ssh; name it by --node.\n',
    });
    expect(readdirSync(cwd).filter((name) => name.startsWith('worker.'))).toEqual([]);
  });

  it('shows and stops the workers by the script that it leaves', async () => {
    const cwd = project({
      'record.sh': "#!/bin/sh\ntrap 'echo handed back; exit 143' TERM\necho at work\nwhile :; do sleep 0.1; done\n",
    });
    const { stdout } = await launch(cwd, 'one', '--workers', '2', '--node', './record.sh');
    const [, script = ''] = /watch +sh (\S+) status/.exec(stdout) ?? [];
    const run = async (action: string) => (await runProgram('sh', [script, action], { cwd })).stdout;
    const logs = () => {
      const folder = join(cwd, 'runs/parabola/ssh');
      return readdirSync(folder)
        .filter((name) => name.endsWith('.log'))
        .map((name) => readFileSync(join(folder, name), 'utf8'));
    };
    while (logs().join('') !== 'at work\nat work\n') await sleep(50);
    expect(await run('status')).toMatch(/^one: \d+: at work\none: \d+: at work\n$/);
    expect(await run('stop')).toMatch(/^one: \d+ is handing its trials back\none: \d+ is handing its trials back\n$/);
    while (readdirSync(join(cwd, 'runs/parabola/ssh')).some((name) => name.endsWith('.pid'))) await sleep(50);
    expect(logs()).toEqual(['at work\nhanded back\n', 'at work\nhanded back\n']);
    expect(await run('status')).toBe('');
    expect(existsSync(join(cwd, script))).toBe(true);
  });
});
