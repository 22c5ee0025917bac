/** A study on the terminal, with Ink. */
export { Dashboard } from './dashboard.ts';
export { DashboardReporter } from './dashboard-reporter.ts';
export { StudyFeed } from './study-feed.ts';
