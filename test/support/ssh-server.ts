import { execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterFile } from './after-file.ts';
import { freePort } from './free-port.ts';
import { temporaryFolder, writeFiles } from './run-hpo.ts';

/** Where an ssh server is installed; undefined where none is, or no client. */
export const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => isProgram(path) && hasSsh());

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasSsh(): boolean {
  try {
    execFileSync('ssh', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts an ssh server on this machine for this user, which ends after the file's tests.
 * @returns the path of a configuration for ssh, in which the server has the names `one` and `two`, and `away` is a host
 *   where none listens.
 */
export async function startSshServer(): Promise<string> {
  const folder = temporaryFolder();
  for (const key of ['host-key', 'user-key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  }
  const [port, closed] = [await freePort(), await freePort()];
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true }); // sshd of root refuses to start without
  writeFiles(folder, {
    sshd: `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host-key
AuthorizedKeysFile ${folder}/user-key.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
`,
    ssh: `Host one two
  HostName 127.0.0.1
  Port ${port}
Host away
  HostName 127.0.0.1
  Port ${closed}
Host *
  User ${userInfo().username}
  IdentityFile ${folder}/user-key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile ${folder}/known-hosts
  LogLevel ERROR
`,
  });
  const server = spawn(SSHD ?? 'sshd', ['-D', '-e', '-f', join(folder, 'sshd')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  afterFile(() => void server.kill());
  for await (const line of createInterface({ input: server.stderr })) {
    if (line.includes('Server listening')) return join(folder, 'ssh');
  }
  throw new Error('The ssh server did not start.');
}
