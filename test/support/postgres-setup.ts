import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import { hasPostgres, newCluster, PostgresServer } from './postgres-server.ts';

/** A request of a test, a line of JSON: a database of the shared server, or the files for a server of its own. */
export type PostgresRequest = 'database' | 'cluster';

/** The answer: the URL of the database, which lasts as long as the connection, or the folder of the files. */
export type PostgresAnswer = { readonly given: string } | { readonly problem: string };

declare module 'vitest' {
  interface ProvidedContext {
    /** The socket on which tests ask for a {@link PostgresRequest}. */
    readonly postgresSocket: string;
  }
}

/** The servers of this run of the tests, whose files and processes share them. */
class SharedPostgres {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hpo-postgres-'));
  readonly #listener: Server = createServer((socket) => void this.#serve(socket)).unref();
  readonly #asking = new Set<Socket>();
  #cluster: Promise<string> | undefined;
  #server: Promise<PostgresServer> | undefined;
  #databases = 0;

  get socket(): string {
    return join(this.#folder, 'socket');
  }

  listen(): Promise<void> {
    return new Promise((listening) => this.#listener.listen(this.socket, listening));
  }

  async close(): Promise<void> {
    this.#listener.close();
    for (const socket of this.#asking) socket.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
    (await this.#server)?.close();
  }

  async #serve(socket: Socket): Promise<void> {
    this.#asking.add(socket);
    socket.on('error', () => undefined);
    socket.setMaxListeners(0); // one for each database
    socket.on('close', () => this.#asking.delete(socket));
    for await (const line of createInterface({ input: socket })) {
      const answer: PostgresAnswer = await this.#give(JSON.parse(line) as PostgresRequest, socket).then(
        (given) => ({ given }),
        (problem) => ({ problem: String(problem) }),
      );
      socket.write(`${JSON.stringify(answer)}\n`);
    }
  }

  async #give(request: PostgresRequest, socket: Socket): Promise<string> {
    this.#cluster ??= newCluster();
    const cluster = await this.#cluster;
    if (request === 'cluster') return cluster;
    this.#server ??= PostgresServer.start(cluster, { settings: { max_connections: 300 } });
    const server = await this.#server;
    const name = `test_${++this.#databases}`;
    // Twice as fast as the logged way, the default from version 15 on; earlier versions have this one alone.
    const strategy = server.version >= 15 ? 'STRATEGY FILE_COPY' : '';
    await server.query(`CREATE DATABASE ${name} ${strategy}`);
    const drop = () => void server.query(`DROP DATABASE ${name} WITH (FORCE)`).catch(() => undefined);
    if (socket.destroyed) drop();
    else socket.once('close', drop);
    return server.url(name);
  }
}

/** Each project has an instance of this module of its own, and all of them one server. */
const shared = globalThis as { hpoTestPostgres?: Promise<SharedPostgres> | undefined };

/**
 * Gives tests databases on a PostgreSQL server, which starts when the first of them asks for one.
 * @returns its end.
 */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!hasPostgres) return undefined;
  shared.hpoTestPostgres ??= begin();
  project.provide('postgresSocket', (await shared.hpoTestPostgres).socket);
  return async () => {
    const postgres = shared.hpoTestPostgres;
    shared.hpoTestPostgres = undefined;
    await (await postgres)?.close();
  };
}

async function begin(): Promise<SharedPostgres> {
  const postgres = new SharedPostgres();
  await postgres.listen();
  return postgres;
}
