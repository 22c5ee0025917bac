import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterFile } from './after-file.ts';
import { freePort } from './free-port.ts';
import { runProgram, temporaryFolder } from './run-hpo.ts';

/** Whether this machine can be a cluster of Slurm: its programs are there (Debian's slurm-wlm), and this user is root. */
export const HAS_SLURM = process.getuid?.() === 0 && ['munged', 'slurmctld', 'slurmd', 'sbatch'].every(isInstalled);

function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A controller and two nodes of Slurm on this machine, which end after the file's tests. */
export class SlurmCluster {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<SlurmCluster> {
    const folder = temporaryFolder();
    const cluster = new SlurmCluster(folder);
    const [controller, ...nodes] = [await freePort(), await freePort(), await freePort()];
    const host = hostname().split('.')[0];
    for (const name of ['state', 'spool.n1', 'spool.n2']) mkdirSync(join(folder, name));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'munge.key'), Buffer.alloc(128, 'hpo'), { mode: 0o600 });
    writeFileSync(
      join(folder, 'slurm.conf'),
      `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool.%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.%n.log
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmdTimeout=20
KillWait=30
MessageTimeout=60
SchedulerParameters=bf_interval=5,sched_interval=5
${nodes.map((port, index) => `NodeName=n${index + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=2 RealMemory=1000`).join('\n')}
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
`,
    );
    const files = ['socket', 'pid-file', 'log-file', 'seed-file'].map((name) => `--${name}=${folder}/munge.${name}`);
    start('munged', ['--foreground', '--force', `--key-file=${folder}/munge.key`, ...files], cluster.env);
    start('slurmctld', ['-D'], cluster.env);
    for (const node of ['n1', 'n2']) cluster.startNode(node);
    while (!(await cluster.read('sinfo', '-h', '-o', '%T')).includes('idle')) await sleep(500);
    return cluster;
  }

  /** The environment in which Slurm's commands speak to this cluster. */
  get env(): Readonly<Record<string, string>> {
    return { SLURM_CONF: join(this.#folder, 'slurm.conf') };
  }

  startNode(name: string): void {
    start('slurmd', ['-D', '-N', name], this.env);
  }

  /** The output of one of Slurm's commands; empty where it fails. */
  async read(program: string, ...args: string[]): Promise<string> {
    return (await runProgram(program, args, { cwd: this.#folder, env: this.env })).stdout;
  }

  /** The jobs as `<task of the array> <state> <node>`. */
  async jobs(): Promise<readonly string[]> {
    const lines = await this.read('squeue', '-h', '-r', '-o', '%K %T %N');
    return lines
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .sort();
  }

  /** Kills a node with all that runs on it, as a power loss does. */
  killNode(name: string): void {
    const daemon = Number(readFileSync(join(this.#folder, `slurmd.${name}.pid`), 'utf8'));
    const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line))
      .flatMap((found) =>
        found === null ? [] : [{ pid: Number(found[1]), parent: Number(found[2]), args: found[3] ?? '' }],
      );
    const doomed = new Set([daemon]);
    for (const { pid, args } of processes) if (args.startsWith('slurmstepd') && nodeOf(pid) === name) doomed.add(pid);
    for (let before = 0; before < doomed.size; ) {
      before = doomed.size;
      for (const { pid, parent } of processes) if (doomed.has(parent)) doomed.add(pid);
    }
    for (const pid of doomed) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {} // it has ended by itself
    }
  }
}

/** The node that a process belongs to by its environment, or that of a child. */
function nodeOf(pid: number): string | undefined {
  const children = execFileSync('sh', ['-c', `ps -o pid= --ppid ${pid} || :`], { encoding: 'utf8' }).split('\n');
  for (const child of children.map((text) => text.trim()).filter(Boolean)) {
    try {
      const [, name] = /\0SLURMD_NODENAME=([^\0]+)/.exec(`\0${readFileSync(`/proc/${child}/environ`, 'utf8')}`) ?? [];
      if (name !== undefined) return name;
    } catch {} // it has ended
  }
  return undefined;
}

/** Starts a daemon that ends after the file's tests. */
function start(program: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  const child = spawn(program, [...args], { env: { ...process.env, ...env }, stdio: 'ignore' });
  afterFile(() => void child.kill());
  void once(child, 'error');
}
