import { start } from './bootstrap.js';

await start('runner/worker', { studies: true });
