import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatIdentity, thisProcess } from '../../src/machine/process-identity.ts';
import { type Holder, type Lease, leaseOf } from '../../src/storage/lease.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { terminalInFolder } from '../support/dashboard-terminal.ts';
import { freshDatabase, hasPostgres, postgresNote } from '../support/postgres.ts';
import { hasTmux } from '../support/terminal.ts';

/** A coordinator on another machine, as its leases show it. */
function on(host: string, graceMs: number): Holder {
  const process = formatIdentity({ ...thisProcess(), host, boot: `boot of ${host}` });
  return { id: host, graceMs, process, about: { workers: 2, device: 'NVIDIA H100' } };
}

describe.skipIf(!hasTmux())('the dashboard of a study on several machines, in a terminal (tmux)', () => {
  const databases = [
    { kind: 'SQLite', isThere: true, urlIn: async (folder: string) => join(folder, 'hpo.db') },
    { kind: `PostgreSQL${postgresNote}`, isThere: hasPostgres, urlIn: freshDatabase },
  ];
  for (const { kind, isThere, urlIn } of databases) {
    it.skipIf(!isThere)(
      `shows those that give no sign of life first, and the trials of each, from ${kind}`,
      async () => {
        const { cwd, terminal } = terminalInFolder();
        const storage = await openStorage(await urlIn(cwd), { create: true });
        onTestFinished(() => storage.close());
        const study = await storage.createStudy({ name: 'study', directions: ['minimize'] });
        const start = async (host: string, graceMs = 600_000) => {
          const trial = (await storage.startTrial(study, { holder: on(host, graceMs) })) as FrozenTrial;
          return leaseOf(study, trial);
        };
        await start('mute', 3_000);
        const living: Lease[] = [await start('lively'), await start('lively')];
        await storage.finishTrial(await start('ended'), 'COMPLETE', [1]);
        const url = storage.label.replaceAll('&', '\\&');
        terminal.press(`clear; hpo dashboard --storage '${url}'`, 'Enter');
        await terminal.until(/^watching; runs elsewhere, on 2 machines /m);
        terminal.press('5');
        await terminal.until(/^..● lively +2 of 2 +0 +none seen yet/m);
        const renewing = setInterval(() => void storage.renew(living), 500);
        onTestFinished(() => clearInterval(renewing));
        await terminal.until(/^..● lively +2 of 2 +0 +(now|\d+ s ago) /m);
        const shown = await terminal.until(/^› ✗ mute +1 of 2 +0 +none for \d+ s: given up /m);
        expect(shown.match(/[●✗○] \w+/g)).toEqual(['● 1', '✗ mute', '● lively', '○ ended']);
        terminal.press('1');
        await terminal.until(/^2 machines run 3 trials {2}mute: no sign of life for \d+ s, given up$/m);
        terminal.press('5', 'j', 'Enter');
        const trials = await terminal.until(/^2 of 4: machine=lively, by number$/m);
        expect(trials.match(/^..? +\d+ {2}.*$/gm)).toHaveLength(2);
        terminal.press('q');
        await terminal.until(/^$/);
      },
    );
  }
});
