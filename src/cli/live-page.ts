import { HpoError } from '../base/errors.ts';
import type { LiveRun } from '../dashboard/live-run.ts';
import type { PageOrder } from '../live/live-data.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { RunEvent } from '../study/run-event.ts';
import { wholeNumber } from './options.ts';
import { printLine } from './print.ts';

/** `--port`: the port of the live page. */
export const portOption = wholeNumber('port', 1, 'with --web: the port of the page (default: any free one)', 65_535);

/** Refuses a port without a page. @throws HpoError HPO_INVALID_ARGUMENT. */
export function checkPort(web: boolean, port: number | undefined): void {
  if (web || port === undefined) return;
  throw new HpoError('HPO_INVALID_ARGUMENT', `--port ${port} is the port of the page in a browser; add --web.`);
}

/** Starts a server of live pages. @param onOrder carries out an order to a run of one's own. */
export async function startLive(port: number | undefined, onOrder?: (order: PageOrder) => void | Promise<void>) {
  const [{ LiveServer }, { pageScript }] = await Promise.all([
    import('../live/index.ts'),
    import('../report/page-script.ts'),
  ]);
  return LiveServer.start(port ?? 0, { script: await pageScript('live'), onOrder });
}

/** The live page of a run. */
export interface LivePageOfRun {
  open(storage: Storage, record: StudyRecord): void;
  take(event: RunEvent): void;
  close(): Promise<void>;
}

/** Starts the live page of a run, and prints its address. @param output for people; the address holds the page's secret. */
export async function openLivePage(
  port: number | undefined,
  onOrder: (order: PageOrder) => void | Promise<void>,
  output: NodeJS.WritableStream,
): Promise<LivePageOfRun> {
  const [{ LiveFeed, openedStorage }, { RunFollower }] = await Promise.all([
    import('../live/index.ts'),
    import('../dashboard/run-follower.ts'),
  ]);
  const server = await startLive(port, onOrder);
  printLine(`hpo: the live page is at ${server.url}`, output);
  const follower = new RunFollower();
  let feed: InstanceType<typeof LiveFeed> | undefined;
  const state = (): LiveRun | undefined => follower.run;
  return {
    open(storage, record) {
      feed = new LiveFeed(openedStorage(storage), { study: record, state });
      server.show({ feed, storageLabel: storage.label, study: record.name });
    },
    take(event) {
      follower.take(event);
      feed?.runChanged();
      if (event.type === 'run-finished') void feed?.finish();
    },
    close: () => server.close('The run has ended. This is how it stood.'),
  };
}
