import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatIdentity, parseIdentity, thisProcess, vitality } from '../../machine/process-identity.ts';

const PREFIX = '.retrain-';
const OWNER = 'owner.txt';

/**
 * A folder in which something is prepared that takes a name beside it when it is done: an earlier folder of that name is
 * lost only to a finished one. Each has a name of its own, so that several processes may prepare the same at once; what
 * killed ones have left is removed by the next.
 */
export class PartialFolder {
  /** An absolute path; empty at first, and there. */
  readonly path: string;
  readonly #parent: string;
  readonly #own: string;

  /** @param parent the folder in which the finished one is to stand. */
  constructor(parent: string) {
    this.#parent = resolve(parent);
    this.#own = join(this.#parent, `${PREFIX}${randomUUID()}`);
    this.path = join(this.#own, 'folder');
    removeAbandoned(this.#parent);
    mkdirSync(this.path, { recursive: true });
    writeFileSync(join(this.#own, OWNER), formatIdentity(thisProcess()));
  }

  /** Gives the folder its name, in place of an earlier one. */
  finish(name: string): void {
    const folder = join(this.#parent, name);
    for (let attempt = 0; ; attempt++) {
      try {
        if (existsSync(folder)) renameSync(folder, join(this.#own, `old-${attempt}`));
        renameSync(this.path, folder);
        break;
      } catch (error) {
        // Another process has put its own there between the two steps, or taken the old one away: it comes first then.
        const { code } = error as NodeJS.ErrnoException;
        if (attempt >= 10 || !existsSync(this.path) || !/^(ENOENT|ENOTEMPTY|EEXIST)$/.test(code ?? '')) throw error;
      }
    }
    this.discard();
  }

  /** Removes the folder. */
  discard(): void {
    rmSync(this.#own, { recursive: true, force: true });
  }
}

function removeAbandoned(parent: string): void {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const owner = parseIdentity(readOwner(join(parent, name, OWNER)));
    if (owner !== undefined && vitality(owner) === 'dead') rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function readOwner(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // its maker has not come so far, or has just removed it
  }
}
