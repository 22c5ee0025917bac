import { start } from './bootstrap.js';

await start('runner/worker/main', { studies: true });
