/** The page that shows a study, or a list of studies, as it goes on. */
export { LiveFeed } from './live-feed.ts';
export { LiveServer } from './live-server.ts';
export { openedStorage, WatchedStorage } from './watched-storage.ts';
