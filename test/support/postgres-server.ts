import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { memoryFolder, tempFolder } from './temp-folder.ts';

/** Where a server's own programs are: on the PATH, or where Debian keeps them, the newest version first. */
const PROGRAMS: string | undefined = [...(process.env.PATH ?? '').split(delimiter), ...debianFolders()].find((folder) =>
  ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
);

function debianFolders(): string[] {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
}

/** A user for a server, which does not run as root. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The user that servers run as where that is not this process's own: `postgres` or `nobody` in place of root. */
const OWNER: Owner | undefined = process.getuid?.() === 0 ? (userOf('postgres') ?? userOf('nobody')) : undefined;

function userOf(name: string): Owner | undefined {
  const id = (option: string) => Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** Whether this machine can run a PostgreSQL server. */
export const hasPostgres = PROGRAMS !== undefined && process.platform !== 'win32';

/** The end of the title of tests that take a server: nothing, or the reason why they are skipped. */
export const postgresNote = hasPostgres
  ? ''
  : " (skipped: no PostgreSQL server is installed; Debian's package is postgresql)";

/** How a server differs from one that lets everybody in and trusts the memory of the machine. */
export interface ServerOptions {
  /** The password of the role `postgres`, which clients must give; default: none is asked for. */
  readonly password?: string;
  /** A certificate and its key, in PEM; clients must then come by TLS. Default: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Whether the files are on a disk, and a transaction is there when it is committed (`fsync`); default: false. */
  readonly durable?: boolean;
  /** Further settings of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/**
 * The files of a server that has not run yet, in a new folder: initdb takes seconds of processor time, a copy of them
 * hardly any.
 */
export async function newCluster(): Promise<string> {
  const folder = serverFolder();
  guard(folder);
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--wal-segsize=1'];
  const args = ['-D', join(folder, 'data'), '--no-sync', '--no-instructions', ...options];
  await promisify(execFile)(program('initdb'), args, { ...OWNER, cwd: folder });
  return folder;
}

/**
 * Runs a server in a folder until a line on stdin names the signal that stops it. Where stdin ends without one, the
 * test's process is gone, or done: the server ends by the signal of the first argument, and its folder with it.
 */
const KEEPER = `last=$1 folder=$2; shift 2
"$@" </dev/null >>"$folder/server.log" 2>&1 &
server=$!
if read -r signal; then kill -s "$signal" $server; wait $server
else kill -s "$last" $server; wait $server; cd /; rm -rf "$folder"; fi`;

/** A running server of a test's own, on a free port of the loopback device. */
export class PostgresServer {
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string | number>>;
  #keeper: Keeper | undefined;
  #port = 0;

  private constructor(folder: string, settings: Readonly<Record<string, string | number>>) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /**
   * Starts a server.
   * @param cluster the folder that {@link newCluster} has made, of which the server takes a copy.
   */
  static async start(cluster: string, options: ServerOptions = {}): Promise<PostgresServer> {
    const { password, tls, durable = false, settings } = options;
    const folder = durable ? owned(tempFolder()) : serverFolder();
    const data = join(folder, 'data');
    cpSync(join(cluster, 'data'), data, { recursive: true, preserveTimestamps: true });
    chmodSync(data, 0o700); // which Node 24 does not copy, and the server insists on
    const kind = tls === undefined ? 'host' : 'hostssl';
    const method = password === undefined ? 'trust' : 'scram-sha-256';
    writeFileSync(join(data, 'pg_hba.conf'), `local all all trust\n${kind} all all 127.0.0.1/32 ${method}\n`);
    const modes = { mode: 0o600 };
    if (tls !== undefined) {
      writeFileSync(join(data, 'server.crt'), tls.cert, modes);
      writeFileSync(join(data, 'server.key'), tls.key, modes);
    }
    own(folder);
    const server = new PostgresServer(folder, {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      dynamic_shared_memory_type: 'mmap', // in its own folder, and gone with it
      shared_buffers: '16MB',
      max_connections: 100,
      ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
      ...(tls === undefined ? {} : { ssl: 'on' }),
      ...settings,
    });
    await server.start();
    if (password !== undefined) await server.query(`ALTER ROLE postgres PASSWORD '${password.replaceAll("'", "''")}'`);
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** The major version: 15. */
  get version(): number {
    return Number.parseInt(readFileSync(join(this.#folder, 'data/PG_VERSION'), 'utf8'), 10);
  }

  /** The id of the server's first process, the parent of all others. */
  get pid(): number {
    return Number.parseInt(readFileSync(join(this.#folder, 'data/postmaster.pid'), 'utf8'), 10);
  }

  /** The folder of the server's Unix socket, and of its log: `server.log`. */
  get folder(): string {
    return this.#folder;
  }

  /** The URL of a database, as the role `postgres`, without a password. */
  url(database = 'postgres'): string {
    return `postgresql://postgres@127.0.0.1:${this.#port}/${database}`;
  }

  /** Runs statements as the role `postgres`, whatever clients have to show. @returns the rows of the last one. */
  async query(sql: string, database = 'postgres'): Promise<readonly unknown[]> {
    const client = new Client({ host: this.#folder, port: this.#port, user: 'postgres', database });
    client.on('error', () => undefined); // of a server that is stopped at this moment
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Starts it again, on the port that it had. Only after {@link stop}. */
  async start(): Promise<void> {
    for (let tries = 1; ; tries++) {
      const port = this.#port || (await freePort());
      const problem = await this.#startOn(port);
      if (problem === undefined) return;
      if (this.#port !== 0 || tries === 5) throw new Error(`The PostgreSQL server did not start:\n${problem}`);
    }
  }

  /** @returns the server's log where it failed. */
  async #startOn(port: number): Promise<string | undefined> {
    const log = join(this.#folder, 'server.log');
    writeFileSync(log, '');
    own(log);
    const settings = Object.entries({ ...this.#settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#keeper = keep(this.#folder, [program('postgres'), '-D', join(this.#folder, 'data'), ...settings], 'QUIT');
    for (;;) {
      const status = join(this.#folder, 'data', 'postmaster.pid');
      if (existsSync(status) && /^ready/m.test(readFileSync(status, 'utf8'))) break;
      // Clients that come too early are refused with FATAL, too.
      if (/ FATAL: (?! the database system)/.test(readFileSync(log, 'utf8'))) {
        await this.stop();
        return readFileSync(log, 'utf8');
      }
      await sleep(10);
    }
    this.#port = port;
    return undefined;
  }

  /**
   * Stops it, and leaves its files.
   * @param how `fast` ends the sessions, `immediate` is a crash.
   */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    await keeper?.end(how === 'fast' ? 'INT' : 'QUIT');
  }

  /** Ends it for good; its folder goes with it. */
  close(): void {
    this.#keeper?.end();
    this.#keeper = undefined;
  }
}

/** A server's program that runs for as long as this process does. */
export interface Keeper {
  /** Ends the server. @param signal the server's; its files go away where there is none. */
  end(signal?: 'INT' | 'QUIT'): Promise<void>;
}

/**
 * Runs the program of a server, as the user that servers run as, for as long as this process lives.
 * @param folder goes away with it; its output is in `server.log` there.
 * @param last the signal that ends it at once.
 */
export function keep(folder: string, command: readonly string[], last: 'QUIT' | 'TERM'): Keeper {
  // Of a group of its own, which the terminal's signals do not reach.
  const options: SpawnOptions = { ...OWNER, cwd: folder, detached: true, stdio: ['pipe', 'ignore', 'ignore'] };
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', last, folder, ...command], options);
  const ended = new Promise<void>((done) => keeper.once('exit', () => done()));
  release(keeper);
  return {
    end: (signal) => {
      keeper.stdin?.end(signal === undefined ? '' : `${signal}\n`);
      return ended;
    },
  };
}

/** Removes a folder once this process is gone. */
function guard(folder: string): void {
  const script = 'read -r line; rm -rf "$1"';
  release(spawn('sh', ['-c', script, 'sh', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] }));
}

/** Lets this process end while another waits for its end on stdin. */
function release(child: ChildProcess): void {
  child.unref();
  (child.stdin as Socket | null)?.unref();
}

/** A folder in memory for a server's files and its socket. */
export function serverFolder(): string {
  return owned(memoryFolder());
}

function owned(folder: string): string {
  own(folder);
  return folder;
}

/** Gives a file, or a folder and all that it holds, to the user that servers run as. */
function own(path: string): void {
  if (OWNER === undefined) return;
  execFileSync('chown', ['-R', `${OWNER.uid}:${OWNER.gid}`, path]);
}

function program(name: 'initdb' | 'postgres'): string {
  return join(PROGRAMS ?? '', name);
}
