import { fork } from 'node:child_process';
import type { ServiceConfig } from './server.ts';

/** A service that runs in a process of its own. */
export interface Service {
  readonly url: string;
  stop(): void;
}

/** Starts the service, and waits until it says where it listens. @throws if it ends before that */
export function startService(config: ServiceConfig, signal: AbortSignal): Promise<Service> {
  const child = fork(`${import.meta.dirname}/server.ts`, {
    env: { ...process.env, SERVICE_CONFIG: JSON.stringify(config) },
    signal, // stops it when the trial's time is up
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the service ended with code ${code} before it was ready`)));
    child.once('message', (url) => resolve({ url: String(url), stop: () => child.kill() }));
  });
}

/** The answer to one request: undefined where it was refused, failed, or took too long. */
export interface Answer {
  readonly found: readonly number[] | undefined;
  readonly ms: number;
}

/** Sends requests, `clients` of them at a time. A request that fails costs its answer, not the trial. */
export async function askAll(
  url: string,
  queries: readonly Float32Array[],
  {
    clients,
    timeoutMs,
    signal,
  }: { readonly clients: number; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const rest = queries.entries();
  const client = async () => {
    for (const [at, query] of rest) {
      const begun = performance.now();
      const found = await ask(url, query, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])).catch(
        () => undefined,
      );
      signal.throwIfAborted(); // the trial is over, not the request alone
      answers[at] = { found, ms: performance.now() - begun };
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answers;
}

async function ask(url: string, query: Float32Array, signal: AbortSignal): Promise<readonly number[]> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify([...query]), signal });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as readonly number[];
}
